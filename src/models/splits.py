"""Rolling origin: what may be learned at a moment, and which moments are tested."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.features.outcomes import DEFAULTS
from leadline.models.arrays import Booleans
from leadline.problem import Problem


@dataclass(frozen=True)
class Fold:
    """A model fitted at one moment, and the test as-of dates it scores (the first of them is that moment)."""

    fitted_at: pd.Timestamp
    tests: tuple[pd.Timestamp, ...]


def rolling_origin(tests: Sequence[pd.Timestamp], most: int) -> tuple[Fold, ...]:
    """One fold a test date, or, beyond `most` dates, at most that many folds of neighbouring dates."""
    dates = sorted(set(tests))
    runs = np.array_split(np.arange(len(dates)), min(most, len(dates))) if dates else []
    return tuple(Fold(dates[run[0]], tuple(dates[i] for i in run)) for run in runs)


def settled(as_of: pd.Series, at: pd.Timestamp, settled_days: int) -> Booleans:
    """Which rows could be learned from at `at`: as_of + settled_days <= at."""
    return (as_of + pd.Timedelta(days=settled_days) <= at).to_numpy(dtype=bool)


def known_labels(rows: pd.DataFrame, at: pd.Timestamp) -> pd.Series:
    """`observed` as it was known at `at`: where known_at < at, else the outcome's default."""
    default = rows["outcome"].map(DEFAULTS)
    return rows["observed"].where(rows["known_at"] < at, default).astype("int64")


def training_rows(rows: pd.DataFrame, at: pd.Timestamp, settled_days: int) -> pd.DataFrame:
    """The rows to learn from at `at`, with `observed` as known then; a Problem where there is none."""
    kept = rows[settled(rows["as_of"], at, settled_days)]
    if kept.empty:
        first = f"the first row is of {rows['as_of'].min():%Y-%m-%d}" if len(rows) else "there are no rows"
        raise Problem(
            f"Nothing can be learned as of {at:%Y-%m-%d}: an outcome takes {settled_days} days to settle and "
            f"{first}; set calendar.first_test later, or give a longer log."
        )
    return kept.assign(observed=known_labels(kept, at))


def first_learnable(rows: pd.DataFrame, settled_days: int, positives: int) -> pd.Timestamp | None:
    """The first as-of date of `rows` before which so many positives, and one negative, had settled."""
    for at in sorted(rows["as_of"].unique()):
        label = known_labels(rows[settled(rows["as_of"], pd.Timestamp(at), settled_days)], pd.Timestamp(at))
        if label.sum() >= positives and (label == 0).any():
            return pd.Timestamp(at)
    return None
