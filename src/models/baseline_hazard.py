"""What the calendar alone says of leaving: a chance for each term end by the term's length, and one inside a term.

Without contracts: a chance for the first period, in which leave those who have fallen silent already, and one for the
later periods.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logit

from leadline.models.arrays import Floats

PRIOR = 20.0  # rows of the average that each cell begins with


@dataclass(frozen=True)
class BaselineHazard:
    """The chance of leaving at one term end, or in one period without any, by cell; a new cell has the average."""

    rates: dict[str, float]
    average: float

    def probability(self, frame: pd.DataFrame) -> Floats:
        """Chance of leaving in each period (rows: period, term_ends, term_months), having come so far."""
        rate = cell(frame).map(self.rates).fillna(self.average).to_numpy(dtype=np.float64)
        return 1 - (1 - rate) ** np.maximum(frame["term_ends"].to_numpy(), 1)

    def log_odds(self, frame: pd.DataFrame) -> Floats:
        """The same as log-odds."""
        return np.asarray(logit(self.probability(frame)), dtype=np.float64)


def cell(frame: pd.DataFrame) -> pd.Series:
    """Which rate goes for each period: "6 months" where such a term ends, else "first period" or "later period"."""
    ends = frame["term_months"].astype("str") + " months"
    return ends.where(frame["term_ends"] > 0, np.where(frame["period"] == 1, "first period", "later period"))


def fit_baseline_hazard(frame: pd.DataFrame, left: Floats) -> BaselineHazard:
    """Leavers of each cell over its term ends, or periods without any, with a little of the average added."""
    chances = np.maximum(frame["term_ends"].to_numpy(dtype=np.float64), 1.0)
    average = (left.sum() + 0.5) / (chances.sum() + 1)
    sums = pd.DataFrame({"left": left, "chances": chances}).groupby(cell(frame).to_numpy()).sum()
    rates = (sums["left"] + PRIOR * average) / (sums["chances"] + PRIOR)
    return BaselineHazard({str(name): float(rate) for name, rate in rates.items()}, float(average))
