"""What became of accounts in the weeks after they were listed, and how much they had used the product before."""

import duckdb
import numpy as np
import pandas as pd

from leadline.experiment import Outcomes
from leadline.features.covers import covers
from leadline.features.follow_up import departures, silence_days
from leadline.features.money import arr_after

WEEKS = (4, 8, 12)
USAGE_DAYS = 28
LONG_BEFORE = -182  # days from listing to the end of a month of usage that no covariate looks back to
Relations = dict[str, duckdb.DuckDBPyRelation]


def after_listing(relations: Relations, listed: pd.DataFrame, settings: Outcomes, at: pd.Timestamp) -> pd.DataFrame:
    """Per account listed (account_id, as_of, one row an account) and each of WEEKS, as known before `at`.

    Columns: account_id, as_of, weeks; left (1 if it left within so many weeks), arr (in force after so many weeks) and
    events (of the 28 days up to then). NaN until it is ripe: events once those weeks have passed, the others once a
    departure within them would be known (after the grace; in activity mode after a silence of horizon_days); and for
    ever where no contract covered the account when it was listed.
    """
    grid = listed[["account_id", "as_of"]]
    left_at = grid.merge(departures(relations, grid, settings, at), on=["account_id", "as_of"], how="left")["left_at"]
    held = _held(relations, grid, settings, at)
    parts = [_after(relations, grid, left_at, held, settings, at, weeks) for weeks in WEEKS]
    return pd.concat(parts).sort_values(["account_id", "weeks"], kind="stable", ignore_index=True)


def _after(
    relations: Relations,
    grid: pd.DataFrame,
    left_at: pd.Series,
    held: "pd.Series[bool]",
    settings: Outcomes,
    at: pd.Timestamp,
    weeks: int,
) -> pd.DataFrame:
    end, silence = grid["as_of"] + pd.Timedelta(weeks=weeks), silence_days(settings)
    passed, ripe = end <= at, (end + pd.Timedelta(days=silence) <= at) & held
    left, arr = left_at <= end, _arr(relations, grid, 7 * weeks, at)
    if settings.mode == "contract":  # in a gap that was bridged afterwards, what it was bridged with counts
        arr = arr.mask((arr == 0) & ~left, _arr(relations, grid, 7 * weeks + silence, at))
    return grid.assign(
        weeks=weeks,
        left=left.astype("float64").where(ripe),
        arr=arr.where(ripe),
        events=usage(relations["events"], grid, 7 * weeks, at).where(passed),
    )


def _held(relations: Relations, grid: pd.DataFrame, settings: Outcomes, at: pd.Timestamp) -> "pd.Series[bool]":
    """Whether a contract covered each account at its listing; without contracts, of all."""
    if settings.mode != "contract":
        return pd.Series(True, index=grid.index)
    known = relations["subscriptions"].filter(f"known_at < TIMESTAMP '{at}'")
    cover = covers(known, settings.grace_days).df()
    both = grid.reset_index(names="row").merge(cover, on="account_id")
    inside = both[(both["starts"] < both["as_of"]) & (both["ends"] >= both["as_of"])]
    return pd.Series(grid.index.isin(inside["row"]), index=grid.index)


def _arr(relations: Relations, grid: pd.DataFrame, days: int, at: pd.Timestamp) -> pd.Series:
    """ARR in force so many days after listing, in the order of the grid; NaN where there are no contracts."""
    if "subscriptions" not in relations:
        return pd.Series(np.nan, index=grid.index)
    found = arr_after(relations["subscriptions"], grid, days, at)
    return grid.merge(found, on=["account_id", "as_of"], how="left")["arr_after"].set_axis(grid.index)


def usage(events: duckdb.DuckDBPyRelation, grid: pd.DataFrame, days: int, at: pd.Timestamp) -> pd.Series:
    """Events of each row of the grid in the 28 days that end so many days after its as_of, as known before `at`;
    up to the listing, as known then."""
    found = duckdb.sql("""
        SELECT g.account_id, g.as_of, count(e.account_id) AS events
        FROM grid g LEFT JOIN events e ON e.account_id = g.account_id
             AND e.received_at < CASE WHEN $days > 0 THEN $at ELSE g.as_of END
             AND e.occurred_at < g.as_of + to_days($days) AND e.occurred_at >= g.as_of + to_days($days - $span)
        GROUP BY ALL
    """, params={"days": days, "span": USAGE_DAYS, "at": at.to_pydatetime()}).df()  # fmt: skip
    return grid.merge(found, on=["account_id", "as_of"], how="left")["events"].astype("float64").set_axis(grid.index)
