"""What a CSM reads of usage: a period beside the period before it.

A period of d days as of T holds the events with T - d <= occurred_at < T and received_at < T; the period before, those
with T - 2d <= occurred_at < T - d, as known at T too. A change is value / value of the period before - 1, undefined
where there was nothing before.
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from functools import partial

import narwhals as nw
import pandas as pd

from leadline.features.dataset import everyone, first_known, log_of
from leadline.features.engine import DuckDBEngine, Engine, Frame
from leadline.features.indicator import Catalogue, Indicator
from leadline.features.measures import DAYS_A_WEEK, Measures
from leadline.features.scan import near_miss
from leadline.features.snapshots import Log, available, snapshots
from leadline.features.sources import Tables
from leadline.problem import Problem

FACTS: dict[str, Callable[[Measures, int, int], nw.Expr]] = {
    "users": Measures.active_users,
    "visits": Measures.sessions,
    "events": Measures.events,
    "minutes": Measures.minutes,
    "active_days": Measures.active_days,
    "core_actions": Measures.core,
}
READ = ("account_id", "user_id", "occurred_at", "received_at", "action", "module", "session_id", "duration_s")


def account_usage(tables: Tables, as_of: pd.Timestamp, days: int = 28) -> pd.DataFrame:
    """One row per account known then, most events first: users, visits, events, minutes (where the source gives
    durations), active_days and core_actions of the period, each followed by its change (NAME_change)."""
    grid, log = known_accounts(tables, as_of, days), log_of(tables, tables.relations)
    with closing(DuckDBEngine()) as engine:
        recent = replace(log, frames={**log.frames, "events": known_events(engine, log, as_of, 2 * days)})
        asked = available(_indicators(days), recent)
        found = snapshots(engine, recent, grid, asked)
    whole = [name for name in asked if not name.startswith("minutes")]
    names = tables.relations["accounts"].select("account_id, name").df()
    rows = found.astype(dict.fromkeys(whole, "int64")).merge(names, on="account_id")
    table = with_changes(rows, ["account_id", "name"], [fact for fact in FACTS if fact in asked])
    return table.sort_values(["events", "account_id"], ascending=[False, True], ignore_index=True)


def known_accounts(tables: Tables, as_of: pd.Timestamp, days: int, account_id: str | None = None) -> pd.DataFrame:
    """The accounts known as of a date, all or one: (account_id, as_of); a Problem where the period, the date or the
    account is none of which the log can speak."""
    if days < DAYS_A_WEEK or days % DAYS_A_WEEK:
        raise Problem(f"A period of {days} days is no whole number of weeks; give days as 7, 14, 28 or so.")
    _refuse_dates_outside(tables, as_of)
    grid = everyone(tables.relations, pd.DatetimeIndex([as_of]))
    if account_id is not None:
        known, grid = grid["account_id"], grid[grid["account_id"] == account_id]
    if grid.empty:
        which = "No account" if account_id is None else f"No account {account_id}{near_miss(account_id, known)}"
        raise Problem(
            f"{which} was known to source {tables.source.name} as of {as_of:%Y-%m-%d}; choose a later date, or one of "
            "the accounts that the accounts view lists."
        )
    return grid


def _refuse_dates_outside(tables: Tables, as_of: pd.Timestamp) -> None:
    first, last = first_known(tables), pd.Timestamp(tables.known_until)
    if first < as_of <= last + pd.Timedelta(days=DAYS_A_WEEK):
        return
    raise Problem(
        f"The log of {tables.source.name} runs from {first:%Y-%m-%d} to {last:%Y-%m-%d}; it cannot speak as of "
        f"{as_of:%Y-%m-%d}. Choose a date within it."
    )


def known_events(engine: Engine, log: Log, as_of: pd.Timestamp, days: int, account_id: str | None = None) -> Frame:
    """The events of the last so many days as known then, of one account or of all; kept, for several read them."""
    end, start = as_of.to_pydatetime(), (as_of - pd.Timedelta(days=days)).to_pydatetime()
    at = nw.col("occurred_at")
    rows = log.frames["events"].filter(at >= start, at < end, nw.col("received_at") < end)
    if account_id is not None:
        rows = rows.filter(nw.col("account_id") == account_id)
    return engine.keep(rows.select(*READ))


def with_changes(rows: pd.DataFrame, keys: Iterable[str], facts: Iterable[str]) -> pd.DataFrame:
    """The keys, and each fact followed by its change against the column FACT_before."""
    columns = {key: rows[key] for key in keys}
    for fact in facts:
        before = rows[f"{fact}_before"]
        columns |= {fact: rows[fact], f"{fact}_change": rows[fact] / before.where(before > 0) - 1}
    return pd.DataFrame(columns)


def _indicators(days: int) -> Catalogue:
    """Each fact in the period, and as FACT_before in the one before."""
    skips = {"": 0, "_before": days}
    return {f"{name}{end}": _indicator(f"{name}{end}", days, skip) for name in FACTS for end, skip in skips.items()}


def _indicator(name: str, days: int, skip: int) -> Indicator:
    define = partial(_defined, FACTS[name.removesuffix("_before")], days, skip)
    return Indicator(name, name, "company", "usage", "count", (), 0, 0, False, {}, define)


def _defined(
    fact: Callable[[Measures, int, int], nw.Expr], days: int, skip: int, measures: Measures, _: None
) -> nw.Expr:
    return fact(measures, days, skip)
