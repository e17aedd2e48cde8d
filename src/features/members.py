"""Users and modules of each account as of each date: their window sums, and the totals an account has of them."""

import narwhals as nw

from leadline.features.cells import distinct, flag, in_days
from leadline.features.engine import Engine, Frame
from leadline.features.measures import LED_BY, Measures, Members, WindowSum
from leadline.features.windows import (
    held_weeks,
    late_sums,
    reach_of,
    running_sums,
    window_sums,
    with_late,
)

AS_OF = ["account", "seen_week"]
MOST_KEY_USERS = 3
KEY_ROLES = ("admin", "executive", "champion")
LONG_KNOWN = 10_000  # weeks


def of_accounts(engine: Engine, cells: Frame, accounts: Frame, member: str) -> tuple[Frame, Frame]:
    """The cells of the accounts asked for, by account and member number; and the members: number, account, name, and
    `known`, the week in which each first arrived."""
    cells = engine.keep(cells.join(accounts, on=["account_id", "phase"], how="inner").drop("account_id", "phase"))
    keys = ["account", member]
    known = cells.group_by(*keys).agg(nw.col("arrival").min().alias("known")).with_row_index("number", order_by=keys)
    members = engine.keep(known.with_columns(nw.col("number").cast(nw.Int32)))
    return engine.keep(cells.join(members.drop("known"), on=keys, how="inner").drop(member)), members


def member_rows(engine: Engine, cells: Frame, members: Frame, grid: Frame, sums: list[WindowSum]) -> Frame:
    """One row per member and as-of date its windows reach: the members' columns, as_of, seen_week, sums, last_at."""
    facts = sorted({s.fact for s in sums})
    own = cells.select("number", "week", "arrival", "last_at", *facts)
    rows = held_weeks(engine, own, "number", facts, reach_of(sums))
    latest = nw.col("last_at").cum_max().over("number", order_by="week")
    rows = rows.select("number", "week", last_at=latest, **running_sums("number", facts))
    rows = window_sums(rows, "number", sums, ["last_at"])
    # kept, for Polars may otherwise join members and grid first, week by week
    rows = engine.keep(with_late(rows, late_sums(engine, own, "number", sums), "number", sums, []))
    return rows.join(members, on="number", how="inner").join(grid.select(*AS_OF, "as_of"), on=AS_OF, how="inner")


def module_totals(engine: Engine, cells: Frame, members: Frame, grid: Frame, asked: Measures) -> Frame:
    """What was asked of an account's modules, one row per account and as-of date that has any."""
    sums = list(asked.module.sums.values())
    return totals(member_rows(engine, cells, members, grid, sums), asked.modules)


def user_rows(engine: Engine, cells: Frame, members: Frame, users: Frame | None, grid: Frame, asked: Measures) -> Frame:
    """Users as of each date: window sums, weeks_known, silence (days), and whether each is a key user where asked."""
    sums = list(asked.user.sums.values())
    rows = member_rows(engine, cells, members.filter(nw.col("user_id") != ""), grid, sums).with_columns(
        weeks_known=nw.col("seen_week") - nw.col("known"),
        silence=in_days(nw.col("as_of") - nw.col("last_at")),
    )
    return with_key_users(engine, rows, users, grid, sums) if asked.user.key_asked else rows


def with_key_users(engine: Engine, rows: Frame, users: Frame | None, grid: Frame, sums: list[WindowSum]) -> Frame:
    """Mark key users: by their role where the account names any, else those who led."""
    rows = _with_leaders(rows)
    if users is None:
        return rows.with_columns(key=nw.col("leads"))
    named = engine.keep(named_people(users, grid))
    rows = _with_absent(rows, named, sums)
    by_role = distinct(named, AS_OF).with_columns(by_role=nw.lit(1))
    rows = rows.join(by_role, on=AS_OF, how="left")
    return rows.with_columns(key=nw.when(nw.col("by_role") == 1).then(nw.col("stays")).otherwise(nw.col("leads")))


def _with_leaders(rows: Frame) -> Frame:
    """Mark the users who led each account (`leads`): by core actions, then by events, then by name."""
    core, events = (lead.column for lead in LED_BY)
    rows = rows.with_columns(by_core=-nw.col(core), by_events=-nw.col(events), one=nw.lit(1))
    rank = nw.col("one").cum_sum().over(*AS_OF, order_by=["by_core", "by_events", "number"])
    return rows.with_columns(leads=flag((nw.col(events) > 0) & (rank <= MOST_KEY_USERS)))


def named_people(users: Frame, grid: Frame) -> Frame:
    """People in a leading role known as of each date, and whether they were still there (`stays`)."""
    leading = users.filter(nw.any_horizontal(*(nw.col("role") == role for role in KEY_ROLES), ignore_nulls=True))
    known = grid.join(leading, on="account_id", how="inner").filter(
        nw.col("created_at").is_null() | (nw.col("created_at") < nw.col("as_of"))
    )
    stays = flag(nw.col("deactivated_at").is_null() | (nw.col("deactivated_at") >= nw.col("as_of")))
    return known.with_columns(stays=stays).select(*AS_OF, "user_id", "stays")


def _with_absent(rows: Frame, named: Frame, sums: list[WindowSum]) -> Frame:
    """Rows with `stays`, and a row of zeros for each named person whom the windows do not show."""
    keys = [*AS_OF, "user_id"]
    columns = [*keys, "weeks_known", "silence", "leads", "stays", *(s.column for s in sums)]
    present = rows.join(named, on=keys, how="left").with_columns(nw.col("stays").fill_null(0))
    absent = named.join(rows.select(*keys), on=keys, how="anti").with_columns(
        weeks_known=nw.lit(LONG_KNOWN),
        silence=nw.lit(None).cast(nw.Float64),
        leads=nw.lit(0),
        **{s.column: nw.lit(0) for s in sums},
    )
    whole = [name for name in columns if name not in (*keys, "silence")]
    same = [nw.col(name).cast(nw.Int64) for name in whole]
    both = [part.with_columns(*same).select(*columns) for part in (present, absent)]
    return nw.concat(both, how="vertical")


def totals(rows: Frame, members: Members) -> Frame:
    """The totals asked for of an account's members, as of each date."""
    how = {"sum": nw.Expr.sum, "max": nw.Expr.max, "min": nw.Expr.min}
    values = {name: value for name, (_, value) in members.totals.items()}
    summed = rows.select(*AS_OF, **values).group_by(*AS_OF)
    return summed.agg(*(how[kind](nw.col(name)) for name, (kind, _) in members.totals.items()))
