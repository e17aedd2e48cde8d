"""Accounts as of each date: window sums of what anybody did, and what is known of them since ever."""

import narwhals as nw

from leadline.features.cells import FAR, SUMS, WEEKDAYS, in_days
from leadline.features.engine import Engine, Frame
from leadline.features.measures import WindowSum
from leadline.features.windows import (
    NEVER,
    every_week,
    late_sums,
    running_sums,
    window_sums,
    with_late,
    with_new_days,
)

SINCE_EVER = ("core_ever", "days_of_use", "users_ever", "modules_ever")
INSTANTS = {"first_at": nw.Expr.cum_min, "core_at": nw.Expr.cum_min, "ever_at": nw.Expr.cum_max}


def account_cells(users: Frame) -> Frame:
    """Cells of accounts from those of their users (number, somebody: 0 for nobody), one row per account, week and
    arrival: with the days, user-days and user-weeks that no earlier arrival had told of."""
    new = with_new_days(users, "number").with_columns(
        user_days=nw.when(nw.col("somebody") == 1).then(nw.col("days")).otherwise(nw.lit(0)),
        user_weeks=nw.col("somebody") * nw.col("new_week"),
    )
    cells = new.group_by("account", "week", "arrival").agg(
        *(nw.col(name).sum() for name in (*SUMS, "user_days", "user_weeks")),
        *(nw.col(name).max() for name in (*WEEKDAYS, "last_at")),
        *(nw.col(name).min() for name in ("first_at", "core_at")),
    )
    return with_new_days(cells, "account")


def account_rows(
    engine: Engine, cells: Frame, known: dict[str, Frame], accounts: Frame, weeks: range, sums: list[WindowSum]
) -> Frame:
    """One row per account and seen_week: window sums, and since ever: instants, core actions, days, users, modules.

    `cells` are those of accounts, `known` the first arrivals of users and of modules, `weeks` the weeks that the
    windows of the as-of dates reach.
    """
    facts = sorted({s.fact for s in sums})
    start, end = weeks[0], weeks[-1]
    rows = every_week(engine, accounts.select("account"), start, end)
    on_time = cells.filter((nw.col("arrival") == nw.col("week")) & (nw.col("week") >= start))
    rows = rows.join(on_time.select("account", "week", *facts), on=["account", "week"], how="left")
    rows = rows.join(_history(cells, start), on=["account", "week"], how="left")
    for name, frame in known.items():
        rows = rows.join(_first_arrivals(frame, name, start), on=["account", "week"], how="left")
    ever = [*SINCE_EVER, *INSTANTS]
    rows = engine.keep(_since_ever(rows, facts))
    rows = window_sums(rows, "account", sums, ["last_at", *ever])
    return with_late(rows, late_sums(engine, cells, "account", sums), "account", sums, ever)


def _history(cells: Frame, start: int) -> Frame:
    """What became known in each week of arrival; all before the first week needed falls into that week."""
    placed = cells.select(
        "account", nw.max_horizontal("arrival", nw.lit(start)).cast(nw.Int32).alias("week"), "first_at", "core_at",
        ever_at=nw.col("last_at"), core_ever=nw.col("core"), days_of_use=nw.col("days"), last_at=nw.col("last_at"),
    )  # fmt: skip
    return placed.group_by("account", "week").agg(
        *(nw.col(name).min() for name in ("first_at", "core_at")),
        *(nw.col(name).max() for name in ("ever_at", "last_at")),
        *(nw.col(name).sum() for name in ("core_ever", "days_of_use")),
    )


def _first_arrivals(known: Frame, name: str, start: int) -> Frame:
    """How many members of each account first became known in each week."""
    placed = known.select(
        "account", nw.max_horizontal("known", nw.lit(start)).cast(nw.Int32).alias("week"), one=nw.lit(1)
    )
    return placed.group_by("account", "week").agg(nw.col("one").sum().alias(name))


def _since_ever(rows: Frame, facts: list[str]) -> Frame:
    """Fill the weeks without anything, and run over the weeks the facts and what is known since ever."""
    extremes = {"first_at": FAR, "core_at": FAR, "ever_at": NEVER, "last_at": NEVER}
    rows = rows.with_columns(
        *(nw.col(name).fill_null(0) for name in (*facts, *SINCE_EVER)),
        *(nw.col(name).fill_null(value) for name, value in extremes.items()),
    )
    return rows.select(
        "account",
        "week",
        "last_at",
        **running_sums("account", facts),
        **{name: nw.col(name).cum_sum().over("account", order_by="week") for name in SINCE_EVER},
        **{name: run(nw.col(name)).over("account", order_by="week") for name, run in INSTANTS.items()},
    )


def history_states(created: bool) -> dict[str, nw.Expr]:
    """What is known since ever as of the date; days to the first core action where accounts say when they began."""
    seen = nw.col("ever_at") > NEVER
    states: dict[str, nw.Expr] = {
        "days_since_last_event": nw.when(seen).then(in_days(nw.col("as_of") - nw.col("ever_at"))),
        "days_since_first_event": nw.when(seen).then(in_days(nw.col("as_of") - nw.col("first_at"))),
    }
    if created:
        after = in_days(nw.max_horizontal(nw.col("core_at") - nw.col("created_at"), nw.lit(0)))
        states["days_to_first_core"] = nw.when(nw.col("core_at") < FAR).then(after)
    return states
