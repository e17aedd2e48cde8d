"""The log as weekly cells: what happened in which week before an as-of date, and in which week it became known.

Weeks are counted from the as-of dates' own phase, so that an as-of date always ends a week. A cell of week o that
arrived in week a is seen by the as-of dates after both, up to the window's end; a late event therefore changes what
as-of dates after its arrival see, never earlier ones. This file owns the one rule of what is known: an event counts
in a window of w days as of T when T - w <= occurred_at < T and received_at < T.
"""

from datetime import datetime

import narwhals as nw
import pandas as pd

from leadline.features.engine import Engine, Frame
from leadline.features.measures import WindowSum

DAY = 86_400_000_000  # microseconds
WEEK = 7 * DAY
SESSION_GAP = 30 * 60_000_000
NEVER = -(2**62)
EPOCH = datetime(1970, 1, 1)
ACCOUNT = ["account_id", "phase"]
ARRIVED = ["week", "arrival"]


def microseconds(column: str) -> nw.Expr:
    """An instant as microseconds since 1970, for exact arithmetic on every engine."""
    return (nw.col(column) - nw.lit(EPOCH)).dt.total_microseconds()


def with_weeks(grid: pd.DataFrame) -> pd.DataFrame:
    """Add to (account_id, as_of) rows the phase within the week and the number of the week that as_of ends."""
    instants = grid["as_of"].astype("datetime64[us]").astype("int64")
    return grid.assign(phase=instants % WEEK, seen_week=instants // WEEK)


def placed(events: Frame, phases: Frame, core: tuple[str, ...], views: tuple[str, ...]) -> Frame:
    """Events with their week, day and week of arrival under each phase asked for, and flags of their kind."""
    occurred, received = microseconds("occurred_at"), microseconds("received_at")
    timed = events.join(phases, how="cross").with_columns(
        at=occurred,
        week=(occurred - nw.col("phase")) // WEEK,
        day=(occurred - nw.col("phase")) // DAY,
        arrival=nw.max_horizontal(occurred, received),
        user_id=nw.col("user_id").fill_null(""),
        core=flag(nw.col("action").is_in(core)),
        views=flag(nw.col("action").is_in(views)),
        milliseconds=(nw.col("duration_s").fill_null(0.0) * 1000).round().cast(nw.Int64),
        one=nw.lit(1),
    )
    return timed.with_columns(arrival=(nw.col("arrival") - nw.col("phase")) // WEEK)


def flag(condition: nw.Expr) -> nw.Expr:
    """True as 1, everything else as 0."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))


def with_session_starts(events: Frame, some_given: bool) -> Frame:
    """Mark the events that open a session: the first known of a given session_id, else the first after 30 minutes.

    A derived session is told from what arrived in the same week, so that it never changes once it is known.
    """
    no_id = nw.col("session_id").is_null()
    previous = nw.col("at").shift(1).over(*ACCOUNT, "user_id", "arrival", "derived", order_by=["at"])
    gaps = events.with_columns(derived=flag(no_id)).with_columns(previous=previous)
    opens = nw.col("previous").is_null() | (nw.col("at") - nw.col("previous") > SESSION_GAP)
    if not some_given:
        return gaps.with_columns(sessions=flag(opens))
    nth = nw.col("one").cum_sum().over(*ACCOUNT, "session_id", order_by=["arrival", "at", "action"])
    return gaps.with_columns(nth=nth).with_columns(sessions=flag((no_id & opens) | (~no_id & (nw.col("nth") == 1))))


def user_days(events: Frame, sums: list[str]) -> Frame:
    """One row per account, user, day and week of arrival: events, the other sums asked for, the last instant."""
    keys = [*ACCOUNT, "user_id", "day", *ARRIVED]
    return events.group_by(*keys).agg(
        nw.col("one").sum().alias("events"), *(nw.col(name).sum() for name in sums), nw.col("at").max()
    )


def user_weeks(days: Frame, sums: list[str]) -> Frame:
    """One row per account, user, week and arrival; a day counts once, in the week it first became known."""
    first = nw.col("arrival").min().over(*ACCOUNT, "user_id", "day")
    new = days.with_columns(first=first).with_columns(days=flag(nw.col("arrival") == nw.col("first")))
    columns = ["events", *sums, "days"]
    return new.group_by(*ACCOUNT, "user_id", *ARRIVED).agg(
        *(nw.col(name).sum() for name in columns), nw.col("at").max()
    )


def account_weeks(days: Frame, users: Frame, sums: list[str]) -> Frame:
    """One row per account, week and arrival: sums over users, the days anybody was active, the sum of DAU."""
    known = nw.when(nw.col("user_id") != "").then(nw.col("days")).otherwise(nw.lit(0))
    totals = ["events", *sums, "user_days"]
    by_users = (
        users.with_columns(user_days=known)
        .group_by(*ACCOUNT, *ARRIVED)
        .agg(*(nw.col(name).sum() for name in totals), nw.col("at").max())
    )
    by_days = (
        days.group_by(*ACCOUNT, "week", "day")
        .agg(nw.col("arrival").min())
        .with_columns(days=nw.lit(1))
        .group_by(*ACCOUNT, *ARRIVED)
        .agg(nw.col("days").sum())
    )
    return by_users.join(by_days, on=[*ACCOUNT, *ARRIVED], how="left").with_columns(nw.col("days").fill_null(0))


def module_weeks(events: Frame) -> Frame:
    """One row per account, module, week and arrival: events and core actions; events of no module are left out."""
    return (
        events.filter(~nw.col("module").is_null())
        .group_by(*ACCOUNT, "module", *ARRIVED)
        .agg(nw.col("one").sum().alias("events"), nw.col("core").sum())
    )


def window_sums(engine: Engine, cells: Frame, grid: Frame, member: list[str], sums: list[WindowSum]) -> Frame:
    """Sum cells into the windows asked for, one row per account (and member) and as-of date that sees any cell."""
    lags = engine.table(pd.DataFrame({"lag": range(max(s.last_week for s in sums))}))
    seen = (
        cells.join(lags, how="cross")
        .with_columns(seen_week=nw.col("week") + nw.col("lag") + 1)
        .filter(nw.col("arrival") < nw.col("seen_week"))
        .join(grid, on=[*ACCOUNT, "seen_week"], how="inner")
    )
    within = {
        s.column: nw.when((nw.col("lag") >= s.first_week) & (nw.col("lag") < s.last_week))
        .then(nw.col(s.fact))
        .otherwise(nw.lit(0))
        for s in sums
    }
    return (
        seen.with_columns(**within)
        .group_by("account_id", "as_of", *member)
        .agg(*(nw.col(name).sum() for name in within))
    )


def last_instant(cells: Frame, grid: Frame) -> Frame:
    """The last instant known of any event, per account and as-of date, however long ago it was."""
    facts = cells.group_by(*ACCOUNT, "arrival").agg(nw.col("at").max())
    facts = facts.select(*ACCOUNT, "at", seen_week=nw.col("arrival") + 1, asks=nw.lit(0))
    asks = grid.select(*ACCOUNT, at=nw.lit(NEVER), seen_week=nw.col("seen_week"), asks=nw.lit(1))
    latest = nw.col("at").cum_max().over(*ACCOUNT, order_by=["seen_week", "asks"])
    known = nw.concat([facts, asks.select(*facts.columns)], how="vertical").with_columns(last_at=latest)
    known = known.filter((nw.col("asks") == 1) & (nw.col("last_at") > NEVER))
    known = known.select(*ACCOUNT, "seen_week", "last_at")
    return grid.join(known, on=[*ACCOUNT, "seen_week"], how="left").select("account_id", "as_of", "last_at")
