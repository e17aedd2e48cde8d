"""The rows a model learns from: one outcome, with the snapshot and the context of its account and as-of date."""

import pandas as pd

from leadline.problem import Problem

KEYS = ["account_id", "as_of"]


def outcome_rows(snapshots: pd.DataFrame, context: pd.DataFrame, outcomes: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Rows of one outcome that may be scored (eligible, leaving not announced), by as_of and account_id.

    Columns: outcome, keys, observed, known_at, the context and the indicators; where a context column is named as
    an indicator, the indicator stays. A Problem names outcome rows without a snapshot, and repeated rows.
    """
    found = outcomes[outcomes["outcome"] == outcome]
    _refuse_repeats(found, f"outcomes ({outcome})")
    inputs = with_context(snapshots, context)
    rows = found.merge(inputs, on=KEYS, how="left", indicator="joined")
    lost = rows[rows.pop("joined") == "left_only"]
    if len(lost):
        first = lost.iloc[0]
        raise Problem(
            f"{len(lost)} rows of the outcomes ({outcome}) have no snapshot, first account {first['account_id']} "
            f"as of {first['as_of']:%Y-%m-%d}; build the snapshot table for all of them."
        )
    return scorable(rows).sort_values(["as_of", "account_id"], kind="stable", ignore_index=True)


def with_context(snapshots: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """Snapshots with their context beside; a Problem counts the rows one has and the other has not."""
    _refuse_repeats(snapshots, "snapshots")
    facts = context[[*KEYS, *(name for name in context.columns if name not in snapshots.columns)]]
    rows = snapshots.merge(facts, on=KEYS, how="inner", validate="one_to_one")
    if not len(rows) == len(snapshots) == len(context):
        raise Problem(
            f"The snapshot table has {len(snapshots)} rows and its context {len(context)}, of which "
            f"{len(rows)} match on account_id and as_of; build both for the same rows."
        )
    return rows


def scorable(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of accounts that may be scored: eligible, and leaving not announced already."""
    return rows[rows["eligible"].astype(bool) & ~rows["announced"].astype(bool)]


def _refuse_repeats(frame: pd.DataFrame, title: str) -> None:
    repeated = frame[frame.duplicated(KEYS)]
    if len(repeated):
        first = repeated.iloc[0]
        raise Problem(
            f"{len(repeated)} rows of the {title} repeat an account and as-of date, first {first['account_id']} "
            f"as of {first['as_of']:%Y-%m-%d}; pass one row for each."
        )
