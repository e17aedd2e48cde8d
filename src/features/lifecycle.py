"""Where each account stands as of a date: in contract or not, in which stage, worth how much, to be scored or not."""

import duckdb
import pandas as pd

from leadline.experiment import Outcomes
from leadline.features.outcomes import Span

SETTLING_DAYS = 30  # nobody is past onboarding sooner
ONBOARDING_DAYS = 180  # and an account without first value is in it no longer than this
COLUMNS = [
    "account_id", "as_of", "name", "segment", "region", "tier", "csm", "stage", "tenure_days",
    "arr", "term_end", "renewals", "due_for_renewal", "announced", "eligible",
]  # fmt: skip


def context(
    relations: dict[str, duckdb.DuckDBPyRelation], grid: pd.DataFrame, settings: Outcomes, core: tuple[str, ...]
) -> pd.DataFrame:
    """One row per (account_id, as_of) of the grid, as it was known then; the columns of accounts are today's.

    `core`: the actions that give the product's value, the first of which ends onboarding (see `stage`). arr: 12 x mrr
    in force (NaN without contracts). due_for_renewal: the term ends inside the outcome window. announced: leaving was
    said already. eligible: in contract (in the renewal view: and due), or active enough.
    """
    if settings.mode == "contract":
        standing = contract_standing(relations["subscriptions"], grid, settings)
    else:
        standing = activity_standing(relations["events"], grid, settings)
    accounts = relations["accounts"].select("account_id, name, segment, region, tier, csm, created_at").df()
    rows = grid[["account_id", "as_of"]].merge(accounts, on="account_id", how="left", validate="many_to_one")
    rows = rows.merge(standing, on=["account_id", "as_of"], how="left", validate="one_to_one")
    rows["name"] = rows["name"].fillna(rows["account_id"])
    rows["tenure_days"] = (rows["as_of"] - rows["created_at"]).dt.total_seconds() / 86_400
    rows["renewals"] = rows["renewals"].fillna(0).astype("int64")
    for column in ("due_for_renewal", "announced", "eligible"):
        rows[column] = rows[column].fillna(False).astype(bool)
    if settings.view == "renewal":
        rows["eligible"] &= rows["due_for_renewal"]
    rows = rows.merge(first_value(relations["events"], core), on="account_id", how="left", validate="many_to_one")
    rows["stage"] = stage(rows)
    return rows.sort_values(["as_of", "account_id"], kind="stable", ignore_index=True)[COLUMNS]


def first_value(events: duckdb.DuckDBPyRelation, core: tuple[str, ...]) -> pd.DataFrame:
    """Since when it is known that an account reached first value, its first core action: account_id, valued_at."""
    valued = events.filter(duckdb.ColumnExpression("action").isin(*map(duckdb.ConstantExpression, core)))
    return valued.aggregate("account_id, min(greatest(occurred_at, received_at)) AS valued_at").df()


def stage(rows: pd.DataFrame) -> pd.Series:
    """Lifecycle stage: onboarding, renewal or adoption.

    Onboarding: a customer for less than 30 days, or for less than 180 without first value. Renewal: else, the term
    ends inside the outcome window. Adoption: else.
    """
    tenure = rows["tenure_days"]
    without_value = ~(rows["valued_at"] < rows["as_of"])
    stages = pd.Series("adoption", index=rows.index, dtype="str")
    stages[rows["due_for_renewal"]] = "renewal"
    stages[(tenure < SETTLING_DAYS) | (without_value & (tenure < ONBOARDING_DAYS))] = "onboarding"
    return stages


def contract_standing(subscriptions: duckdb.DuckDBPyRelation, grid: pd.DataFrame, settings: Outcomes) -> pd.DataFrame:
    """Money, term end and renewals so far of accounts in contract just before each as-of date.

    Due for renewal: the term ends inside the outcome window, or within the lead time and the next one does. Renewals:
    distinct ends of terms so far, less one; what was bought within a term and ends with it is none.
    """
    span = Span.of(settings)
    return duckdb.sql(f"""
        WITH known AS (
            SELECT g.account_id, g.as_of, s.*, s.start_date < g.as_of AND s.end_date >= g.as_of AS in_force
            FROM grid g JOIN (SELECT * RENAME (account_id AS account) FROM subscriptions) s
                 ON s.account = g.account_id AND s.known_at < g.as_of
        ), standing AS (
            SELECT account_id, as_of, 12 * sum(mrr) FILTER (in_force) AS arr, max(term_end) AS term_end,
                   max(CAST(coalesce(billing_months, 0) AS INTEGER)) FILTER (in_force) AS months,
                   count(DISTINCT term_end) - 1 AS renewals,
                   coalesce(bool_or(cancelled_at < as_of) FILTER (end_date >= as_of), false) AS announced
            FROM known GROUP BY account_id, as_of HAVING bool_or(in_force)
        )
        SELECT * EXCLUDE (months), true AS eligible,
               CASE WHEN term_end <= {span.opens} THEN term_end + to_months(months) ELSE term_end END AS decided,
               decided > {span.opens} AND decided <= {span.closes} AS due_for_renewal
        FROM standing g
    """).df()  # noqa: S608 - numbers of the settings only


def activity_standing(events: duckdb.DuckDBPyRelation, grid: pd.DataFrame, settings: Outcomes) -> pd.DataFrame:
    """Accounts active enough before each as-of date, by what was known then; there is no money and no term."""
    return duckdb.sql(f"""
        SELECT g.account_id, g.as_of, CAST(NULL AS DOUBLE) AS arr, CAST(NULL AS TIMESTAMP) AS term_end,
               0 AS renewals, false AS due_for_renewal, false AS announced,
               count(*) >= {settings.min_events_before} AS eligible
        FROM grid g JOIN events e ON e.account_id = g.account_id AND e.occurred_at < g.as_of
             AND e.received_at < g.as_of
             AND e.occurred_at >= g.as_of - INTERVAL {settings.active_days_before} DAY
        GROUP BY g.account_id, g.as_of
    """).df()  # noqa: S608 - numbers of the settings only
