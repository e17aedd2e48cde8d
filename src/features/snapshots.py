"""The snapshot table: one row per account and as-of date, a column per indicator."""

from dataclasses import dataclass

import narwhals as nw
import pandas as pd

from leadline.features.accounts import account_cells, account_rows, history_states
from leadline.features.cells import WEEK, flag, module_cells, user_cells
from leadline.features.engine import Engine, Frame
from leadline.features.indicator import Catalogue, Column, Indicator, columns_of
from leadline.features.measures import ACTIVE, Measures
from leadline.features.members import AS_OF, module_totals, of_accounts, totals, user_rows
from leadline.features.states import HISTORY, STATES
from leadline.features.windows import reach_of
from leadline.problem import Problem

KEYS = ["account_id", "as_of"]
MOST_PHASES = 14  # seven weekdays, in summer and in winter time


@dataclass(frozen=True)
class Log:
    """Contract tables as Narwhals frames, and what the source says of its actions and modules."""

    frames: dict[str, Frame]
    core: tuple[str, ...]
    views: tuple[str, ...]
    modules: tuple[str, ...] = ()
    some_sessions_given: bool = False
    some_durations_given: bool = False


@dataclass(frozen=True)
class Cells:
    """The log as weekly cells, of users and of modules: see `cells`."""

    users: Frame
    modules: Frame


def available(indicators: Catalogue, log: Log) -> Catalogue:
    """The indicators whose tables and columns this log has."""
    return {name: i for name, i in indicators.items() if not lacking(i, log)}


def lacking(indicator: Indicator, log: Log) -> set[str]:
    """The tables and other parts that an indicator is made of and this log has not."""
    given = set(log.frames) | ({"durations"} if log.some_durations_given else set())
    return _needs(indicator.columns()) - given


def phases_of(grid: pd.DataFrame) -> list[int]:
    """The places within the week at which as-of dates lie, in microseconds; a Problem where they are too many."""
    phases = sorted({int(p) for p in _instants(grid) % WEEK})
    if len(phases) > MOST_PHASES:
        raise Problem(
            f"as_of: the pairs name {len(phases)} different instants within the week, at most "
            f"{MOST_PHASES} can be computed at once; give as-of dates at midnight."
        )
    return phases


def cells_of(engine: Engine, log: Log, phases: list[int]) -> Cells:
    """The whole log as cells."""
    events = engine.in_microseconds(log.frames["events"])
    users = user_cells(engine, events, phases, log.core, log.views, log.some_sessions_given)
    return Cells(users, module_cells(engine, events, phases))


def snapshots(engine: Engine, log: Log, grid: pd.DataFrame, indicators: Catalogue) -> pd.DataFrame:
    """Indicators for every (account_id, as_of) row of the grid, as float64, sorted by as_of and account_id.

    The grid must hold all accounts known at each date, for market movement is a median over them.
    """
    cells, engine = cells_of(engine, log, phases_of(grid)), engine.after_cells()
    table = engine.collect(snapshot_frame(engine, log, cells, grid, indicators))
    return table.sort_values(["as_of", "account_id"], kind="stable", ignore_index=True)


def snapshot_frame(engine: Engine, log: Log, cells: Cells, grid: pd.DataFrame, indicators: Catalogue) -> Frame:
    """The same from cells of the engine before, as a frame of the engine in no particular order."""
    columns = columns_of(indicators)
    asked, values = _define(columns)
    tables = {name: frame for name, frame in log.frames.items() if name != "events"}
    frames = {name: engine.in_microseconds(engine.take(frame)) for name, frame in tables.items()}
    taken = Cells(engine.take(cells.users), engine.take(cells.modules))
    rows = _account_rows(engine, frames, taken, numbered_grid(grid), asked)
    keys = [nw.col("account_id"), nw.col("date").alias("as_of")]
    return rows.select(*keys, *(_column(c, values[c.name]) for c in columns))


def _instants(grid: pd.DataFrame) -> pd.Series:
    return grid["as_of"].astype("datetime64[us]").astype("int64")


