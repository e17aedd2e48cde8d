"""What became of an account in each period after an as-of date, as it was known at a later moment.

Periods are of four, four and five weeks, so that three are a quarter of 13 weeks; there are 13, a year and four weeks,
so that the end of a year's term lies among them.
"""

import duckdb
import pandas as pd

from leadline.experiment import Outcomes
from leadline.features.covers import covers

WEEKS = (4, 4, 5) * 4 + (4,)
PERIODS = pd.DataFrame({"period": range(1, len(WEEKS) + 1), "closes": 7 * pd.Series(WEEKS).cumsum()})
PERIODS.insert(1, "opens", PERIODS["closes"] - 7 * pd.Series(WEEKS))
KEYS = ["account_id", "as_of", "period"]
Relations = dict[str, duckdb.DuckDBPyRelation]


def periods_ahead(relations: Relations, grid: pd.DataFrame, settings: Outcomes) -> pd.DataFrame:
    """Every period after each (account_id, as_of) of the grid, with the contract's calendar as agreed by then.

    Columns: account_id, as_of, period (from 1), opens and closes (days from as_of; a period is after the one and up
    to the other), term_ends (how many terms end in it, if each is renewed alike), term_months, renewal (the number of
    the first of those term ends). Without contracts the last three are 0.
    """
    rows = grid[["account_id", "as_of"]].merge(PERIODS, how="cross")
    if settings.mode != "contract":
        return _ordered(rows.assign(term_ends=0, term_months=0, renewal=0))
    terms = _term_ends(relations["subscriptions"], grid, PERIODS)
    return _ordered(rows.merge(terms, on=KEYS, how="left").fillna({"term_ends": 0, "term_months": 0, "renewal": 0}))


def follow_up(relations: Relations, grid: pd.DataFrame, settings: Outcomes, at: pd.Timestamp) -> pd.DataFrame:
    """The periods that were settled at `at` and that the account had come to: `periods_ahead`, `left` (1 if it left in
    this period) and settled_at (from when on that can be known).

    Contracts: it left where its cover ended and did not resume within the grace. Activity: where a silence of
    horizon_days began. Only what was known before `at` is read.
    """
    ahead = periods_ahead(relations, grid, settings)
    days = ahead["closes"] + silence_days(settings)
    ahead["settled_at"] = ahead["as_of"] + pd.to_timedelta(days, unit="D").astype("timedelta64[us]")
    ahead = ahead[ahead["settled_at"] <= at]
    gone = departures(relations, grid, settings, at)
    rows = ahead.merge(gone, on=["account_id", "as_of"], how="left", validate="many_to_one")
    days = (rows.pop("left_at") - rows["as_of"]).dt.total_seconds() / 86_400
    rows["left"] = (days <= rows["closes"]).astype("int8")
    return rows[~(days <= rows["opens"]) | ((rows["period"] == 1) & days.notna())].reset_index(drop=True)


def silence_days(settings: Outcomes) -> int:
    """Days for which an account must have been gone until it counts as having left."""
    return settings.grace_days if settings.mode == "contract" else settings.horizon_days


def departures(relations: Relations, grid: pd.DataFrame, settings: Outcomes, at: pd.Timestamp) -> pd.DataFrame:
    """account_id, as_of, left_at of the grid's rows: when the account first left after as_of, as known before `at`;
    rows of accounts not known to have left then are missing."""
    if settings.mode == "contract":
        known = relations["subscriptions"].filter(f"known_at < TIMESTAMP '{at}'")
        return _ends_of_cover(covers(known, settings.grace_days), grid, settings, at)
    return _silences(relations["events"], grid, settings, at)


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    counts = dict.fromkeys(("period", "opens", "closes", "term_ends", "term_months", "renewal"), "int64")
    return rows.sort_values(["as_of", "account_id", "period"], kind="stable", ignore_index=True).astype(counts)


def _term_ends(subscriptions: duckdb.DuckDBPyRelation, grid: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """The periods in which a term ends, counted on from the term end known as of the date by the longest term."""
    return duckdb.sql("""
        WITH known AS (
            SELECT g.account_id, g.as_of, s.start_date, s.term_end, s.billing_months,
                   s.start_date < g.as_of AND s.end_date >= g.as_of AS in_force
            FROM grid g JOIN subscriptions s ON s.account_id = g.account_id AND s.known_at < g.as_of
        ), standing AS (
            SELECT account_id, as_of, max(term_end) AS term_end, count(DISTINCT term_end) AS terms,
                   max(CAST(coalesce(billing_months, 0) AS INTEGER)) FILTER (in_force) AS months
            FROM known GROUP BY account_id, as_of HAVING bool_or(in_force)
        ), ends AS (
            SELECT account_id, as_of, months, terms + i AS renewal,
                   term_end + to_months(CAST(i * months AS INTEGER)) AS ends
            FROM standing, range(14) AS number(i) WHERE i = 0 OR months > 0
        )
        SELECT account_id, as_of, period, count(*) AS term_ends, any_value(months) AS term_months,
               min(renewal) AS renewal
        FROM ends JOIN periods ON ends.ends > as_of + to_days(opens) AND ends.ends <= as_of + to_days(closes)
        GROUP BY ALL
    """).df()


def _ends_of_cover(
    cover: duckdb.DuckDBPyRelation, grid: pd.DataFrame, settings: Outcomes, at: pd.Timestamp
) -> pd.DataFrame:
    """Where cover held as of the date ended, once the grace had passed without a resumption."""
    return duckdb.sql(f"""
        SELECT g.account_id, g.as_of, max(c.ends) AS left_at
        FROM grid g JOIN cover c ON c.account_id = g.account_id AND c.starts < g.as_of AND c.ends >= g.as_of
        GROUP BY g.account_id, g.as_of HAVING left_at + INTERVAL {settings.grace_days} DAY <= TIMESTAMP '{at}'
    """).df()  # noqa: S608 - a number of the settings and an instant only


def _silences(
    events: duckdb.DuckDBPyRelation, grid: pd.DataFrame, settings: Outcomes, at: pd.Timestamp
) -> pd.DataFrame:
    """Where the first silence of horizon_days began that lies after the date, and was over before `at`."""
    silence = f"INTERVAL {settings.horizon_days} DAY"
    return duckdb.sql(f"""
        WITH seen AS (
            SELECT DISTINCT account_id, time_bucket(INTERVAL 15 MINUTE, occurred_at) AS seen
            FROM events WHERE occurred_at < TIMESTAMP '{at}' AND received_at < TIMESTAMP '{at}'
        ), gaps AS (
            SELECT account_id, seen AS begins, lead(seen, 1, TIMESTAMP '{at}') OVER (
                       PARTITION BY account_id ORDER BY seen) AS ends
            FROM seen
        )
        SELECT g.account_id, g.as_of, min(greatest(begins, g.as_of)) AS left_at
        FROM grid g JOIN gaps ON gaps.account_id = g.account_id AND ends >= greatest(begins, g.as_of) + {silence}
        GROUP BY g.account_id, g.as_of
    """).df()  # noqa: S608 - a number of the settings and an instant only
