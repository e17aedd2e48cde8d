"""Columns tried beside a set of columns: what they rank by themselves, and what the set predicts with them and without,
out of time."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from leadline.experiment import Experiment
from leadline.features.indicator import Column
from leadline.models.arrays import Floats
from leadline.models.bootstrap import account_counts, interval, replicated
from leadline.models.fit import fit_as
from leadline.models.lightgbm_model import TreeSettings
from leadline.models.metrics import auc, sample
from leadline.models.paired import DRAWS
from leadline.models.recipe import Choice
from leadline.models.refits import refits
from leadline.models.splits import Fold, training_rows
from leadline.problem import Problem

MOST_FITS = 8
TENTHS = 10
# Every tree may read every column: with and without, the same trees grow until one reads a column that is tried.
USUAL = Choice("blend", penalty=100.0, linear=0.5, rounds=60, trees=TreeSettings(feature_fraction=1.0))
KEPT = ["account_id", "as_of", "observed", "arr"]


def folds(rows: pd.DataFrame, experiment: Experiment) -> tuple[Fold, ...]:
    """The test dates, which are all as-of dates from the experiment's first test on, in at most 8 fits; a Problem where
    there is none."""
    calendar = experiment.calendar.model_copy(update={"test_every": experiment.calendar.every})
    found = refits(rows, experiment.model_copy(update={"calendar": calendar}), MOST_FITS)
    if not found:
        raise Problem(
            "Nothing can be tested out of time: no outcome had settled, with both kinds seen, before the last as-of "
            "date; give a longer log, or a shorter outcomes.horizon_days."
        )
    return found


def forward_chances(
    rows: pd.DataFrame, columns: tuple[Column, ...], outcome: str, experiment: Experiment, tests: tuple[Fold, ...]
) -> pd.DataFrame:
    """account_id, as_of, observed, arr and p of the test rows, by models that learned only what was known then, all
    fitted by the same usual recipe."""
    parts = []
    for fold in tests:
        train = training_rows(rows, fold.fitted_at, experiment.outcomes.settled_days)
        test = rows[rows["as_of"].isin(fold.tests)]
        model = fit_as(train, columns, outcome, experiment, USUAL)
        parts.append(test[KEPT].assign(p=model.predict(test)))
    return pd.concat(parts, ignore_index=True)


def ranked_alone(rows: pd.DataFrame, columns: tuple[Column, ...], seed: int) -> pd.DataFrame:
    """column, known (share of rows), auc, low, high: whether accounts of a higher value show the outcome more often
    (0.5: no), with its 95% interval over redrawn accounts."""
    return pd.DataFrame([_alone(rows, column.name, seed) for column in columns])


def by_tenth(rows: pd.DataFrame, column: str, seed: int) -> pd.DataFrame:
    """tenth, rows, middle, share, low, high: the share of rows that show the outcome by tenth of the column's value
    (1: lowest; equal values stay together), with its 95% interval; `middle` is the tenth's median value, and rows
    without a value are tenth 0."""
    tenth = (rows[column].rank(pct=True) * TENTHS).apply(np.ceil).fillna(0).astype("int64")
    observed = rows["observed"].to_numpy(dtype=np.float64)
    names = sorted(tenth.unique())
    within = np.array([tenth.to_numpy() == name for name in names], dtype=np.float64).T

    def shares(weights: Floats) -> Floats:
        drawn, positives = weights @ within, weights @ (within * observed[:, None])
        return np.divide(positives, drawn, out=np.full(drawn.shape, np.nan), where=drawn > 0)

    found = _drawn(rows, shares, seed)
    lines = [(share[0], *interval(share[1:])) for share in found.T]
    table = pd.DataFrame(lines, columns=["share", "low", "high"])
    values = rows.groupby(tenth, sort=True)[column]
    table.insert(0, "middle", values.median().to_numpy())
    table.insert(0, "rows", values.size().to_numpy())
    table.insert(0, "tenth", names)
    return table


def _alone(rows: pd.DataFrame, column: str, seed: int) -> dict[str, object]:
    known = rows[rows[column].notna()]
    observed = known["observed"].to_numpy(dtype=np.float64)
    facts = {"column": column, "known": len(known) / len(rows)}
    if len(np.unique(observed)) < 2:
        return {**facts, "auc": np.nan, "low": np.nan, "high": np.nan}
    s = sample(known[column].to_numpy(dtype=np.float64), observed, observed, known["as_of"], capacity=0)
    found = _drawn(known, lambda weights: auc(s, weights), seed)
    low, high = interval(found[1:])
    return {**facts, "auc": float(found[0]), "low": low, "high": high}


def _drawn(rows: pd.DataFrame, measure: Callable[[Floats], Floats], seed: int) -> Floats:
    return replicated(account_counts(rows["account_id"], DRAWS, seed), rows["account_id"], measure)
