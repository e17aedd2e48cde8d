"""Cohorts: of the accounts that began in the same quarter or month, what was still there so many months later.

Each account is followed from its own beginning, by what was known as of a date. A cohort has a value for a month only
where every one of its accounts is old enough for it, so that a curve is always of the same accounts.
"""

import duckdb
import pandas as pd

from leadline.experiment import Outcomes
from leadline.features.newcomers import PERIODS, Every, Relations, months_after, newcomers
from leadline.features.renewals import mrr_on

DAY = pd.Timedelta(days=1)
COLUMNS = ["measure", "cohort", "accounts", "month", "kept", "of", "share"]


def cohort_retention(
    relations: Relations, settings: Outcomes, since: pd.Timestamp, as_of: pd.Timestamp, every: Every = "quarter"
) -> pd.DataFrame:
    """One row per measure, cohort (its first day) and month after the start: accounts that began, kept, of, share.

    logos: accounts under contract on the day after so many months, of all. money: their ARR, growth included, of that
    of their first day. Both are settled: a renewal may no longer be signed within the grace. activity: accounts with
    an event from so many months after the start until one more, of all. In activity mode there is but the last.
    `since`: when the log begins (see `newcomers`).
    """
    new = _in_cohorts(newcomers(relations, settings.mode, since, as_of), every)
    found = [_active(relations["events"], new, as_of)]
    if settings.mode == "contract":
        found = [*_under_contract(relations["subscriptions"], new, settings.grace_days, as_of), *found]
    table = pd.concat(found, ignore_index=True)
    return table.assign(share=table["kept"] / table["of"].where(table["of"] > 0))[COLUMNS]


def _in_cohorts(new: pd.DataFrame, every: Every) -> pd.DataFrame:
    """Add cohort and closes, the first moments of an account's quarter or month and of the next, and accounts."""
    period = new["start"].dt.to_period(PERIODS[every])
    first, after = (p.dt.start_time.astype("datetime64[us]") for p in (period, period + 1))
    return new.assign(cohort=first, closes=after, accounts=new.groupby(first)["start"].transform("size"))


def _months(new: pd.DataFrame, as_of: pd.Timestamp, months: int, days: int) -> pd.DataFrame:
    """Each newcomer in each month (from 0) that is over for its whole cohort: so many more months and days by then."""
    span = range(max(0, (as_of.to_period("M") - new["start"].min().to_period("M")).n + 1) if len(new) else 0)
    rows = new.merge(pd.DataFrame({"month": pd.Series(span, dtype="int64")}), how="cross")
    over = months_after(rows["closes"], rows["month"] + months) + pd.Timedelta(days=days) <= as_of
    return rows[over].reset_index(drop=True)


def _under_contract(
    subscriptions: duckdb.DuckDBPyRelation, new: pd.DataFrame, grace_days: int, as_of: pd.Timestamp
) -> list[pd.DataFrame]:
    """Logos and money; the day after, for a term of twelve months is renewed only once they are over."""
    rows = _months(new, as_of, 0, 1 + grace_days)
    rows["moment"] = months_after(rows["start"], rows["month"]) + DAY
    rows["kept"] = mrr_on(subscriptions, rows, grace_days, as_of)
    first = rows[rows["month"] == 0].set_index("account_id")["kept"]
    money = rows.assign(kept=12 * rows["kept"].fillna(0), of=12 * rows["account_id"].map(first).fillna(0))
    logos = rows.assign(kept=rows["kept"].notna().astype("int64"), of=1)
    return [_summed(logos, "logos"), _summed(money, "money")]


def _active(events: duckdb.DuckDBPyRelation, new: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Activity: whether there was an event in each whole month after the start."""
    seen = duckdb.sql("""
        SELECT DISTINCT n.account_id, date_sub('month', n.start, e.occurred_at) AS month, 1 AS kept
        FROM new n JOIN events e ON e.account_id = n.account_id AND e.occurred_at >= n.start AND e.received_at < $as_of
    """, params={"as_of": as_of.to_pydatetime()}).df()  # fmt: skip
    rows = _months(new, as_of, 1, 0).merge(seen.astype({"month": "int64"}), on=["account_id", "month"], how="left")
    return _summed(rows.assign(kept=rows["kept"].fillna(0).astype("int64"), of=1), "activity")


def _summed(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    keys = ["cohort", "accounts", "month"]
    return rows.groupby(keys, as_index=False)[["kept", "of"]].sum().assign(measure=measure)
