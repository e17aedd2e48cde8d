"""The log as weekly cells: partial aggregates of what happened in which week, and in which week it became known.

Weeks are counted from the as-of dates' own phase (their place within the week), so that an as-of date always ends a
week. A cell of week o that arrived in week a is seen by the as-of dates after both; a late event therefore changes
what as-of dates after its arrival see, never earlier ones. Cells are final once their week of arrival has passed, so
they are kept, and the next week adds its own.
"""

from collections.abc import Iterable

import narwhals as nw
import pandas as pd

from leadline.features.engine import Engine, Frame

DAY = 86_400_000_000  # microseconds
WEEK = 7 * DAY
SESSION_GAP = 30 * 60_000_000
WEEKDAYS = tuple(f"day_{i}" for i in range(7))
SUMS = ("events", "core", "views", "sessions", "milliseconds")
FAR = 2**62  # later than any instant
AGE = 2**52  # longer than any log
INSTANTS = (*WEEKDAYS, "last_at", "first_at", "core_at")


def flag(condition: nw.Expr) -> nw.Expr:
    """True as 1, everything else as 0."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))


def user_cells(
    engine: Engine, events: Frame, phases: list[int], core: Iterable[str], views: Iterable[str], ids_given: bool
) -> Frame:
    """One row per phase, account, user ('' for nobody), week and arrival.

    events, core, views, sessions, milliseconds; day_0 to day_6: whether there was an event on that day of the week;
    last_at, first_at, core_at: last and first instant, first of a core action (microseconds; FAR: none).
    """
    events = events.with_columns(user_id=nw.col("user_id").fill_null(""))
    people = engine.keep(numbered(engine, events, phases, "person", ["account_id", "user_id"]))
    timed = _timed(events.join(people, on=["account_id", "user_id"], how="inner"))
    told = timed.join(kinds(engine, core, views), on="action", how="left").with_columns(
        core=nw.col("core").fill_null(0),
        views=nw.col("views").fill_null(0),
        milliseconds=(nw.col("duration_s").fill_null(0.0) * 1000).round().cast(nw.Int64),
    )
    rows = _by_session_ids(told) if ids_given else _with_derived_sessions(told)
    cells = _summed(rows, ["person", "week", "arrival"])
    return _with_names(cells, people, "person", ["last_at", "first_at", "core_at"])


def module_cells(engine: Engine, events: Frame, phases: list[int]) -> Frame:
    """One row per phase, account, module, week and arrival: events, last_at; events of no module are left out."""
    events = events.filter(~nw.col("module").is_null())
    parts = engine.keep(numbered(engine, events, phases, "part", ["account_id", "module"]))
    timed = _timed(events.join(parts, on=["account_id", "module"], how="inner")).with_columns(events=nw.lit(1))
    cells = timed.group_by("part", "week", "arrival").agg(nw.col("events").sum(), nw.col("at").max().alias("last_at"))
    return _with_names(cells.with_columns(nw.col("events").cast(nw.Int64)), parts, "part", ["last_at"])


def kinds(engine: Engine, core: Iterable[str], views: Iterable[str]) -> Frame:
    """Which actions are core and which are views; joined, for it is quicker than comparing each event with each."""
    named = pd.DataFrame({"action": sorted({*core, *views})}, dtype="str")
    flags = {name: named["action"].isin(list(of)).astype("int32") for name, of in (("core", core), ("views", views))}
    return engine.table(named.assign(**flags))


def numbered(engine: Engine, frame: Frame, phases: list[int], name: str, keys: list[str]) -> Frame:
    """The distinct keys under each phase, each with a number: whole numbers group and sort faster than text."""
    each = distinct(frame, keys).join(engine.table(pd.DataFrame({"phase": phases})), how="cross")
    return each.with_row_index(name, order_by=[*keys, "phase"]).with_columns(nw.col(name).cast(nw.Int32))


def distinct(frame: Frame, keys: list[str]) -> Frame:
    """The distinct keys: by grouping, for Narwhals' `unique` ranks every row on DuckDB."""
    return frame.group_by(*keys).agg(nw.len().alias("rows")).drop("rows")


