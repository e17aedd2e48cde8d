"""Who used which module of an account how much, week by week."""

from collections.abc import Collection

import duckdb
import pandas as pd

from leadline.features.measures import DAYS_A_WEEK
from leadline.features.sources import Tables

WEEK = DAYS_A_WEEK * 86_400_000_000  # microseconds


def weekly_use(tables: Tables, as_of: pd.Timestamp, accounts: Collection[str], weeks: int = 26) -> pd.DataFrame:
    """One row per account, week, module and user with any event of the last weeks, as known then: account_id, ago (0:
    the week that ends at the date), module and user_id (none where an event names none), events, and last_at."""
    wanted = pd.DataFrame({"account_id": pd.Series(sorted(accounts), dtype="str")})
    return _counted(tables.relations["events"], wanted, as_of, weeks)


def _counted(events: duckdb.DuckDBPyRelation, wanted: pd.DataFrame, as_of: pd.Timestamp, weeks: int) -> pd.DataFrame:
    at = f"TIMESTAMP '{as_of}'"
    return duckdb.sql(f"""
        SELECT account_id, CAST((epoch_us({at}) - 1 - epoch_us(occurred_at)) // {WEEK} AS INTEGER) AS ago, module,
               user_id, count(*) AS events, max(occurred_at) AS last_at
        FROM events JOIN wanted USING (account_id)
        WHERE occurred_at >= {at} - INTERVAL {DAYS_A_WEEK * weeks} DAY AND occurred_at < {at} AND received_at < {at}
        GROUP BY ALL ORDER BY ALL
    """).df()  # noqa: S608 - a date and numbers of our own only