def numbered_grid(grid: pd.DataFrame) -> pd.DataFrame:
    """as_of in microseconds, and beside it the date, its phase, the number of the week that it opens, and a number for
    account and phase."""
    at = _instants(grid)
    placed = grid[KEYS].assign(as_of=at, date=grid["as_of"], phase=at % WEEK, seen_week=(at // WEEK).astype("int32"))
    return placed.assign(account=placed.groupby(["account_id", "phase"], sort=True).ngroup().astype("int32"))


def _column(column: Column, value: nw.Expr) -> nw.Expr:
    number = value.cast(nw.Float64)
    if column.indicator.empty is not None:
        number = number.fill_null(float(column.indicator.empty))
    return number.alias(column.name)


def _define(columns: tuple[Column, ...]) -> tuple[Measures, dict[str, nw.Expr]]:
    asked = Measures()
    return asked, {c.name: c.indicator.define(asked, c.window) for c in columns}


def _needs(columns: tuple[Column, ...]) -> set[str]:
    """The tables, and other parts of a log, that columns are made of."""
    asked, _ = _define(columns)
    tables = {STATES[state][0] for state in asked.states if state in STATES}
    return tables | {need for state in asked.states if state in HISTORY for need in HISTORY[state]}


def _account_rows(
    engine: Engine, frames: dict[str, Frame], cells: Cells, placed: pd.DataFrame, asked: Measures
) -> Frame:
    """The grid with everything that was asked for about an account joined to it."""
    grid = engine.table(placed)
    accounts = engine.table(placed[["account", "account_id", "phase"]].drop_duplicates())
    users, people = of_accounts(engine, cells.users, accounts, "user_id")
    modules, parts = of_accounts(engine, cells.modules, accounts, "module")
    people = people.with_columns(somebody=flag(nw.col("user_id") != ""))
    known = {"users_ever": people.filter(nw.col("somebody") == 1), "modules_ever": parts}
    sums = list(asked.sums.values())
    every_sum = [*sums, *asked.user.sums.values(), *asked.module.sums.values()]
    weeks = range(placed["seen_week"].min() - 1 - reach_of(every_sum), placed["seen_week"].max())
    recent = nw.col("arrival") >= weeks[0]
    somebody = people.select("number", "somebody")
    own = engine.keep(account_cells(users.join(somebody, on="number", how="inner")))
    rows = engine.keep(account_rows(engine, own, known, accounts, weeks, sums))
    if asked.users.totals:
        each = user_rows(engine, users.filter(recent), people, frames.get("users"), grid, asked)
        rows = rows.join(totals(each, asked.users), on=AS_OF, how="left")
    if asked.modules.totals:
        rows = rows.join(module_totals(engine, modules.filter(recent), parts, grid, asked), on=AS_OF, how="left")
    rows = _standing(frames, grid, asked).join(rows, on=AS_OF, how="left")
    rows = rows.with_columns(*_nobody(asked), **history_states("accounts" in frames))
    for kept in asked.steps:
        rows = rows.with_columns(**kept)
    rows = engine.keep(rows)
    return rows.join(_market(rows, asked), on="as_of", how="left") if asked.markets else rows


def _standing(frames: dict[str, Frame], grid: Frame, asked: Measures) -> Frame:
    """The grid with the states asked for: what contracts, tickets and other tables say as of each date."""
    keys = grid.select("account_id", "as_of")
    makers = {STATES[s][1]: STATES[s][0] for s in sorted(asked.states) if s in STATES}
    for make, table in makers.items():
        grid = grid.join(make(keys, frames[table]), on=["account_id", "as_of"], how="left")
    if "accounts" in frames:
        grid = grid.join(frames["accounts"].select("account_id", "created_at"), on="account_id", how="left")
    return grid


def _nobody(asked: Measures) -> list[nw.Expr]:
    """Sums over users and modules where there are none: 0."""
    totals = {**asked.users.totals, **asked.modules.totals}
    return [nw.col(name).fill_null(0) for name, (how, _) in totals.items() if how == "sum"]


def _market(rows: Frame, asked: Measures) -> Frame:
    """The market's movement at each date: medians over the accounts in use."""
    active = rows.filter(nw.col(ACTIVE.column) > 0).select("as_of", **asked.markets).group_by("as_of")
    return active.agg(*(nw.col(name).median() for name in asked.markets))
