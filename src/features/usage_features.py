"""Use of modules and features over time, and how far people get in each module; of one account or of all.

A user is a person at one account; events that name nobody count as events, and as nobody's.
"""

from contextlib import closing

import narwhals as nw
import pandas as pd

from leadline.features.cells import DAY, WEEK, flag, kinds, whole
from leadline.features.dataset import log_of
from leadline.features.engine import EPOCH, DuckDBEngine, Engine, Frame
from leadline.features.measures import DAYS_A_WEEK
from leadline.features.snapshots import Log
from leadline.features.sources import Tables
from leadline.features.usage import known_accounts, known_events, with_changes

FEATURE = ["ago", "module", "action"]
STEPS = ["reached", "tried", "completed"]
RATES = {"tried_of_reached": ("tried", "reached"), "completed_of_tried": ("completed", "tried")}


def feature_usage(tables: Tables, as_of: pd.Timestamp, account_id: str | None = None, weeks: int = 12) -> pd.DataFrame:
    """One row per week (the as-of date that ends it), module (none: outside any) and action that occurred, as known at
    `as_of`: events, distinct users, and share of all events of that week; of one account, or of everybody."""
    days = DAYS_A_WEEK * weeks
    known_accounts(tables, as_of, days, account_id)
    with closing(DuckDBEngine()) as engine:
        events = known_events(engine, log_of(tables, tables.relations), as_of, days, account_id)
        placed = _with_periods(engine, events, as_of, WEEK)
        by_user = placed.group_by(*FEATURE, "account_id", "user_id")
        users = by_user.agg(nw.len().alias("events")).with_columns(users=flag(~nw.col("user_id").is_null()))
        rows = engine.collect(users.group_by(*FEATURE).agg(nw.col("events").sum(), nw.col("users").sum()))
    rows = rows.astype({"ago": "int64", "events": "int64", "users": "int64"})
    week = (as_of - pd.to_timedelta(DAYS_A_WEEK * rows["ago"], unit="D")).astype("datetime64[us]")
    share = rows["events"] / rows.groupby("ago")["events"].transform("sum")
    table = rows.assign(week=week, share=share)[["week", *FEATURE[1:], "events", "users", "share"]]
    return table.sort_values(["week", *FEATURE[1:]], ignore_index=True)


def value_funnel(tables: Tables, as_of: pd.Timestamp, account_id: str | None = None, days: int = 28) -> pd.DataFrame:
    """One row for the whole product (module: none), then one per module: how many users reached it (any event in it),
    tried it (any event that is no view), completed it (a core action), and tried_of_reached, completed_of_tried.

    A core action is never a view, so each step is a part of the step before. Each column is followed by its change.
    """
    known_accounts(tables, as_of, days, account_id)
    with closing(DuckDBEngine()) as engine:
        log = log_of(tables, tables.relations)
        events = known_events(engine, log, as_of, 2 * days, account_id)
        users = _steps(engine, log, _with_periods(engine, events, as_of, days * DAY))
        whole_product = _counted(engine, users, ["ago"]).assign(module=None)
        by_module = _counted(engine, users.filter(~nw.col("module").is_null()), ["ago", "module"])
    found = [_beside_before(counts) for counts in (whole_product, by_module)]
    rows = pd.concat(found, ignore_index=True).astype({"module": "str"})
    return with_changes(rows, ["module"], [*STEPS, *RATES])


def _with_periods(engine: Engine, events: Frame, as_of: pd.Timestamp, length: int) -> Frame:
    """Add `ago`: 0 in the period of so many microseconds that ends at the date, 1 in the one before it, and so on."""
    last = (as_of - EPOCH) // pd.Timedelta(microseconds=1) - 1
    return engine.in_microseconds(events).with_columns(ago=whole(nw.lit(last) - nw.col("occurred_at"), length))


def _steps(engine: Engine, log: Log, events: Frame) -> Frame:
    """One row per user, module and period: whether the user tried and completed."""
    named = events.filter(~nw.col("user_id").is_null())
    told = named.join(kinds(engine, log.core, log.views), on="action", how="left").with_columns(
        tried=1 - nw.col("views").fill_null(0), completed=nw.col("core").fill_null(0)
    )
    users = told.group_by("ago", "module", "account_id", "user_id")
    return engine.keep(users.agg(nw.col("tried").max(), nw.col("completed").max()))


def _counted(engine: Engine, users: Frame, keys: list[str]) -> pd.DataFrame:
    """How many users reached, tried and completed."""
    each = users.group_by(*keys, "account_id", "user_id").agg(nw.col("tried").max(), nw.col("completed").max())
    counts = each.group_by(*keys).agg(nw.len().alias("reached"), nw.col("tried").sum(), nw.col("completed").sum())
    return engine.collect(counts).astype(dict.fromkeys(STEPS, "int64"))


def _beside_before(counts: pd.DataFrame) -> pd.DataFrame:
    """The period's counts and rates beside those of the period before (STEP_before), sorted by module."""
    now, before = (counts[counts["ago"] == ago].drop(columns="ago") for ago in (0, 1))
    rows = now.merge(before, on="module", how="outer", suffixes=("", "_before"))
    filled = [f"{step}{end}" for step in STEPS for end in ("", "_before")]
    rows = rows.fillna(dict.fromkeys(filled, 0)).astype(dict.fromkeys(filled, "int64"))
    for rate, (step, of) in RATES.items():
        for end in ("", "_before"):
            base = rows[f"{of}{end}"]
            rows[f"{rate}{end}"] = rows[f"{step}{end}"] / base.where(base > 0)
    return rows.sort_values("module", ignore_index=True)