def whole(value: nw.Expr, unit: int) -> nw.Expr:
    """How many whole weeks or days, rounded down; exact for microseconds until the year 2255."""
    return (value / unit).floor().cast(nw.Int32)


def in_days(span: nw.Expr) -> nw.Expr:
    """Microseconds as days: whole days come out whole, and the rest alike on every engine (see `per`)."""
    whole_days = span // DAY
    return whole_days + (span - whole_days * DAY) * (1 / DAY)


def _timed(events: Frame) -> Frame:
    """Events with their instant, counted from the phase, their week and their week of arrival."""
    events = events.with_columns(
        at=nw.col("occurred_at") - nw.col("phase"), known=nw.col("received_at") - nw.col("phase")
    )
    return events.with_columns(week=whole(nw.col("at"), WEEK), arrival=whole(nw.col("known"), WEEK))


def _with_derived_sessions(events: Frame) -> Frame:
    """Mark the events that open a session: the first known, and those after 30 minutes of silence or midnight.

    A session is told from what arrived in the same week, so that it never changes once it is known: what arrived later
    is put aside, by as many ages as weeks, and one order serves both.
    """
    aside = nw.col("at") + (nw.col("arrival") - nw.col("week")).cast(nw.Int64) * AGE
    before = nw.col("aside").shift(1).over("person", order_by="aside")
    marked = events.with_columns(aside=aside).with_columns(silence=(nw.col("aside") - before).fill_null(AGE))
    goes_on = (nw.col("silence") <= SESSION_GAP) & (nw.col("silence") <= nw.col("at") % DAY)
    marked = marked.with_columns(sessions=flag(~goes_on), events=nw.lit(1))
    return marked.with_columns(**_instants())


def _by_session_ids(events: Frame) -> Frame:
    """A given id is one session of its user and week; events without one open sessions as derived ones do."""
    keys = ["person", "week", "arrival"]
    given = events.filter(~nw.col("session_id").is_null()).with_columns(sessions=nw.lit(0), events=nw.lit(1))
    sessions = _summed(given.with_columns(**_instants()), [*keys, "session_id"]).with_columns(sessions=nw.lit(1))
    others = _with_derived_sessions(events.filter(nw.col("session_id").is_null()))
    columns = [*keys, *SUMS, *INSTANTS]
    both = [
        frame.select(*keys, *(nw.col(name).cast(nw.Int64) for name in columns[len(keys) :]))
        for frame in (sessions, others)
    ]
    return nw.concat(both, how="vertical")


def _instants() -> dict[str, nw.Expr]:
    return {
        **{name: flag(_weekday() == i) for i, name in enumerate(WEEKDAYS)},
        "last_at": nw.col("at"),
        "first_at": nw.col("at"),
        "core_at": nw.when(nw.col("core") == 1).then(nw.col("at")).otherwise(nw.lit(FAR)),
    }


def _weekday() -> nw.Expr:
    return whole(nw.col("at"), DAY) - 7 * nw.col("week")


def _with_names(cells: Frame, names: Frame, number: str, instants: list[str]) -> Frame:
    """Cells with what their number stands for, and instants counted from 1970 again."""
    named = cells.join(names, on=number, how="inner").drop(number)
    return named.with_columns(*(nw.col(name) + nw.col("phase") for name in instants))


def _summed(rows: Frame, keys: list[str]) -> Frame:
    summed = rows.group_by(*keys).agg(
        *(nw.col(name).sum() for name in SUMS),
        *(nw.col(name).max() for name in (*WEEKDAYS, "last_at")),
        *(nw.col(name).min() for name in ("first_at", "core_at")),
    )
    return summed.with_columns(*(nw.col(name).cast(nw.Int64) for name in SUMS))
