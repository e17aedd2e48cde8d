"""A fitted model as plain values: what it is, how it predicts, and how it is kept without running code."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from leadline.models.arrays import Floats, matrix
from leadline.models.calibration import IDENTITY, Calibration
from leadline.models.lightgbm_model import tree_margin
from leadline.models.logistic import Logistic
from leadline.models.rule import Rule
from leadline.problem import Problem

Kind = Literal["blend", "logistic", "rule"]


@dataclass(frozen=True)
class Fitted:
    """A model of one outcome: its log-odds are the sum of its parts, then calibrated.

    Parts: a plain rule (what is known without a model), a logistic regression that corrects it, and boosted trees that
    correct both. kind: "rule" has the first alone, "logistic" lacks the trees, "blend" has them. `base_rate`: share of
    positives in the training rows. `fingerprint`: SHA-256 of those rows. `notes`: how it was chosen, as numbers.
    """

    outcome: str
    kind: Kind
    columns: tuple[str, ...]
    base_rate: float
    rows: int
    positives: int
    fingerprint: str
    calibration: Calibration = IDENTITY
    rule: Rule | None = None
    logistic: Logistic | None = None
    trees: str = ""
    notes: dict[str, float] = field(default_factory=dict)

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns a frame must have to be scored."""
        return tuple(dict.fromkeys((*self.columns, *(self.rule.needs if self.rule else ()))))

    def margin(self, frame: pd.DataFrame) -> Floats:
        """Log-odds before calibration, one a row of a frame that has the columns it needs."""
        total = self.rule.log_odds(frame) if self.rule else np.zeros(len(frame))
        x = matrix(frame, self.columns) if self.logistic or self.trees else np.zeros((len(frame), 0))
        total = total + self.logistic.margin(x) if self.logistic else total
        return total + tree_margin(self.trees, x) if self.trees else total

    def predict(self, frame: pd.DataFrame) -> Floats:
        """Chance of the outcome (0 to 1), one a row of a frame that has the columns it needs."""
        return self.calibration.probability(self.margin(frame))

    def save(self, folder: Path) -> None:
        """Write model.txt (LightGBM's text; empty without trees) and model.json into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.txt").write_text(self.trees, encoding="utf-8")
        facts = asdict(self) | {"trees": bool(self.trees)}
        (folder / "model.json").write_text(_as_json(facts), encoding="utf-8")


def load(folder: Path) -> Fitted:
    """Read a saved model; no code in the files is run. A Problem names a file that cannot be read."""
    try:
        facts = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        return _from_facts(facts, (folder / "model.txt").read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem(f"The model in {folder} cannot be read ({error}); train again.") from None


def _as_json(facts: dict[str, Any]) -> str:
    return json.dumps(facts, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"


def _from_facts(facts: dict[str, Any], trees: str) -> Fitted:
    if facts["trees"] != bool(trees):
        raise ValueError("model.txt and model.json do not belong together")
    parts = {
        "trees": trees,
        "columns": tuple(facts["columns"]),
        "calibration": Calibration(**facts["calibration"]),
        "logistic": Logistic(**_tuples(facts["logistic"])) if facts["logistic"] else None,
        "rule": Rule(**_tuples(facts["rule"])) if facts["rule"] else None,
    }
    return Fitted(**{**facts, **parts})


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
