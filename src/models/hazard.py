"""The discrete-time hazard: the chance that an account leaves in a period ahead, given that it has come so far.

Singer and Willett (1993), Journal of Educational Statistics 18(2): one row per account, as-of date and period, and a
binary model of leaving in it. Ours corrects what the calendar says by the indicators as of the date.
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import TypeAdapter

from leadline.models.arrays import Booleans, Floats, matrix
from leadline.models.baseline_hazard import BaselineHazard
from leadline.models.calibration import IDENTITY, Calibration
from leadline.models.fitted import digest, read_text
from leadline.models.hazard_level import Level
from leadline.models.lightgbm_model import tree_margin
from leadline.models.logistic import Logistic
from leadline.models.tree_text import check_trees
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
        facts = asdict(self) | {"trees": digest(self.trees)}
        text = json.dumps(facts, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False)
        (folder / "hazard.json").write_text(text + "\n", encoding="utf-8")


def behaviour_speaks(frame: pd.DataFrame) -> Booleans:
    """The periods of which more than the calendar is told: those with a term end, or all where there are no terms."""
    inside = frame["renewal"].groupby([frame["account_id"], frame["as_of"]]).transform("max") > 0
    return np.asarray((frame["term_ends"] > 0) | ~inside, dtype=np.bool_)


KEPT = TypeAdapter(Hazard)


def load_hazard(folder: Path) -> Hazard:
    """Read a saved hazard; no code in the files is run. A Problem where they are not what `save` writes."""
    try:
        facts, trees = (read_text(folder / name) for name in ("hazard.json", "hazard.txt"))
        hazard = KEPT.validate_json(facts, strict=True)
        if hazard.trees != digest(trees):
            raise ValueError("hazard.txt and hazard.json do not belong together")
        if trees:
            check_trees(trees, len(hazard.columns) + len(AHEAD))
    except (OSError, ValueError, IndexError) as error:
        raise Problem(f"The hazard in {folder} cannot be read ({' '.join(str(error).split())}); train again.") from None
    return replace(hazard, trees=trees)
