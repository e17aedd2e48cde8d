"""The log as it was known just before an as-of date, and the counts an analyst takes of it, in plain pandas."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

DAY = 86_400_000_000  # microseconds
ONE_DAY = pd.Timedelta(days=1)
WEEK = 7 * DAY
SESSION_GAP = 30 * 60_000_000
LONGEST = 182  # days: nothing of people looks further back


def codes(values: pd.Series, known: pd.Index) -> np.ndarray:
    """The position of each value in `known`; -1 where it is null or not there."""
    position, distinct = pd.factorize(values)
    return np.append(known.get_indexer(distinct), -1)[position]


def user_codes(account: np.ndarray, user_id: pd.Series, names: pd.Index) -> np.ndarray:
    """One number for each person of each account, in the order of user_id within it; -1 for nobody."""
    name = codes(user_id, names)
    return np.where(name < 0, -1, account.astype("int64") * len(names) + name)


def microseconds(instants: pd.Series) -> pd.Series:
    """Instants as microseconds since 1970, for exact whole-number arithmetic."""
    return instants.astype("datetime64[us]").astype("int64")


def log_of(
    events: pd.DataFrame, accounts: pd.Index, names: pd.Index, core: tuple[str, ...], views: tuple[str, ...]
) -> pd.DataFrame:
    """The events of the accounts asked for as numbers, sorted by the instant at which they occurred."""
    columns = ["user_id", "occurred_at", "received_at", "action", "module", "session_id", "duration_s"]
    events = events.reindex(columns=["account_id", *columns])
    account = codes(events["account_id"], accounts)
    rows = pd.DataFrame(
        {
            "account": account,
            "user": user_codes(account, events["user_id"], names),
            "at": microseconds(events["occurred_at"]),
            "received": microseconds(pd.to_datetime(events["received_at"]).fillna(events["occurred_at"])),
            "core": events["action"].isin(core),
            "view": events["action"].isin(views),
            "module": events["module"].astype("category"),
            "session": pd.factorize(events["session_id"])[0],
            "milliseconds": (events["duration_s"].astype("float64").fillna(0) * 1000).round(),
        }
    )
    return rows[rows["account"] >= 0].sort_values("at", kind="stable", ignore_index=True)


def ratio(value: pd.Series, base: pd.Series) -> pd.Series:
    """value / base; NaN where the base is not above zero."""
    return (value / base).where(base > 0)


def change(now: pd.Series, before: pd.Series) -> pd.Series:
    """now / before - 1; NaN where there was nothing before."""
    return ratio(now, before) - 1


@dataclass(frozen=True)
class Known:
    """The events known before an as-of date, sorted by `at`, and the accounts asked for at it."""

    as_of: int
    accounts: pd.Index
    events: pd.DataFrame

    def window(self, days: int, skip: int = 0, rows: pd.DataFrame | None = None) -> pd.DataFrame:
        """The rows (all events, unless others sorted by `at` are given) in [T - skip - days, T - skip)."""
        rows = self.events if rows is None else rows
        ends = [self.as_of - (skip + days) * DAY, self.as_of - skip * DAY]
        first, last = rows["at"].searchsorted(ends, side="left")
        return rows.iloc[first:last]

    @property
    def instant(self) -> pd.Timestamp:
        """The as-of date."""
        return pd.Timestamp(self.as_of, unit="us")

    def within(self, instants: pd.Series, days: int, skip: int = 0) -> pd.Series:
        """Whether each instant lies in [T - skip - days, T - skip)."""
        return (instants >= self.instant - (skip + days) * ONE_DAY) & (instants < self.instant - skip * ONE_DAY)

    def full(self, values: pd.Series, empty: float = 0.0) -> pd.Series:
        """A value for every account asked for: `empty` where none was found."""
        return values.reindex(self.accounts).astype("float64").fillna(empty)

    def count(self, rows: pd.DataFrame) -> pd.Series:
        """Rows of each account."""
        return self.full(rows.groupby("account").size())

    def distinct(self, rows: pd.DataFrame, *columns: str) -> pd.Series:
        """Distinct combinations of the columns within each account; rows with a null module or nobody left out."""
        pairs = rows[["account", *columns]].drop_duplicates().dropna()
        return self.count(pairs[pairs["user"] >= 0] if "user" in columns else pairs)

    @cached_property
    def days_ever(self) -> pd.Series:
        """Distinct days of use in all known history."""
        return self.distinct(self.events, "days_ago")

    def days_since(self, instants: pd.Series) -> pd.Series:
        """Days from each account's instant (in microseconds) to the as-of date; NaN where it has none."""
        return (self.as_of - self.full(instants, np.nan)) / DAY

    def weekly(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of each account in each of the last 16 weeks; column i is the week i weeks ago."""
        counts = rows.groupby(["account", "weeks_ago"]).size().unstack()
        return counts.reindex(index=self.accounts, columns=range(16)).astype("float64").fillna(0.0)


def known_before(log: pd.DataFrame, as_of: pd.Timestamp, accounts: pd.Index) -> Known:
    """The log of an as-of date; days and weeks are counted back from it, so that it ends both."""
    instant = int(as_of.to_datetime64().astype("datetime64[us]").astype("int64"))
    before = log.iloc[: log["at"].searchsorted(instant, side="left")]
    events = before[before["received"] < instant]
    arrived = np.maximum(events["at"], events["received"])
    events = events.assign(
        days_ago=(instant - 1 - events["at"]) // DAY,
        weeks_ago=(instant - 1 - events["at"]) // WEEK,
        arrived_ago=(instant - 1 - arrived) // WEEK,
    )
    return Known(instant, accounts, events)


def sessions_begun(known: Known) -> pd.DataFrame:
    """The events, sorted by `at`, that began a session in the last 182 days."""
    recent = known.window(LONGEST)
    return pd.concat([_one_of_each_id(recent), _after_a_gap(recent)]).sort_values("at", kind="stable")


def _one_of_each_id(rows: pd.DataFrame) -> pd.DataFrame:
    """One event of each session id of a user, for each week in which it occurred and arrived."""
    return rows[rows["session"] >= 0].drop_duplicates(["account", "user", "session", "weeks_ago", "arrived_ago"])


def _after_a_gap(rows: pd.DataFrame) -> pd.DataFrame:
    """The events without an id that are first, on another day, or more than 30 minutes after the user's previous."""
    person = ["account", "user", "arrived_ago"]
    rows = rows[rows["session"] < 0].sort_values([*person, "at"], kind="stable")
    previous = rows.groupby(person)[["at", "days_ago"]].shift()
    goes_on = (rows["at"] - previous["at"] <= SESSION_GAP) & (rows["days_ago"] == previous["days_ago"])
    return rows[~goes_on]
