"""The past as it can be judged today: earlier declines beside the churn known by now."""

import pandas as pd

from leadline.decisions.decline import declines_as_of
from leadline.features.indicator import Column
from leadline.models.splits import known_labels, settled


def settled_history(
    snapshots: pd.DataFrame,
    context: pd.DataFrame,
    outcomes: pd.DataFrame,
    columns: tuple[Column, ...],
    now: pd.Timestamp,
    settled_days: int,
) -> pd.DataFrame:
    """Declines of every past as-of date whose churn is settled at `now`, with `observed` (0/1) and `arr`.

    Each date is compared with the snapshots 4, 8 and 12 weeks before it, so `snapshots` must hold those too;
    a row without an outcome is left out, and one without a past has no decline.
    """
    keys = ["account_id", "as_of"]
    dates = sorted(context.loc[settled(context["as_of"], now, settled_days), "as_of"].unique())
    past = [declines_as_of(date, snapshots, context, columns) for date in dates]
    together = pd.concat(past) if past else declines_as_of(now, snapshots[:0], context[:0], columns)
    churn = outcomes[outcomes["outcome"] == "churn"]
    labels = churn[keys].assign(observed=known_labels(churn, now))
    return together.merge(labels, on=keys, how="inner").merge(context[[*keys, "arr"]], on=keys, how="left")
