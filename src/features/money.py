"""How ARR moved from month to month, from the contracts known as of a date."""

import duckdb
import pandas as pd

MONTHS = 12
MOVEMENT = ["month", "start", "new", "expansion", "contraction", "churn", "end"]


def arr_movement(subscriptions: duckdb.DuckDBPyRelation, as_of: pd.Timestamp) -> pd.DataFrame:
    """Per month of the year before as_of: ARR at its start, new, expansion, contraction and churn (negative), end.

    An account is new where it paid nothing at the month's start, and churned where it pays nothing at its end.
    """
    arr = _arr_at_month_starts(subscriptions, as_of)
    before, after = arr.iloc[:, :-1].to_numpy(), arr.iloc[:, 1:].to_numpy()
    moved = after - before
    parts = {
        "month": arr.columns[:-1],
        "start": before.sum(axis=0),
        "new": moved.sum(axis=0, where=before == 0),
        "expansion": moved.sum(axis=0, where=(before > 0) & (moved > 0)),
        "contraction": moved.sum(axis=0, where=(after > 0) & (moved < 0)),
        "churn": moved.sum(axis=0, where=(before > 0) & (after == 0)),
        "end": after.sum(axis=0),
    }
    return pd.DataFrame(parts)[MOVEMENT]


def _arr_at_month_starts(subscriptions: duckdb.DuckDBPyRelation, as_of: pd.Timestamp) -> pd.DataFrame:
    """ARR by account (rows) and month start (columns); the last is the start of the month of as_of."""
    last = as_of.to_period("M").to_timestamp()
    starts = pd.DataFrame({"month": pd.date_range(end=last, periods=MONTHS + 1, freq="MS").as_unit("us")})
    rows = duckdb.sql("""
        SELECT s.account_id, m.month, 12 * sum(s.mrr) AS arr
        FROM starts m JOIN subscriptions s ON s.start_date <= m.month AND s.end_date > m.month
             AND s.known_at < $as_of
        GROUP BY ALL
    """, params={"as_of": as_of.to_pydatetime()}).df()  # fmt: skip
    table = rows.pivot_table(index="account_id", columns="month", values="arr", fill_value=0.0)
    return table.reindex(columns=starts["month"], fill_value=0.0).sort_index()


def arr_after(
    subscriptions: duckdb.DuckDBPyRelation, grid: pd.DataFrame, days: int, known_before: pd.Timestamp
) -> pd.DataFrame:
    """account_id, as_of, arr_after: ARR in force so many days after each date, by what was known before a moment;
    0 where there was none."""
    return duckdb.sql("""
        SELECT g.account_id, g.as_of, coalesce(12 * sum(s.mrr), 0) AS arr_after
        FROM grid g LEFT JOIN subscriptions s ON s.account_id = g.account_id AND s.known_at < $known_before
             AND s.start_date < g.as_of + to_days($days) AND s.end_date >= g.as_of + to_days($days)
        GROUP BY ALL
    """, params={"days": days, "known_before": known_before.to_pydatetime()}).df()  # fmt: skip
