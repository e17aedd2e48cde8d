"""A fitted model as plain values: what it is, how it predicts, and how it is kept without running code."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from lightgbm.basic import LightGBMError
from pydantic import ConfigDict, TypeAdapter

from leadline.models.arrays import Floats, matrix
from leadline.models.calibration import IDENTITY, Calibration
from leadline.models.lightgbm_model import tree_margin
from leadline.models.logistic import Logistic
from leadline.models.rule import Rule
from leadline.models.tree_text import check_trees
from leadline.problem import Problem

MOST_BYTES = 1 << 26  # of either file; a model has a few hundred thousand
Kind = Literal["blend", "logistic", "rule"]


@dataclass(frozen=True)
class Fitted:
    """A model of one outcome: its log-odds are the sum of its parts, then calibrated.

    Parts: a plain rule (what is known without a model), a logistic regression that corrects it by its share, and
    boosted trees that correct it by theirs (`tree_share`). kind: "rule" has the first alone, "logistic" lacks the
    trees, "blend" has them. `base_rate`: share of positives in the training rows. `fingerprint`: SHA-256 of those rows.
    `notes`: how it was chosen, as numbers.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", allow_inf_nan=False)

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
    tree_share: float = 1.0
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
        return total + self.tree_share * tree_margin(self.trees, x) if self.trees else total

    def predict(self, frame: pd.DataFrame) -> Floats:
        """Chance of the outcome (0 to 1), one a row of a frame that has the columns it needs."""
        return self.calibration.probability(self.margin(frame))

    def save(self, folder: Path) -> None:
        """Write model.txt (LightGBM's text; empty without trees) and model.json into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.txt").write_text(self.trees, encoding="utf-8")
        facts = asdict(self) | {"trees": digest(self.trees)}
        text = json.dumps(facts, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False)
        (folder / "model.json").write_text(text + "\n", encoding="utf-8")


KEPT = TypeAdapter(Fitted)


def load(folder: Path) -> Fitted:
    """Read a saved model; no code in the files is run. A Problem where they are not what `save` writes.

    They may be damaged, or made by someone else: types, numbers and the trees' indices are checked, and one account of
    zeros is scored.
    """
    try:
        facts, trees = (read_text(folder / name) for name in ("model.json", "model.txt"))
        model = KEPT.validate_json(facts, strict=True)
        if model.trees != digest(trees):
            raise ValueError("model.txt and model.json do not belong together")
        model = replace(model, trees=trees)
        _check(model)
    except (OSError, ValueError, IndexError, LightGBMError) as error:
        raise Problem(f"The model in {folder} cannot be read ({_short(error)}); train again.") from None
    return model


def digest(trees: str) -> str:
    """SHA-256 of the trees' text; empty where there are none."""
    return hashlib.sha256(trees.encode()).hexdigest() if trees else ""


def read_text(file: Path) -> str:
    """A file of a saved model; a ValueError where it is larger than any."""
    if file.stat().st_size > MOST_BYTES:
        raise ValueError(f"{file.name} is larger than any model")
    return file.read_text(encoding="utf-8")


def _check(model: Fitted) -> None:
    if model.trees:
        check_trees(model.trees, len(model.columns))
    with np.errstate(all="ignore"):
        chance = model.predict(pd.DataFrame(0.0, index=[0], columns=list(model.needs)))
    if not np.isfinite(chance).all():
        raise ValueError("it gives no chance")


def _short(error: Exception) -> str:
    """An error in one line, however many it had."""
    return " ".join(str(error).split())[:300]
