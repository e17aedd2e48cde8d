"""How far the level of leaving is from what was foreseen: from past quarters, each foreseen before it began."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.models.arrays import Floats
from leadline.models.baseline_hazard import fit_baseline_hazard

FEW = 10  # accounts that left, below which rows can neither teach nor test
QUARTER = 3  # periods
LEVEL_SD, LEVEL_QUARTERS = 0.2, 4.0  # before any is seen: a fifth up or down, worth so many quarters

Counts = tuple[float, float]  # accounts that left in a quarter, and how many were foreseen


@dataclass(frozen=True)
class Level:
    """How far, in logs, a quarter's level of leaving is from the one foreseen: the standard deviation, and on how many
    quarters it rests (the degrees of freedom of a t distribution)."""

    sd: float
    quarters: float


def level(seen: list[Counts]) -> Level:
    """What past quarters differed more than chance lets them, by moments.

    LEVEL_SD is added as if it had been seen in LEVEL_QUARTERS.
    """
    left, foreseen = np.array(seen, dtype=np.float64).reshape(-1, 2).T
    prior = LEVEL_QUARTERS * float((foreseen**2).mean()) if len(foreseen) else 1.0
    excess = max(0.0, float(((left - foreseen) ** 2 - foreseen).sum()))
    sd = np.sqrt((excess + LEVEL_SD**2 * prior) / ((foreseen**2).sum() + prior))
    return Level(float(sd), LEVEL_QUARTERS + len(seen))


def by_calendar(rows: pd.DataFrame) -> list[Counts]:
    """Past quarters that do not overlap, foreseen by the calendar's chances as they were known when each began."""
    near = first_quarter(rows)
    dates = ((at, rows[rows["settled_at"] <= at]) for at in a_quarter_apart(near["as_of"]))
    return [
        counts(
            near[near["as_of"] == at], fit_baseline_hazard(known, _left(known)).probability(near[near["as_of"] == at])
        )
        for at, known in dates
        if known.loc[known["left"] > 0, "account_id"].nunique() >= FEW
    ]


def by_model(rows: pd.DataFrame, chance: Floats) -> list[Counts]:
    """The same of later rows, foreseen by a model of earlier ones."""
    near = first_quarter(rows.assign(chance=chance))
    parts = (near[near["as_of"] == at] for at in a_quarter_apart(near["as_of"]))
    return [counts(part, part["chance"].to_numpy()) for part in parts]


def first_quarter(rows: pd.DataFrame) -> pd.DataFrame:
    """The periods of the first quarter after those dates of which all have settled."""
    settled = rows.groupby("as_of")["period"].transform("max") >= QUARTER
    return rows[settled & (rows["period"] <= QUARTER)]


def counts(rows: pd.DataFrame, chance: Floats) -> Counts:
    """How many left, and how many were foreseen."""
    return float(_left(rows).sum()), float(chance.sum())


def a_quarter_apart(as_of: pd.Series) -> list[pd.Timestamp]:
    """As-of dates at least 13 weeks apart, back from the last."""
    found: list[pd.Timestamp] = []
    for date in np.sort(as_of.unique())[::-1]:
        if not found or found[-1] - pd.Timestamp(date) >= pd.Timedelta(weeks=13):
            found.append(pd.Timestamp(date))
    return found


def _left(rows: pd.DataFrame) -> Floats:
    return rows["left"].to_numpy(dtype=np.float64)
