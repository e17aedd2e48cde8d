"""Survival curves: from the chance of leaving in each period to that of still being here."""

import numpy as np
import pandas as pd

from leadline.models.hazard import Hazard
from leadline.models.rows import KEYS

SURVIVAL = ["account_id", "as_of", "period_end", "hazard", "survival", "expected_loss", "p_reach_renewal"]


def survival(hazard: Hazard, ahead: pd.DataFrame, snapshots: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """Who is still here when: one row for each eligible account and period ahead (`periods_ahead`).

    period_end: days from as_of. hazard: chance of leaving in the period, having come so far. survival: chance of being
    here at its end. expected_loss: ARR (a year's) times the chance of having left by then. p_reach_renewal: chance that
    cover goes on past the next term end; NaN where none lies within the periods. An account that has announced that it
    leaves does so at its next term end, or in the first period where there is none.
    """
    facts = context.loc[context["eligible"].astype(bool), [*KEYS, "arr", "announced"]]
    rows = ahead.merge(facts, on=KEYS, validate="many_to_one")
    rows = rows.merge(snapshots, on=KEYS, how="left", suffixes=("", "_then"), validate="many_to_one")
    rows = rows.sort_values(["as_of", "account_id", "period"], kind="stable", ignore_index=True)
    renewing = _next_renewal(rows)
    leaving = rows["announced"].astype(bool) & (renewing | (rows["period"] == 1) & ~_any(rows, renewing))
    rows["hazard"] = np.where(leaving, 1.0, hazard.predict(rows))
    rows["survival"] = (1 - rows["hazard"]).groupby([rows["account_id"], rows["as_of"]]).cumprod()
    rows["expected_loss"] = (1 - rows["survival"]) * rows["arr"].astype("float64")
    reached = rows["survival"].where(renewing).groupby([rows["account_id"], rows["as_of"]]).transform("max")
    return rows.assign(period_end=rows["closes"], p_reach_renewal=reached)[SURVIVAL]


def _next_renewal(rows: pd.DataFrame) -> pd.Series:
    """The first period of each account in which a term ends."""
    so_far = rows["term_ends"].gt(0).groupby([rows["account_id"], rows["as_of"]]).cumsum()
    return rows["term_ends"].gt(0) & (so_far == 1)


def _any(rows: pd.DataFrame, where: pd.Series) -> pd.Series:
    return where.groupby([rows["account_id"], rows["as_of"]]).transform("any")
