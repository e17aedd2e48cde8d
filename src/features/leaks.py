"""The audit of availability: what is written once the outcome has happened is no behaviour."""
# ruff: noqa: S608

import pandas as pd

from leadline.features.sources import Tables

LEAK = ["table", "column", "rows", "first_example", "why"]
Leak = tuple[str, str, int, str, str]
NEVER_BY_CHANCE = 1e-6
NOTES = ("segment", "industry", "region", "channel", "tier", "csm")


def leaks(tables: Tables) -> pd.DataFrame:
    """Columns that look written afterwards: table, column, rows, first_example, why; none without terms."""
    found = [*early_ends(tables), *tell_tales(tables)] if "subscriptions" in tables.relations else []
    return pd.DataFrame(found, columns=LEAK)


# A year sold as 12 times 30 days, or a last day written inclusively, ends up to 6 days short.
SHORT = "end_date < start_date + to_months(billing_months::INTEGER) - INTERVAL 7 DAY"
EARLY = f"""
    WITH marked AS (SELECT *, coalesce(billing_months >= 1 AND {SHORT}, false) AS early FROM terms)
    FROM marked WHERE early AND NOT EXISTS (
        FROM marked AS other WHERE other.account_id = marked.account_id AND (
            abs(date_diff('day', marked.end_date, other.start_date)) <= 1
            AND other.start_date > marked.start_date
            OR NOT other.early AND other.end_date = marked.end_date
        )
    ) ORDER BY account_id, start_date, product"""


def early_ends(tables: Tables) -> list[Leak]:
    """Terms that end before the months sold: no row follows on, and no full term ends the same day."""
    early = tables.relations["subscriptions"].query("terms", EARLY).df()
    if early.empty:
        return []
    first = early.iloc[0]
    example = (
        f"account_id={first['account_id']}, start_date={first['start_date']:%Y-%m-%d}, "
        f"end_date={first['end_date']:%Y-%m-%d}, billing_months={first['billing_months']:.0f}"
    )
    why = "ends before the term that was sold and nothing follows: edited afterwards, not known at the time"
    return [("subscriptions", "end_date", len(early), example, why)]


def tell_tales(tables: Tables) -> list[Leak]:
    """Columns of accounts with a value, or a gap, that none but accounts whose cover has ended have."""
    last = tables.relations["subscriptions"].query(
        "terms", "SELECT account_id, max(end_date) AS cover_ends FROM terms GROUP BY account_id"
    )
    accounts = tables.relations["accounts"].df().merge(last.df(), on="account_id")
    left = accounts["cover_ends"] <= tables.known_until
    why = "only accounts whose cover has ended have it: written afterwards, not known at the time"
    found = []
    for column in NOTES:
        values = accounts[column].fillna("(empty)")
        told = values.isin(_only_of_leavers(values, left))
        if told.any():
            first = accounts[told].iloc[0]
            example = f"account_id={first['account_id']}, {column}={values[told].iloc[0]}"
            found.append(("accounts", column, int(told.sum()), example, why))
    return found


def _only_of_leavers(values: pd.Series, left: pd.Series) -> pd.Index:
    """Values that nobody but leavers has, so many of them that it cannot be chance."""
    held = left.groupby(values).agg(["size", "all"])
    return held.index[held["all"] & (left.mean() ** held["size"] < NEVER_BY_CHANCE)]
