"""Which accounts' terms came to an end, and what was renewed; what accounts paid at a moment. By what was known then.

An account's term ends when all that was agreed so far ends: a row that runs on over the end of another moves it.
"""

import duckdb
import pandas as pd

from leadline.features.covers import covers

EARLY = pd.Timedelta(days=30)


def terms_due(
    terms: duckdb.DuckDBPyRelation, start: pd.Timestamp, end: pd.Timestamp, grace_days: int, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Every term end E of an account with start <= E < end, by the rows known before as_of: account_id, term_end,
    mrr_due (in force until E; of one who left within the term, the last there was), renewed (cover went on within the
    grace), mrr_after (on the first day of that; 0) and signed_at (since when it was known).

    `terms`: subscriptions with the end of each term as agreed (dataset.with_term_end).
    """
    window = {"start": start.to_pydatetime(), "end": end.to_pydatetime()}
    params = {**window, "as_of": as_of.to_pydatetime(), "grace": grace_days}
    return duckdb.sql("""
        WITH known AS (
            SELECT *, max(end_date) OVER (PARTITION BY account_id, term_end) AS reached
            FROM terms WHERE known_at < $as_of
        ), due AS (
            SELECT k.account_id, k.term_end, sum(k.mrr) FILTER (k.end_date = k.reached) AS mrr_due
            FROM known k ANTI JOIN known o ON o.account_id = k.account_id
                 AND o.start_date < k.term_end AND o.term_end > k.term_end
            WHERE k.term_end >= $start AND k.term_end < $end
            GROUP BY ALL
        ), followed AS (
            SELECT d.account_id, d.term_end, d.mrr_due, min(s.start_date) AS resumed
            FROM due d LEFT JOIN known s ON s.account_id = d.account_id AND s.start_date >= d.term_end
                 AND s.start_date <= d.term_end + to_days($grace) AND s.end_date > s.start_date
            GROUP BY ALL
        )
        SELECT f.account_id, f.term_end, f.mrr_due, f.resumed IS NOT NULL AS renewed,
               coalesce(sum(s.mrr), 0) AS mrr_after, min(s.known_at) AS signed_at
        FROM followed f LEFT JOIN known s ON s.account_id = f.account_id
             AND s.start_date <= f.resumed AND s.end_date > f.resumed
        GROUP BY f.account_id, f.term_end, f.mrr_due, f.resumed
        ORDER BY f.account_id, f.term_end
    """, params=params).df()  # fmt: skip


def by_account(terms: pd.DataFrame) -> pd.DataFrame:
    """Terms due, one row an account: an account that did not renew one of its terms did not renew."""
    known_early = terms["renewed"] & (terms["signed_at"] <= terms["term_end"] - EARLY)
    rows = terms.assign(early=known_early).sort_values(["account_id", "term_end"], kind="stable")
    return rows.groupby("account_id").agg(
        mrr_due=("mrr_due", "first"),
        renewed=("renewed", "all"),
        early=("early", "all"),
        mrr_after=("mrr_after", "last"),
    )


def mrr_at(
    subscriptions: duckdb.DuckDBPyRelation, moment: pd.Timestamp, grace_days: int, as_of: pd.Timestamp
) -> pd.Series:
    """MRR of each account under contract just before a moment, on account_id (see `mrr_on`)."""
    accounts = subscriptions.select("account_id").distinct().order("account_id").df()
    found = mrr_on(subscriptions, accounts.assign(moment=moment.as_unit("us")), grace_days, as_of)
    return found.set_axis(accounts["account_id"]).dropna()


def mrr_on(
    subscriptions: duckdb.DuckDBPyRelation, moments: pd.DataFrame, grace_days: int, as_of: pd.Timestamp
) -> pd.Series:
    """MRR just before each (account_id, moment), by the rows known before as_of, in the order given; in a gap within
    the grace, that with which cover resumed; NaN where the account was not under contract."""
    known = subscriptions.filter(duckdb.ColumnExpression("known_at") < duckdb.ConstantExpression(as_of.to_pydatetime()))
    cover = covers(known, grace_days)  # noqa: F841 - read in the SQL
    asked = moments[["account_id", "moment"]].drop_duplicates()  # noqa: F841
    rows = duckdb.sql("""
        WITH held AS (
            SELECT m.moment, k.*, min(k.start_date) FILTER (k.start_date >= m.moment) OVER each AS resumed
            FROM asked m JOIN known k ON k.account_id = m.account_id
            SEMI JOIN cover c ON c.account_id = m.account_id AND c.starts < m.moment AND c.ends >= m.moment
            WINDOW each AS (PARTITION BY m.account_id, m.moment)
        )
        SELECT account_id, moment, coalesce(sum(mrr) FILTER (start_date < moment AND end_date >= moment),
                                            sum(mrr) FILTER (start_date = resumed)) AS mrr
        FROM held GROUP BY account_id, moment
    """).df()  # fmt: skip
    found = moments[["account_id", "moment"]].merge(rows, on=["account_id", "moment"], how="left")
    return found["mrr"].astype("float64").set_axis(moments.index).rename("mrr")
