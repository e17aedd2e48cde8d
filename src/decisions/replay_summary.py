"""What each policy's alerts were worth, against capacity and against what came true."""

import numpy as np
import pandas as pd

from leadline.decisions.replay import FIXED, FOLLOWED

KEYS = ["account_id", "as_of"]
EVENT = ["account_id", "happened_at"]
POLICIES = ["dynamic", *FIXED, *FOLLOWED]
FLICKER_WEEKS = 2


def summarised(alerts: pd.DataFrame, thresholds: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    """A row a policy.

    `weeks` holds every account and week of the history: account_id, as_of, arr, observed and happened_at (NaN where not
    settled), broken (whether the calendar, the data or the product was out of order).

    - weeks, capacity; alerts_median, alerts_worst (a week); off_median: |alerts - capacity| / capacity, median over
      weeks; within_quarter: share of weeks within 25% of capacity (within 2 alerts where it is under 20); uncut_...:
      the same of accounts that reached the levels, before lists are cut to the places (dynamic only).
    - accounts: how many different ones were alerted. precision: share of settled alerts whose account left in time.
    - churners, arr_lost: departures that an alert could have foretold, and their ARR; churners_captured and
      arr_captured: those with an alert in whose window they fell; lead_days: median from the first such alert.
    - ..._at_equal: the same, with as many alerts each week as dynamic raised, or fewer if it had fewer; dynamic_...:
      what dynamic's best alerts captured with no more than that.
    - flicker: share of entries of accounts that had left the list one or two weeks before.
    - entries_calm, entries_broken: accounts new on the list, median of weeks in which nothing, or something, was out of
      order; alerts_calm, alerts_broken: accounts on it.
    """
    dates = pd.DatetimeIndex(sorted(weeks["as_of"].unique()))
    found = {policy: alerts[alerts["policy"] == policy] for policy in POLICIES}
    capacity = int(alerts["capacity"].max()) if len(alerts) else 0
    rows = [
        {
            "policy": policy,
            "weeks": len(dates),
            "capacity": capacity,
            **_policy(part, found["dynamic"], weeks, dates, capacity),
        }
        for policy, part in found.items()
    ]
    table = pd.DataFrame(rows)
    uncut = _load(_reached(thresholds).reindex(dates, fill_value=0), capacity)
    return table.assign(
        **{f"uncut_{k}": pd.Series(v, table.index).where(table["policy"] == "dynamic") for k, v in uncut.items()}
    )


def _policy(
    found: pd.DataFrame, dynamic: pd.DataFrame, weeks: pd.DataFrame, dates: pd.DatetimeIndex, capacity: int
) -> dict[str, object]:
    churners = weeks[weeks["observed"] == 1].groupby(EVENT)["arr"].max()
    equal = _count(found, dates).combine(_count(dynamic, dates), min)
    best, against = (_captured(part[part["rank"] <= part["as_of"].map(equal)], weeks) for part in (found, dynamic))
    return {
        **_load(_count(found, dates), capacity),
        "accounts": found["account_id"].nunique(),
        "precision": found[KEYS].merge(weeks[[*KEYS, "observed"]], on=KEYS)["observed"].dropna().mean(),
        "churners": len(churners),
        "arr_lost": churners.sum(min_count=1),
        **_captured(found, weeks),
        **{f"{name}_at_equal": best[name] for name in ("churners_captured", "arr_captured")},
        **{f"dynamic_{name}_at_equal": against[name] for name in ("churners_captured", "arr_captured")},
        "flicker": flicker(found, dates),
        **_by_calm(found, weeks, dates),
    }


def _count(found: pd.DataFrame, dates: pd.DatetimeIndex) -> pd.Series:
    return found.groupby("as_of").size().reindex(dates, fill_value=0)


def _reached(thresholds: pd.DataFrame) -> pd.Series:
    """Accounts a week that would be on the lists, were these not cut to the places."""
    lists = thresholds[thresholds["indicator"].isin(("value", "p_churn"))]
    return lists.groupby("as_of")["reached"].sum()


def _load(count: pd.Series, capacity: int) -> dict[str, float]:
    off = (count - capacity).abs()
    room = 0.25 * capacity if capacity >= 20 else 2
    return {
        "alerts_median": float(count.median()),
        "alerts_worst": float(count.max()),
        "off_median": float(off.median()) / capacity if capacity else np.nan,
        "within_quarter": float((off <= room).mean()),
    }


def _captured(found: pd.DataFrame, weeks: pd.DataFrame) -> dict[str, object]:
    hits = found[KEYS].merge(weeks[weeks["observed"] == 1], on=KEYS)
    each = hits.groupby(EVENT).agg(arr=("arr", "max"), first=("as_of", "min")).reset_index()
    return {
        "churners_captured": len(each),
        "arr_captured": each["arr"].sum(min_count=1),
        "lead_days": (each["happened_at"] - each["first"]).dt.days.median(),
    }


def flicker(found: pd.DataFrame, dates: pd.DatetimeIndex) -> float:
    """Share of entries into the list, after the first week, of accounts that left it one or two weeks before."""
    places, gap = _gaps(found)
    entries = places["as_of"].gt(dates[0]) & ~gap.eq(1)
    back = gap.between(2, FLICKER_WEEKS + 1)
    return float(back[entries].mean()) if entries.any() else float("nan")


def _gaps(found: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Alerts by account and week, and the weeks since the account's alert before each."""
    places = found[KEYS].drop_duplicates().sort_values(KEYS, kind="stable")
    return places, (places.groupby("account_id")["as_of"].diff().dt.total_seconds() / 604_800).round()


def _by_calm(found: pd.DataFrame, weeks: pd.DataFrame, dates: pd.DatetimeIndex) -> dict[str, object]:
    places, gap = _gaps(found)
    broken = weeks.groupby("as_of")["broken"].max().reindex(dates).astype(bool)
    counts = {"alerts": _count(found, dates), "entries": _count(places[~gap.eq(1)], dates).iloc[1:]}
    return {
        f"{name}_{word}": count[part.reindex(count.index)].median()
        for name, count in counts.items()
        for word, part in (("calm", ~broken), ("broken", broken))
    }
