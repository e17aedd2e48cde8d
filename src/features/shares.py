"""How sure a share of few accounts is."""

import numpy as np
import pandas as pd
from scipy.stats import binomtest


def wilson(count: pd.Series, of: pd.Series) -> pd.DataFrame:
    """low, high: the 95% interval of each share count / of (E. B. Wilson, 1927); NaN where it is a share of nothing."""
    ends = [
        binomtest(int(k), int(n)).proportion_ci(method="wilson") if n > 0 else (np.nan, np.nan)
        for k, n in zip(count, of, strict=True)
    ]
    return pd.DataFrame(ends, index=count.index, columns=["low", "high"], dtype="float64")


def newcombe(share: pd.Series, ends: pd.DataFrame, other: pd.Series, other_ends: pd.DataFrame) -> pd.DataFrame:
    """low, high: the 95% interval of share - other, from the Wilson intervals of the two.

    R. G. Newcombe (1998), "Interval estimation for the difference between independent proportions", method 10.
    """
    difference = share - other
    down = np.hypot(share - ends["low"], other_ends["high"] - other)
    up = np.hypot(ends["high"] - share, other - other_ends["low"])
    return pd.DataFrame({"low": difference - down, "high": difference + up})
