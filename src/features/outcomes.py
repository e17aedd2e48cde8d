"""What became of an account after an as-of date; undefined, never zero, where it cannot be observed yet.

observed: 1 if it happened. known_at: since when `observed` is known where it differs from the default, which is 1
for churn (silence, until something refutes it) and 0 for expansion (nothing, until something shows it); so a label
as it was known at T is `observed` where known_at < T, and the default elsewhere. For contraction it is 1 too: money
and users come to light one by one, so there is less than before until enough has been seen; but what is lost whole is
churn, and no contraction from the start (known_at is the as-of date).

happened_at: when an account was lost, the same for every as-of date before it, so that days of warning can be counted:
the end of cover; in activity mode the moment at which silence had lasted for the horizon. Empty where it stayed, and
for the other outcomes, which build up over the window.
"""

from dataclasses import dataclass

import duckdb
import pandas as pd

from leadline.experiment import Outcomes
from leadline.features.covers import covers

COLUMNS = ["outcome", "account_id", "as_of", "observed", "known_at", "happened_at"]
DEFAULTS = {"churn": 1, "expansion": 0, "contraction": 1}


@dataclass(frozen=True)
class Span:
    """The outcome window's ends and the grace after it, as SQL over as_of; days are of 24 hours."""

    opens: str
    closes: str
    settled: str

    @classmethod
    def of(cls, settings: Outcomes) -> "Span":
        """The span that an experiment's settings describe."""
        days = (settings.lead_days, settings.window_days, settings.settled_days)
        return cls(*(f"(g.as_of + INTERVAL {day} DAY)" for day in days))


def outcomes(
    relations: dict[str, duckdb.DuckDBPyRelation],
    grid: pd.DataFrame,
    settings: Outcomes,
    known_until: pd.Timestamp,
) -> pd.DataFrame:
    """All outcomes of the eligible (account_id, as_of) rows of `grid` whose window and grace are over."""
    settled = grid["as_of"] + pd.Timedelta(days=settings.settled_days) <= known_until
    rows = grid.loc[settled, ["account_id", "as_of"]]
    if settings.mode == "contract":
        found = contract_outcomes(relations["subscriptions"], rows, settings)
    else:
        found = activity_outcomes(relations["events"], rows, settings)
    found = found.astype(dict.fromkeys(("known_at", "happened_at"), "datetime64[us]"))
    return found.sort_values(["outcome", "as_of", "account_id"], kind="stable", ignore_index=True)[COLUMNS]


def contract_outcomes(subscriptions: duckdb.DuckDBPyRelation, grid: pd.DataFrame, settings: Outcomes) -> pd.DataFrame:
    """Churn: cover ends inside the window and does not resume within the grace. Expansion: mrr at the window's end
    is at least expansion_ratio times that as of the date. Contraction: cover lasts, and mrr at the window's end is at
    most contraction_ratio times that as of the date. Cover that ends within the lead time leaves all undefined, nothing
    paid as of the date leaves the last two so; in a gap within the grace there is no mrr to compare.
    """
    span, cover = Span.of(settings), covers(subscriptions, settings.grace_days)  # noqa: F841 - read in the SQL
    covered = f"(ends > {span.closes} AND mrr_then IS NOT NULL)"
    shrunk = f"({covered} AND mrr_then <= {settings.contraction_ratio} * mrr + 1e-9)"
    grown = f"coalesce(mrr_then, 0) >= {settings.expansion_ratio} * mrr - 1e-9"  # 1.1 x 100 is 110 in binary too
    return duckdb.sql(f"""
        WITH held AS (
            SELECT g.account_id, g.as_of, c.ends
            FROM grid g JOIN cover c ON c.account_id = g.account_id AND c.starts < g.as_of AND c.ends > {span.opens}
        ), later AS (
            SELECT g.account_id, g.as_of, any_value(g.ends) AS ends,
                   min(s.known_at) FILTER (s.end_date > {span.closes}
                                           AND s.start_date <= {span.settled}) AS renewed,
                   sum(s.mrr) FILTER (s.start_date < g.as_of AND s.end_date >= g.as_of
                                      AND s.known_at < g.as_of) AS mrr,
                   sum(s.mrr) FILTER (s.start_date < {span.closes} AND s.end_date >= {span.closes}) AS mrr_then,
                   max(s.known_at) FILTER (s.start_date < {span.closes}
                                           AND s.end_date >= {span.closes}) AS mrr_known
            FROM held g JOIN subscriptions s ON s.account_id = g.account_id GROUP BY g.account_id, g.as_of
        )
        SELECT 'churn' AS outcome, account_id, as_of, CAST(ends <= {span.closes} AS TINYINT) AS observed,
               CASE WHEN ends > {span.closes} THEN renewed END AS known_at,
               CASE WHEN ends <= {span.closes} THEN ends END AS happened_at
        FROM later g
        UNION ALL
        SELECT 'expansion', account_id, as_of,
               CAST({grown} AS TINYINT), CASE WHEN {grown} THEN mrr_known END, NULL
        FROM later g WHERE mrr > 0
        UNION ALL
        SELECT 'contraction', account_id, as_of, CAST({shrunk} AS TINYINT),
               CASE WHEN NOT {covered} THEN as_of WHEN NOT {shrunk} THEN mrr_known END, NULL
        FROM later g WHERE mrr > 0
    """).df()  # noqa: S608 - numbers of the settings only


