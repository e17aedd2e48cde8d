"""Scoring: chances, bands, reasons and what moved, one row for each account that may be scored."""

import numpy as np
import pandas as pd

from leadline.features.indicator import Column
from leadline.models.change import Earlier, score_changes
from leadline.models.fitted import Fitted
from leadline.models.reasons import reasons
from leadline.models.rows import scorable, with_context
from leadline.models.train import Trained
from leadline.problem import Problem

DRIVERS = 3
PARTS = ("indicator", "value", "change", "contribution", "sentence")


def score(
    trained: Trained,
    snapshots_now: pd.DataFrame,
    snapshots_before: pd.DataFrame,
    context_now: pd.DataFrame,
    columns: tuple[Column, ...],
    language: str = "en",
    context_before: pd.DataFrame | None = None,
    earlier: Earlier | None = None,
    typical: pd.Series | None = None,
) -> pd.DataFrame:
    """Scores of one as-of date, by account_id; accounts not eligible, or leaving already, have no row.

    Columns: account_id, as_of, p_churn, p_expand (NaN without a model), percentile (of p_churn, to 100; ties share
    their mean), band, driver_1..3 (indicator, value, change, contribution, sentence; empty where fewer push up),
    arr, expected_loss (p_churn x arr, a year), score_change (p_churn less that of `snapshots_before`, by the model of
    then where `earlier` holds it, else by the same), change_because, score_change_data and score_change_model.
    `snapshots_before` are those of 28 days earlier; where the model knows the renewal calendar, the change is undefined
    without their context. Reasons compare with `typical` (see `reasons`), by default the median of those scored.
    """
    now = scorable(with_context(snapshots_now, context_now))
    now = now.sort_values("account_id", kind="stable", ignore_index=True)
    if now.empty:
        raise Problem("No account can be scored: none is eligible; check the log's last date and outcomes' settings.")
    p = trained.churn.predict(now)
    percentile = pd.Series(p).rank(pct=True) * 100
    table = now[["account_id", "as_of"]].assign(
        p_churn=p,
        p_expand=trained.by_outcome["expansion"].predict(now) if "expansion" in trained.by_outcome else np.nan,
        percentile=percentile,
        band=bands(percentile, pd.Series(p), trained.churn.base_rate),
        arr=now["arr"].astype(float),
        expected_loss=p * now["arr"].astype(float),
    )
    why = reasons(trained.churn, now, snapshots_before, columns, language, DRIVERS, typical)
    before = snapshots_before if context_before is None else with_context(snapshots_before, context_before)
    moved = score_changes(trained.churn, now, before, columns, language, earlier)
    return pd.concat([table, wide(why, now["account_id"]), moved], axis=1)


def growth_reasons(
    expansion: Fitted,
    snapshots_now: pd.DataFrame,
    snapshots_before: pd.DataFrame,
    context_now: pd.DataFrame,
    columns: tuple[Column, ...],
    language: str = "en",
) -> pd.DataFrame:
    """Why an account can grow: account_id and the strongest reasons of p_expand, in the columns of `score`."""
    now = scorable(with_context(snapshots_now, context_now)).sort_values("account_id", kind="stable", ignore_index=True)
    why = reasons(expansion, now, snapshots_before, columns, language, DRIVERS)
    return pd.concat([now[["account_id"]], wide(why, now["account_id"])], axis=1)


def bands(percentile: pd.Series, p: pd.Series, base_rate: float) -> pd.Series:
    """high: in the top tenth, and at least twice the base rate; medium: else in the top third, and at least the base
    rate; low: the rest. Rank says whom a team can get to, the multiple whether it is worth it."""
    high = (percentile > 90) & (p >= 2 * base_rate)
    medium = (percentile > 100 - 100 / 3) & (p >= base_rate)
    return pd.Series(np.select([high, medium], ["high", "medium"], "low"), index=p.index, dtype="str")


def wide(why: pd.DataFrame, accounts: pd.Series) -> pd.DataFrame:
    """Reasons as columns driver_1_indicator ... driver_3_sentence, in the order of the accounts."""
    ranks = [why[why["rank"] == rank].set_index("account_id") for rank in range(1, DRIVERS + 1)]
    parts = [r.reindex(accounts)[list(PARTS)].add_prefix(f"driver_{i}_") for i, r in enumerate(ranks, 1)]
    return pd.concat(parts, axis=1).reset_index(drop=True)
