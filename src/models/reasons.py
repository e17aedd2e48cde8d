"""Reasons a person can read: what pushes an account's risk up, in sentences with its own numbers."""

import numpy as np
import pandas as pd

from leadline.features.indicator import Column
from leadline.models.explain import contributions
from leadline.models.fitted import Fitted

COLUMNS = ["account_id", "rank", "indicator", "column", "value", "change", "contribution", "sentence"]


def reasons(
    fitted: Fitted,
    snapshots_now: pd.DataFrame,
    snapshots_before: pd.DataFrame,
    columns: tuple[Column, ...],
    language: str,
    top: int = 3,
) -> pd.DataFrame:
    """The strongest reasons for a high score, at most `top` an account, in the order of the accounts and rank 1, 2, 3.

    An indicator's contribution is the sum over its columns; it speaks through the column that adds most and has a
    value. Only what pushes up is a reason. Families are taken in turn: one reason each before any has a second;
    behaviour comes before calendar and contract.
    `value` is of now, `change` is since `snapshots_before` (NaN where the account was not there), `contribution` is
    in log-odds.
    """
    model = tuple(c for c in columns if c.name in fitted.columns)
    candidates = _candidates(fitted, snapshots_now, model)
    chosen = _spread_over_families(candidates)
    chosen = chosen[chosen["rank"] <= top]
    before = _before(snapshots_now, snapshots_before, model)
    by_name = {column.name: column for column in model}
    values = [snapshots_now[c].iloc[i] for i, c in zip(chosen["row"], chosen["column"], strict=True)]
    earlier = [before[c].iloc[i] for i, c in zip(chosen["row"], chosen["column"], strict=True)]
    sentences = [
        by_name[c].reason(value, past, language)
        for c, value, past in zip(chosen["column"], values, earlier, strict=True)
    ]
    facts = {"value": values, "change": np.subtract(values, earlier), "sentence": sentences}
    return chosen.assign(**facts)[COLUMNS].reset_index(drop=True)


def _candidates(fitted: Fitted, frame: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """A row per account and indicator that pushes its score up, with the column that speaks for it."""
    found = contributions(fitted, frame)
    parts = pd.DataFrame(
        {
            "row": np.repeat(np.arange(len(frame)), len(columns)),
            "account_id": np.repeat(frame["account_id"].to_numpy(), len(columns)),
            "column": [c.name for c in columns] * len(frame),
            "indicator": [c.indicator.name for c in columns] * len(frame),
            "family": [c.indicator.family for c in columns] * len(frame),
            "calendar": [not c.indicator.behaviour for c in columns] * len(frame),
            "part": found.values[[c.name for c in columns]].to_numpy().ravel(),
            "known": frame[[c.name for c in columns]].notna().to_numpy().ravel(),
        }
    )
    parts["contribution"] = parts.groupby(["row", "indicator"], sort=False)["part"].transform("sum")
    speaking = parts[parts["known"] & (parts["part"] > 0) & (parts["contribution"] > 0)]
    speaking = speaking.sort_values(["row", "part", "column"], ascending=[True, False, True], kind="stable")
    return speaking.drop_duplicates(["row", "indicator"])


def _spread_over_families(candidates: pd.DataFrame) -> pd.DataFrame:
    """Ranked within each account: the strongest of every family first, then their seconds, and so on; calendar and
    contract, which nobody can talk an account out of, only after what people do."""
    strongest = ["row", "contribution", "indicator"]
    ordered = candidates.sort_values(strongest, ascending=[True, False, True], kind="stable")
    ordered["turn"] = ordered.groupby(["row", "family"]).cumcount()
    ordered = ordered.sort_values(
        ["row", "calendar", "turn", "contribution", "indicator"],
        ascending=[True, True, True, False, True],
        kind="stable",
    )
    return ordered.assign(rank=ordered.groupby("row").cumcount() + 1)


def _before(now: pd.DataFrame, before: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """The earlier snapshots in the order of the accounts now; NaN where an account was not there."""
    return before.set_index("account_id")[[c.name for c in columns]].reindex(now["account_id"])
