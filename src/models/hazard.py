"""The discrete-time hazard: the chance that an account leaves in a period ahead, given that it has come so far.

Singer and Willett (1993), Journal of Educational Statistics 18(2): one row per account, as-of date and period, and a
binary model of leaving in it. Ours corrects what the calendar says by the indicators as of the date.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from leadline.models.arrays import Booleans, Floats, matrix
from leadline.models.baseline_hazard import BaselineHazard
from leadline.models.calibration import IDENTITY, Calibration
from leadline.models.hazard_level import Level
from leadline.models.lightgbm_model import tree_margin
from leadline.models.logistic import Logistic
from leadline.problem import Problem

AHEAD = ("opens", "term_ends", "term_months", "renewal")


@dataclass(frozen=True)
class Hazard:
    """Log-odds of leaving in a period: the calendar's, corrected by a logistic regression and by trees, and calibrated.

    Inside a term the calendar's chance stands as it is. `level`: how far the level of leaving may be from the one
    foreseen. `departures`: accounts that left in the rows it was fitted to.
    """

    baseline: BaselineHazard
    columns: tuple[str, ...]
    level: Level
    rows: int
    departures: int
    logistic: Logistic | None = None
    trees: str = ""
    calibration: Calibration = IDENTITY

    def predict(self, frame: pd.DataFrame) -> Floats:
        """Chance of leaving in each period (0 to 1), having come so far: rows of `periods_ahead` with indicators."""
        chance = self.baseline.probability(frame)
        told = behaviour_speaks(frame)
        if self.logistic and told.any():
            x = matrix(frame[told], (*self.columns, *AHEAD))
            margin = self.baseline.log_odds(frame[told]) + self.logistic.margin(x)
            margin = margin + tree_margin(self.trees, x) if self.trees else margin
            chance[told] = self.calibration.probability(margin)
        return chance

    def save(self, folder: Path) -> None:
        """Write hazard.txt (LightGBM's text; empty without trees) and hazard.json into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "hazard.txt").write_text(self.trees, encoding="utf-8")
        facts = asdict(self) | {"trees": bool(self.trees)}
        text = json.dumps(facts, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False)
        (folder / "hazard.json").write_text(text + "\n", encoding="utf-8")


def behaviour_speaks(frame: pd.DataFrame) -> Booleans:
    """The periods of which more than the calendar is told: those with a term end, or all where there are no terms."""
    inside = frame["renewal"].groupby([frame["account_id"], frame["as_of"]]).transform("max") > 0
    return np.asarray((frame["term_ends"] > 0) | ~inside, dtype=np.bool_)


def load_hazard(folder: Path) -> Hazard:
    """Read a saved hazard; no code in the files is run. A Problem names a file that cannot be read."""
    try:
        facts = json.loads((folder / "hazard.json").read_text(encoding="utf-8"))
        trees = (folder / "hazard.txt").read_text(encoding="utf-8")
        if facts["trees"] != bool(trees):
            raise ValueError("hazard.txt and hazard.json do not belong together")
        return _from_facts({**facts, "trees": trees})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem(f"The hazard in {folder} cannot be read ({error}); train again.") from None


def _from_facts(facts: dict[str, Any]) -> Hazard:
    given = (facts["logistic"] or {}).items()
    logistic: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in given}
    parts = {
        "baseline": BaselineHazard(**facts["baseline"]),
        "columns": tuple(facts["columns"]),
        "level": Level(**facts["level"]),
        "logistic": Logistic(**logistic) if logistic else None,
        "calibration": Calibration(**facts["calibration"]),
    }
    return Hazard(**{**facts, **parts})
