"""Account-clustered bootstrap: whole accounts are drawn, for rows of the same account repeat one another."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from leadline.models.arrays import Floats

CELLS = 4_000_000
Interval = tuple[float, float]


def account_counts(accounts: pd.Series, draws: int, seed: int) -> pd.DataFrame:
    """How often each account is drawn: draws + 1 rows, the first of them all ones (the data as they are)."""
    names = np.sort(accounts.unique())
    drawn = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    counts = np.vstack([np.ones((1, len(names))), drawn]).astype(np.float64)
    return pd.DataFrame(counts, columns=names)


def replicated(counts: pd.DataFrame, accounts: pd.Series, measure: Callable[[Floats], Floats]) -> Floats:
    """`measure` of row weights (draws x rows -> draws, or draws x values), taken over all draws in parts that fit."""
    return np.concatenate([measure(weights) for weights in _parts(counts, accounts)])


def _parts(counts: pd.DataFrame, accounts: pd.Series) -> Iterator[Floats]:
    position = counts.columns.get_indexer(pd.Index(accounts))
    values = counts.to_numpy()
    step = max(1, CELLS // max(1, len(position)))
    for start in range(0, len(values), step):
        yield values[start : start + step][:, position]


def interval(replicates: Floats) -> Interval:
    """The 2.5th and 97.5th percentile of bootstrap replicates, undefined ones left out; NaN where none is left."""
    known = replicates[np.isfinite(replicates)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)
