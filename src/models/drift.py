"""How far a distribution has shifted."""

import numpy as np
import pandas as pd

FEWEST = 30  # known values on either side, below which nothing can be told
BINS = 10


def psi(now: pd.Series, before: pd.Series) -> float:
    """Population stability index (Siddiqi, 2006) over tenths of the values before, less what chance alone makes of it.

    0 where nothing has shifted, above 0.25 where much has; NaN with fewer than 30 known values on either side. Chance
    makes about (bins - 1)(1/n + 1/m) (Yurdakul, 2018). Missing values are left out.
    """
    x, y = (each.dropna().to_numpy(dtype=np.float64) for each in (now, before))
    if min(len(x), len(y)) < FEWEST:
        return float("nan")
    edges = np.unique(np.quantile(y, np.linspace(0, 1, BINS + 1)[1:-1]))
    p, q = (_shares(values, edges) for values in (x, y))
    by_chance = len(edges) * (1 / len(x) + 1 / len(y))
    return float(max(0.0, ((p - q) * np.log(p / q)).sum() - by_chance))


def _shares(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Share of the values in each bin, none of them empty: half a value is added to each."""
    counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1) + 0.5
    return np.asarray(counts / counts.sum())
