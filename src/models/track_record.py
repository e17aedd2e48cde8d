"""What published lists said and what came true: leavers expected beside actual ones, and how well risk ranked them."""

import numpy as np
import pandas as pd
from scipy.stats import poisson_binom

from leadline.models.arrays import Floats
from leadline.models.bootstrap import account_counts, interval, replicated
from leadline.models.metrics import auc, sample

DRAWS = 200
LEVEL = 0.99  # of the counts: asked every week, so that a false alarm comes once in two years
COLUMNS = {
    "as_of": "datetime64[us]", "settled": "datetime64[us]", "accounts": "int64", "expected": "float64", "low": "int64",
    "high": "int64", "actual": "int64", "auc": "float64", "auc_low": "float64", "auc_high": "float64",
}  # fmt: skip


def track_record(said: pd.DataFrame, observed: pd.DataFrame, settled_days: int, seed: int) -> pd.DataFrame:
    """A row a list: leavers expected, with the interval in which 99% of counts fall, and actual ones; AUC with a 95%
    interval.

    said: account_id, as_of, p_churn. observed: account_id, as_of, observed, of those whose outcome is known.
    """
    both = said.dropna(subset="p_churn").merge(observed, on=["account_id", "as_of"], validate="one_to_one")
    rows = [_row(part, settled_days, seed) for _, part in both.groupby("as_of", sort=True)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def _row(part: pd.DataFrame, settled_days: int, seed: int) -> tuple[object, ...]:
    p, left = part["p_churn"].to_numpy(dtype=np.float64), part["observed"].to_numpy(dtype=np.float64)
    ranked = sample(p, left, np.full(len(p), np.nan), part["as_of"], 0)
    counts = account_counts(part["account_id"], DRAWS, seed)
    aucs = replicated(counts, part["account_id"], lambda weights: auc(ranked, weights))
    date = part["as_of"].iloc[0]
    settled = date + pd.Timedelta(days=settled_days)
    return date, settled, len(p), p.sum(), *leavers(p, LEVEL), int(left.sum()), float(aucs[0]), *interval(aucs)


def leavers(p: Floats, level: float) -> tuple[int, int]:
    """Where so large a share of counts falls if accounts leave independently with these chances: a Poisson binomial
    distribution."""
    below = poisson_binom(p).cdf(np.arange(len(p) + 1))
    low, high = np.searchsorted(below, [(1 - level) / 2, (1 + level) / 2])
    return int(low), min(int(high), len(p))


def as_said(rows: pd.DataFrame) -> pd.Series:
    """Of which lists as many left as 99% intervals allow."""
    return rows["actual"].between(rows["low"], rows["high"])


def decay(rows: pd.DataFrame, promised: float) -> str:
    """How the newest of some lists went wrong; '' if it did not.

    Risk ranks worse than promised where its whole AUC interval lies below `promised`, the lower end of the forward
    tests' own.
    """
    last = rows.iloc[-1]
    of = f"of the {last['accounts']} accounts scored as of {last['as_of']:%Y-%m-%d}"
    if not last["low"] <= last["actual"] <= last["high"]:
        expected = f"{last['expected']:.1f} were expected (99% interval {last['low']} to {last['high']})"
        return f"{of}, {last['actual']} left where {expected}"
    if last["auc_high"] < promised:
        seen = f"AUC {last['auc']:.2f} ({last['auc_low']:.2f} to {last['auc_high']:.2f})"
        return f"risk ranked the leavers {of} less well than forward tests promised: {seen}, promised {promised:.2f}"
    return ""