def activity_outcomes(events: duckdb.DuckDBPyRelation, grid: pd.DataFrame, settings: Outcomes) -> pd.DataFrame:
    """Churn: no event inside the window. Expansion: at least expansion_ratio times as many active users inside it
    as in as many days before the date. Contraction: at most contraction_ratio times as many, and at least one.

    All count what occurred, whenever it was recorded. Quarter hours are exact for as-of dates at local midnight.
    """
    span = Span.of(settings)
    return duckdb.sql(f"""
        WITH used AS MATERIALIZED (
            SELECT account_id, user_id, time_bucket(INTERVAL 15 MINUTE, occurred_at) AS at,
                   min(greatest(received_at, occurred_at)) AS received, max(occurred_at) AS occurred
            FROM events GROUP BY ALL
        ), after AS (
            SELECT g.account_id, g.as_of, u.user_id, min(u.received) AS received
            FROM grid g JOIN used u ON u.account_id = g.account_id AND u.at >= {span.opens} AND u.at < {span.closes}
            GROUP BY ALL
        ), ranked AS (
            SELECT *, count(user_id) OVER (PARTITION BY account_id, as_of ORDER BY received, user_id) AS number
            FROM after
        ), before AS (
            SELECT g.account_id, g.as_of, count(DISTINCT u.user_id) AS users
            FROM grid g JOIN used u ON u.account_id = g.account_id AND u.at < g.as_of
                 AND u.at >= g.as_of - INTERVAL {settings.horizon_days} DAY
            GROUP BY ALL
        ), needed AS (
            SELECT *, ceil({settings.expansion_ratio} * users - 1e-9) AS need,
                   floor({settings.contraction_ratio} * users + 1e-9) AS few
            FROM before WHERE users > 0
        ), seen AS (
            SELECT account_id, as_of, need, few, coalesce(max(r.number), 0) AS users,
                   min(r.received) FILTER (r.number >= need) AS grown, min(r.received) FILTER (r.number > few) AS held
            FROM needed LEFT JOIN ranked r USING (account_id, as_of) GROUP BY ALL
        ), moments AS (
            SELECT account_id, u.at, max(occurred) AS occurred FROM used u GROUP BY ALL
        ), silent AS (
            SELECT g.account_id, g.as_of, m.occurred + INTERVAL {settings.horizon_days} DAY AS since
            FROM grid g ASOF JOIN moments m ON m.account_id = g.account_id AND m.at < {span.opens}
        )
        SELECT 'churn' AS outcome, account_id, as_of, CAST(count(a.received) = 0 AS TINYINT) AS observed,
               min(a.received) AS known_at, CASE WHEN count(a.received) = 0 THEN any_value(s.since) END AS happened_at
        FROM grid LEFT JOIN after a USING (account_id, as_of) LEFT JOIN silent s USING (account_id, as_of) GROUP BY ALL
        UNION ALL
        SELECT 'expansion', account_id, as_of, CAST(users >= need AS TINYINT), grown, NULL FROM seen
        UNION ALL
        SELECT 'contraction', account_id, as_of, CAST(users BETWEEN 1 AND few AS TINYINT),
               CASE WHEN users = 0 OR few = 0 THEN as_of ELSE held END, NULL
        FROM seen
    """).df()  # noqa: S608 - numbers of the settings only
