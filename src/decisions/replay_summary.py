"""What each policy's alerts were worth, against capacity and against what came true."""

import numpy as np
import pandas as pd

KEYS = ["account_id", "as_of"]
EVENT = ["account_id", "happened_at"]
FLICKER_WEEKS = 2


def summarised(alerts: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    """A row a policy.

    `weeks` holds every account and week of the history: account_id, as_of, arr, observed and happened_at (NaN where not
    settled), broken (whether the calendar, the data or the product was out of order).

    - weeks, capacity; alerts_median, alerts_worst (a week); off_median: |alerts - capacity| / capacity, median over
      weeks; within_quarter: share of weeks within 25% of capacity (within 2 alerts where it is under 20).
    - precision: share of settled alerts whose account left in its window.
    - churners, arr_lost: departures that an alert could have foretold, and their ARR; churners_captured and
      arr_captured: those with an alert in whose window they fell; lead_days: median from the first such alert.
    - ..._at_equal: the same, of the policy's best alerts, no more a week than dynamic raised.
    - flicker: share of entries of accounts that had left the list one or two weeks before.
    - alerts_calm, alerts_broken: median of weeks in which nothing, or something, was out of order.
    """
    dates = pd.DatetimeIndex(sorted(weeks["as_of"].unique()))
    dynamic = alerts[alerts["policy"] == "dynamic"].groupby("as_of").size()
    rows = [
        {"policy": policy, **_policy(found, weeks, dates, dynamic)}
        for policy, found in alerts.groupby("policy", sort=False)
    ]
    return pd.DataFrame(rows)


def _policy(found: pd.DataFrame, weeks: pd.DataFrame, dates: pd.DatetimeIndex, dynamic: pd.Series) -> dict[str, object]:
    equal = found[found["rank"] <= found["as_of"].map(dynamic).fillna(0)]
    churners = weeks[weeks["observed"] == 1].groupby(EVENT)["arr"].max()
    best = {f"{name}_at_equal": value for name, value in _captured(equal, weeks).items() if name != "lead_days"}
    return {
        "weeks": len(dates),
        **_load(found, dates),
        **_right(found, weeks),
        "churners": len(churners),
        "arr_lost": churners.sum(min_count=1),
        **_captured(found, weeks),
        **best,
        "flicker": flicker(found, dates),
        **_by_calm(found, weeks, dates),
    }


def _load(found: pd.DataFrame, dates: pd.DatetimeIndex) -> dict[str, object]:
    capacity, count = int(found["capacity"].max()), found.groupby("as_of").size().reindex(dates, fill_value=0)
    off = (count - capacity).abs()
    room = 0.25 * capacity if capacity >= 20 else 2
    return {
        "capacity": capacity,
        "alerts_median": count.median(),
        "alerts_worst": count.max(),
        "off_median": off.median() / capacity if capacity else np.nan,
        "within_quarter": (off <= room).mean(),
    }


def _right(found: pd.DataFrame, weeks: pd.DataFrame) -> dict[str, object]:
    observed = found[KEYS].merge(weeks[[*KEYS, "observed"]], on=KEYS)["observed"]
    return {"precision": observed.dropna().mean()}


def _captured(found: pd.DataFrame, weeks: pd.DataFrame) -> dict[str, object]:
    hits = found[KEYS].merge(weeks[weeks["observed"] == 1], on=KEYS)
    each = hits.groupby(EVENT).agg(arr=("arr", "max"), first=("as_of", "min")).reset_index()
    return {
        "churners_captured": len(each),
        "arr_captured": each["arr"].sum(min_count=1),
        "lead_days": (each["happened_at"] - each["first"]).dt.days.median(),
    }


def flicker(found: pd.DataFrame, dates: pd.DatetimeIndex) -> float:
    """Share of entries into the list, after the first week, of accounts last on it two or three weeks ago."""
    places = found[KEYS].drop_duplicates().sort_values(KEYS, kind="stable")
    gap = places.groupby("account_id")["as_of"].diff().dt.days / 7
    entries = places["as_of"].gt(dates[0]) & ~gap.eq(1)
    back = gap.between(2, FLICKER_WEEKS + 1)
    return float(back[entries].mean()) if entries.any() else float("nan")


def _by_calm(found: pd.DataFrame, weeks: pd.DataFrame, dates: pd.DatetimeIndex) -> dict[str, object]:
    count = found.groupby("as_of").size().reindex(dates, fill_value=0)
    broken = weeks.groupby("as_of")["broken"].max().reindex(dates).astype(bool)
    return {"alerts_calm": count[~broken].median(), "alerts_broken": count[broken].median()}
