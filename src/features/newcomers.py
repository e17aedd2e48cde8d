"""Accounts whose beginning the log has seen.

Of those that began earlier only the ones that stayed are in the data: to count them would make everybody seem to stay.
"""

from typing import Literal

import duckdb
import pandas as pd

Relations = dict[str, duckdb.DuckDBPyRelation]
PERIODS = {"quarter": "Q", "month": "M"}
Every = Literal["quarter", "month"]


def newcomers(
    relations: Relations, mode: Literal["contract", "activity"], since: pd.Timestamp, as_of: pd.Timestamp
) -> pd.DataFrame:
    """account_id, start of the accounts that began from `since` (when the log begins) up to as_of, oldest first.

    In contract mode an account begins with its first term known before as_of, else when it was created.
    """
    if mode == "contract":
        known = relations["subscriptions"].filter(
            duckdb.ColumnExpression("known_at") < duckdb.ConstantExpression(as_of.to_pydatetime())
        )
        rows = known.aggregate("account_id, min(start_date) AS start").df()
    else:
        rows = relations["accounts"].select("account_id, created_at AS start").df()
    rows = rows[(rows["start"] >= since) & (rows["start"] < as_of)].astype({"start": "datetime64[us]"})
    return rows.sort_values(["start", "account_id"], kind="stable", ignore_index=True)


def months_after(moments: pd.Series, months: pd.Series | int) -> pd.Series:
    """Each moment so many calendar months later; the last day of a month where there is no such day."""
    if isinstance(months, int):
        return (moments + pd.DateOffset(months=months)).astype("datetime64[us]")
    parts = [months_after(moments[months == number], int(number)) for number in sorted(months.unique())]
    return pd.concat(parts).reindex(moments.index) if parts else moments
