"""Runs of cover: an account's contract rows joined where the gap between them is within the grace."""

import duckdb


def covers(subscriptions: duckdb.DuckDBPyRelation, grace_days: int) -> duckdb.DuckDBPyRelation:
    """account_id, starts, ends: one row for each time an account was a customer, gaps of up to `grace_days` bridged."""
    return duckdb.sql(f"""
        WITH rows AS (
            SELECT *, max(end_date) OVER (PARTITION BY account_id ORDER BY start_date, end_date
                                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
            FROM subscriptions
        ), numbered AS (
            SELECT *, sum(CASE WHEN start_date <= reached + INTERVAL {grace_days} DAY THEN 0 ELSE 1 END)
                      OVER (PARTITION BY account_id ORDER BY start_date, end_date) AS cover
            FROM rows
        )
        SELECT account_id, min(start_date) AS starts, max(end_date) AS ends
        FROM numbered GROUP BY account_id, cover
    """)  # noqa: S608 - a number of the settings only
