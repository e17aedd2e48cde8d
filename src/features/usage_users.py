"""The people of one account, key users first: what each did in a period, beside the period before it."""

from collections.abc import Collection
from contextlib import closing

import narwhals as nw
import pandas as pd

from leadline.features.cells import user_cells
from leadline.features.dataset import log_of
from leadline.features.engine import DuckDBEngine, Engine
from leadline.features.measures import DAYS_A_WEEK, LED_BY, Measures, WindowSum, whole_weeks
from leadline.features.members import of_accounts, user_rows
from leadline.features.snapshots import Log, numbered_grid, phases_of
from leadline.features.sources import Tables
from leadline.features.usage import known_accounts, known_events, with_changes
from leadline.features.windows import reach_of, with_new_days

FACTS = {
    "events": "events",
    "visits": "sessions",
    "minutes": "milliseconds",
    "active_days": "days",
    "core_actions": "core",
}


def key_users(tables: Tables, as_of: pd.Timestamp, account_id: str, days: int = 28) -> pd.DataFrame:
    """One row per user active in the period or the one before, key users first, then most events: user_id, role (where
    the source tells), key, last_seen_days; events, visits, minutes (where the source gives durations),
    active_days, events_per_visit and core_actions, each followed by its change.

    Key users are the account's admins, executives and champions still there; where it names none, the three who led in
    the 84 days before the last 28.
    """
    grid, log = known_accounts(tables, as_of, days, account_id), log_of(tables, tables.relations)
    sums = _sums(whole_weeks(days))
    with closing(DuckDBEngine()) as engine:
        found = _rows(engine, log, grid, sums)
    rows = found.rename(columns={asked.column: name for name, asked in sums.items()})
    rows = rows[rows["events"] + rows["events_before"] > 0]
    rows = _with_ratios(rows.assign(key=rows["key"] == 1, last_seen_days=rows["silence"]))
    keys = ["user_id", "key", "last_seen_days"]
    if "users" in tables.relations:
        rows, keys = (
            rows.merge(_roles(log, as_of), on=["account_id", "user_id"], how="left"),
            ["user_id", "role", *keys[1:]],
        )
    facts = ["events", "visits", "minutes", "active_days", "events_per_visit", "core_actions"]
    table = with_changes(rows, keys, [f for f in facts if f != "minutes" or log.some_durations_given])
    return table.sort_values(["key", "events", "user_id"], ascending=[False, False, True], ignore_index=True)


def key_people(tables: Tables, as_of: pd.Timestamp, accounts: Collection[str]) -> pd.DataFrame:
    """The key users of several accounts, those who did nothing of late among them: account_id, user_id, and role (none
    where the source tells none), sorted by account and user."""
    names, log = sorted(accounts), log_of(tables, tables.relations)
    grid = pd.DataFrame({"account_id": pd.Series(names, dtype="str"), "as_of": as_of})
    with closing(DuckDBEngine()) as engine:
        rows = _rows(engine, log, grid, {})
    found = rows.loc[rows["key"] == 1, ["account_id", "user_id"]].sort_values(["account_id", "user_id"])
    if "users" not in log.frames:
        return found.assign(role=None).reset_index(drop=True)
    return found.merge(_roles(log, as_of), on=["account_id", "user_id"], how="left")


def _sums(weeks: int) -> dict[str, WindowSum]:
    """Each fact in the period, and as FACT_before in the one before."""
    skips = {"": 0, "_before": weeks}
    return {f"{name}{end}": WindowSum(fact, skip, weeks) for name, fact in FACTS.items() for end, skip in skips.items()}


def _rows(engine: Engine, log: Log, grid: pd.DataFrame, sums: dict[str, WindowSum]) -> pd.DataFrame:
    """The users of the grid's accounts, of one date, with their window sums, silence and whether they are key."""
    reach, only = DAYS_A_WEEK * reach_of([*sums.values(), *LED_BY]), grid["account_id"]
    known = known_events(engine, log, grid["as_of"].iloc[0], reach, only.iloc[0] if len(only) == 1 else None)
    events = engine.in_microseconds(known)
    cells = user_cells(engine, events, phases_of(grid), log.core, log.views, log.some_sessions_given)
    engine = engine.after_cells()
    numbered = numbered_grid(grid)
    cells, placed = engine.take(cells), engine.table(numbered)
    own, people = of_accounts(engine, cells, placed.select("account", "account_id", "phase"), "user_id")
    users = engine.in_microseconds(engine.take(log.frames["users"])) if "users" in log.frames else None
    asked = Measures()
    asked.user.sums |= {window.column: window for window in sums.values()}
    asked.user.is_key()
    rows = user_rows(engine, engine.keep(with_new_days(own, "number")), people, users, placed, asked)
    return engine.collect(rows).merge(numbered[["account", "account_id"]], on="account")


def _with_ratios(rows: pd.DataFrame) -> pd.DataFrame:
    """Minutes in place of milliseconds, and events per visit; for both periods."""
    for end in ("", "_before"):
        visits = rows[f"visits{end}"]
        ratios = {
            f"minutes{end}": rows[f"minutes{end}"] / 60_000,
            f"events_per_visit{end}": rows[f"events{end}"] / visits.where(visits > 0),
        }
        rows = rows.assign(**ratios)
    return rows


def _roles(log: Log, as_of: pd.Timestamp) -> pd.DataFrame:
    """account_id, user_id and role of the people known then."""
    joined = nw.col("created_at")
    people = log.frames["users"].filter(joined.is_null() | (joined < as_of.to_pydatetime()))
    return people.select("account_id", "user_id", "role").to_native().df()
