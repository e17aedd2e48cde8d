"""The snapshot table: one row per account and as-of date, a column per indicator."""

from dataclasses import dataclass

import narwhals as nw
import pandas as pd

from leadline.features import weekly
from leadline.features.engine import Engine, Frame
from leadline.features.indicator import Catalogue, Column, columns_of
from leadline.features.measures import Measures, Members, Rows, WindowSum
from leadline.features.states import STATES
from leadline.problem import Problem

KEYS = ["account_id", "as_of"]
OWN_FACTS = {"events", "days", "user_days"}
MOST_PHASES = 14  # seven weekdays, in summer and in winter time


@dataclass(frozen=True)
class Log:
    """Contract tables as Narwhals frames, and what the source says of its actions."""

    frames: dict[str, Frame]
    core: tuple[str, ...]
    views: tuple[str, ...]
    some_sessions_given: bool = False


def available(indicators: Catalogue, log: Log) -> Catalogue:
    """The indicators whose tables this log has."""
    return {name: i for name, i in indicators.items() if _tables_of(i.columns()) <= set(log.frames)}


def snapshots(engine: Engine, log: Log, grid: pd.DataFrame, indicators: Catalogue) -> pd.DataFrame:
    """Indicators for every (account_id, as_of) row of the grid, as float64, sorted by as_of and account_id.

    The grid must hold all accounts known at each date, for market movement is a median over them.
    """
    columns = columns_of(indicators)
    asked, values = _define(columns)
    dated = weekly.with_weeks(grid)
    if dated["phase"].nunique() > MOST_PHASES:
        raise Problem(
            f"as_of: the pairs name {dated['phase'].nunique()} different instants within the week, at most "
            f"{MOST_PHASES} can be computed at once; give as-of dates at midnight."
        )
    rows = _account_rows(engine, log, engine.table(dated), asked)
    keys = [nw.col("account_id"), nw.col("as_of")]
    table = engine.collect(rows.select(*keys, *(_column(c, values[c.name]) for c in columns)))
    return table.sort_values(["as_of", "account_id"], kind="stable", ignore_index=True)


def _column(column: Column, value: nw.Expr) -> nw.Expr:
    number = value.cast(nw.Float64)
    if column.indicator.empty is not None:
        number = number.fill_null(float(column.indicator.empty))
    return number.alias(column.name)


def _define(columns: tuple[Column, ...]) -> tuple[Measures, dict[str, nw.Expr]]:
    asked = Measures()
    return asked, {c.name: c.indicator.define(asked, c.window) for c in columns}


def _tables_of(columns: tuple[Column, ...]) -> set[str]:
    asked, _ = _define(columns)
    return {STATES[state][0] for state in asked.states if state in STATES}


def _account_rows(engine: Engine, log: Log, grid: Frame, asked: Measures) -> Frame:
    """The grid with everything that was asked for about an account joined to it."""
    rows = grid
    for part in _parts(engine, log, grid, asked):
        rows = rows.join(part, on=KEYS, how="left")
    sums = [nw.col(name).fill_null(0) for name in asked.sums]
    totals = [
        nw.col(name).fill_null(0)
        for members in (asked.users, asked.modules)
        for name, (how, _) in members.totals.items()
        if how == "sum"
    ]
    silence = (weekly.microseconds("as_of") - nw.col("last_at")) / weekly.DAY
    return rows.with_columns(*sums, *totals, days_since_last_event=silence)


def _parts(engine: Engine, log: Log, grid: Frame, asked: Measures) -> list[Frame]:
    phases = grid.select("phase").unique()
    events = weekly.placed(log.frames["events"], phases, log.core, log.views)
    sums = _facts(asked)
    timed = weekly.with_session_starts(events, log.some_sessions_given) if "sessions" in sums else events
    days = engine.keep(weekly.user_days(timed, sums))
    users = engine.keep(weekly.user_weeks(days, sums))
    accounts = engine.keep(weekly.account_weeks(days, users, sums))
    parts = [weekly.last_instant(accounts, grid)]
    if asked.sums:
        parts.append(weekly.window_sums(engine, accounts, grid, [], list(asked.sums.values())))
    if asked.users.totals:
        known = users.filter(nw.col("user_id") != "")
        parts.append(_totals(_user_rows(engine, known, grid, asked), asked.users))
    if asked.modules.totals:
        modules = engine.keep(weekly.module_weeks(events))
        sums_of_modules = _summed(asked.module)
        parts.append(_totals(weekly.window_sums(engine, modules, grid, ["module"], sums_of_modules), asked.modules))
    return [engine.keep(part) for part in [*parts, *_states(log, grid, asked)]]


def _facts(asked: Measures) -> list[str]:
    sums = [*asked.sums.values(), *asked.user.sums.values()]
    return sorted({s.fact for s in sums} - OWN_FACTS)


def _summed(rows: Rows) -> list[WindowSum]:
    return list(rows.sums.values())


def _user_rows(engine: Engine, users: Frame, grid: Frame, asked: Measures) -> Frame:
    rows = weekly.window_sums(engine, users, grid, ["user_id"], _summed(asked.user))
    if not asked.user.rank_by:
        return rows
    core, events = asked.user.rank_by
    ordered = rows.with_columns(fewer_core=-core, fewer_events=-events)
    rank = nw.col("events_seen").cum_sum().over(*KEYS, order_by=["fewer_core", "fewer_events", "user_id"])
    return ordered.with_columns(events_seen=nw.lit(1)).with_columns(key_rank=rank)


def _totals(rows: Frame, members: Members) -> Frame:
    values = {name: value for name, (_, value) in members.totals.items()}
    how = {"sum": lambda name: nw.col(name).sum(), "max": lambda name: nw.col(name).max()}
    totals = [how[kind](name) for name, (kind, _) in members.totals.items()]
    return rows.with_columns(**values).group_by(*KEYS).agg(*totals)


def _states(log: Log, grid: Frame, asked: Measures) -> list[Frame]:
    makers = {STATES[s][1]: STATES[s][0] for s in sorted(asked.states) if s in STATES}
    return [make(grid, log.frames[table]) for make, table in makers.items()]
