"""Whether contacted and comparison accounts are alike in what was known of them, before and after weighting."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from leadline.models.arrays import Booleans, Floats, matrix

UNLIKE = 0.1  # a standardised difference above which groups are not alike, by a rule of thumb (Austin 2009)
COLUMNS = ["covariate", "contacted", "others", "others_weighted", "before", "after", "alike"]


def balance(accounts: pd.DataFrame, covariates: Sequence[str], weights: Floats) -> pd.DataFrame:
    """Standardised mean differences by covariate, the largest left after weighting first.

    `accounts`: one row an account, with contacted (bool) and the covariates. `weights`: those of the effect on the
    contacted, an element each row; 0: left out. before: (mean of all contacted - mean of all others) / the root of
    the mean of their variances (Austin 2009); after: the same of the accounts kept, weighted, over the same root.
    Where values are missing, means are over those known, and a row `... missing` tells of the share missing.
    """
    contacted, x = accounts["contacted"].to_numpy(dtype=bool), matrix(accounts, covariates)
    missing = np.isnan(x)
    some = np.flatnonzero(missing.any(axis=0))
    names = [*covariates, *(f"{covariates[int(i)]} missing" for i in some)]
    columns = np.column_stack([x, missing[:, some].astype(np.float64)])
    rows = [_row(name, column, contacted, weights) for name, column in zip(names, columns.T, strict=True)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    largest = table[["after", "before"]].abs().sort_values(["after", "before"], ascending=False, kind="stable")
    return table.loc[largest.index].reset_index(drop=True)


def _row(name: str, values: Floats, contacted: Booleans, weights: Floats) -> tuple[object, ...]:
    ones = np.ones_like(weights)
    treated, others = _mean(values, ones * contacted), _mean(values, ones * ~contacted)
    weighted, kept = _mean(values, weights * ~contacted), _mean(values, weights * contacted)
    spread = np.sqrt((_variance(values[contacted]) + _variance(values[~contacted])) / 2)
    before, after = _over(treated - others, spread), _over(kept - weighted, spread)
    return name, kept, others, weighted, before, after, bool(abs(after) <= UNLIKE)


def _mean(values: Floats, weights: Floats) -> float:
    known = ~np.isnan(values) & (weights > 0)
    return float(np.average(values[known], weights=weights[known])) if known.any() else float("nan")


def _variance(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.var(ddof=1)) if len(known) > 1 else 0.0


def _over(difference: float, spread: float) -> float:
    """A difference in units of a spread; none where both are 0, and infinite where only the spread is."""
    if difference == 0 or np.isnan(difference):
        return difference
    return difference / spread if spread > 0 else float(np.copysign(np.inf, difference))
