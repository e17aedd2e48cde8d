"""Events of each account by week, back from an as-of date."""

import duckdb
import pandas as pd

WEEK_S = 7 * 24 * 60 * 60


def weekly_events(events: duckdb.DuckDBPyRelation, as_of: pd.Timestamp, weeks: int) -> pd.DataFrame:
    """account_id, week (the instant that ends it), events of the last so many weeks, as known then; sorted.

    A week that ends at T holds T - 7 days <= occurred_at < T. Weeks without any events have no row.
    """
    return duckdb.sql("""
        SELECT account_id, $as_of::TIMESTAMP - to_days(7 * ago) AS week, count(*) AS events
        FROM (SELECT account_id,
                     CAST(ceil(epoch($as_of::TIMESTAMP - occurred_at) / $week) - 1 AS INTEGER) AS ago
              FROM events WHERE occurred_at < $as_of AND received_at < $as_of)
        WHERE ago < $weeks GROUP BY ALL ORDER BY ALL
    """, params={"as_of": as_of.to_pydatetime(), "week": WEEK_S, "weeks": weeks}).df()  # fmt: skip
