"""What an account's brief is made from: plain frames of one account, never a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from leadline.experiment import Experiment

WEEKS = 26  # of use that are drawn
RECENT, BEFORE = 4, 12  # weeks: the last ones, and those before that they are held against


@dataclass(frozen=True)
class BriefInput:
    """One account to talk to, as of a date; nothing in it was learned later.

    - `account`: its row of scored_accounts, with `segment` and `term_end`, and the words of its play (`play_name`,
      `look_at`, `talk_track`).
    - `modules`: module (missing: outside any), weekly (events of each of the last 26 weeks, the oldest first).
    - `people`: role (missing: not told), name (missing: not to be told), count (people in the row: 1 for a key user;
      the last row may be all others together), weekly, last_at (their last event in those weeks).
    - `happenings`: kind (contract, ticket, survey, intervention, listing), start, end (missing: not over, or a moment),
      name (product, priority, play), amount (of a contract: money a month; of a survey: its score).
    - `history`: as_of, p_churn, reason, published (else what the model of that date, tested forward, would have said).
    """

    experiment: Experiment
    as_of: pd.Timestamp
    account: Mapping[str, Any]
    modules: pd.DataFrame
    people: pd.DataFrame
    happenings: pd.DataFrame
    history: pd.DataFrame


def modules_of(use: pd.DataFrame) -> pd.DataFrame:
    """`modules` of one account from its `weekly_use`, the most used first."""
    grouped = _weekly(use.assign(module=use["module"].fillna("")), "module")
    return grouped.assign(module=grouped["module"].where(grouped["module"] != "", None))


def people_of(use: pd.DataFrame, key: pd.DataFrame, names: bool) -> pd.DataFrame:
    """`people` of one account from its `weekly_use` and its key users (user_id, role): these by role and use, then all
    others in one row. `names`: whether ids may be told."""
    known = use.dropna(subset=["user_id"])
    leading = known[known["user_id"].isin(key["user_id"])]
    each = key[["user_id", "role"]].merge(_weekly(leading, "user_id"), on="user_id", how="left")
    each["weekly"] = [found if isinstance(found, tuple) else (0,) * WEEKS for found in each["weekly"]]
    order = pd.DataFrame({"role": each["role"].fillna("~"), "use": [-sum(w) for w in each["weekly"]]})
    each = each.loc[order.assign(id=each["user_id"]).sort_values(["role", "use", "id"], kind="stable").index]
    told = each.assign(name=each["user_id"] if names else None, count=1)
    return pd.concat([told, _others(known[~known.index.isin(leading.index)])], ignore_index=True)[
        ["role", "name", "count", "weekly", "last_at"]
    ]


def _others(use: pd.DataFrame) -> pd.DataFrame:
    """Everybody else in one row; none where there is nobody."""
    together = _weekly(use.assign(together="others"), "together")
    return together.assign(role=None, name=None, count=use["user_id"].nunique()).drop(columns="together")


def _weekly(use: pd.DataFrame, by: str) -> pd.DataFrame:
    """by, weekly (the oldest week first) and last_at; the most used first."""
    counts = use.pivot_table(index=by, columns="ago", values="events", aggfunc="sum", fill_value=0)
    counts = counts.reindex(columns=range(WEEKS - 1, -1, -1), fill_value=0)
    last = use.groupby(by)["last_at"].max()
    weekly = [tuple(int(n) for n in row) for row in counts.to_numpy()]
    rows = pd.DataFrame({by: counts.index.astype("str"), "weekly": weekly, "last_at": last.reindex(counts.index).array})
    order = pd.Series([-sum(week) for week in weekly], dtype="int64").sort_values(kind="stable").index
    return rows.loc[order].reset_index(drop=True)
