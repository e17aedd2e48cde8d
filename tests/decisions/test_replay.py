"""The policies that are replayed, and what their alerts were worth."""

import numpy as np
import pandas as pd
import pytest
from decision_tables import NOW, experiment, fall, falls

from leadline.decisions.choose import Week
from leadline.decisions.replay import FIXED, PastWeek, replay
from leadline.decisions.replay_summary import flicker, summarised
from leadline.experiment import Following
from leadline.problem import Problem

WEEK = pd.Timedelta(days=7)
ACCOUNTS = pd.DataFrame(
    {
        "account_id": pd.Series(list("abcd"), dtype="str"),
        "csm": pd.Series([None] * 4, dtype="str"),
        "tier": "growth",
        "p_churn": [0.7, 0.5, 0.4, np.nan],
        "arr": [1000.0, 90000.0, 20000.0, 5000.0],
    }
)
FALLS = falls(
    [
        fall("a", 0.2, own=0.2),
        fall("b", 0.1, own=0.5),
        fall("c", 0.6, own=0.9),
        fall("c", 0.7, own=0.6, indicator="events_28"),
    ]
)
NOTHING = FALLS[:0].assign(observed=0, arr=0.0)


@pytest.mark.parametrize(
    ("policy", "alerts"),
    [
        ("fixed_fall", [("c", "active_users_28"), ("b", "active_users_28")]),
        ("fixed_score", [("a", "p_churn"), ("b", "p_churn")]),
        ("top_k", [("a", "p_churn"), ("b", "p_churn"), ("c", "p_churn")]),
    ],
)
def test_what_the_fixed_policies_alert(policy: str, alerts: list[tuple[str, str]]) -> None:
    found = FIXED[policy](Week(NOW, ACCOUNTS, FALLS), experiment(1, 3))
    assert list(zip(found["account_id"], found["indicator"], strict=True)) == alerts


def test_top_k_keeps_to_capacity() -> None:
    assert len(FIXED["top_k"](Week(NOW, ACCOUNTS, FALLS), experiment(1, 2))) == 2
    assert FIXED["top_k"](Week(NOW, ACCOUNTS, FALLS), experiment(0, 2)).empty


def test_dynamic_hands_its_state_from_week_to_week() -> None:
    """One place, by money: b, then c while b rests and still while nobody takes its place, and b again."""
    weeks = [
        PastWeek(Week(NOW + i * WEEK, ACCOUNTS, FALLS), Week(NOW + (i - 1) * WEEK, ACCOUNTS, FALLS), NOTHING)
        for i in range(4)
    ]
    settings = experiment(1, 1, following=Following(days=7, rest_days=14))
    found = replay(weeks, settings).alerts
    dynamic = found[found["policy"] == "dynamic"]
    assert dynamic["account_id"].tolist() == ["b", "c", "c", "b"]
    assert found["capacity"].eq(1).all()


def test_policies_that_are_followed_alike_rotate_too() -> None:
    weeks = [
        PastWeek(Week(NOW + i * WEEK, ACCOUNTS, FALLS), Week(NOW + (i - 1) * WEEK, ACCOUNTS, FALLS), NOTHING)
        for i in range(4)
    ]
    found = replay(weeks, experiment(1, 1, following=Following(days=7, rest_days=14))).alerts.groupby("policy")
    accounts = {policy: rows["account_id"].tolist() for policy, rows in found}
    assert accounts["top_k"] == ["a"] * 4
    assert accounts["top_k_arr"] == ["b"] * 4
    assert accounts["top_k_followed"] == ["a", "b", "c", "a"]
    assert len(accounts["chance"]) == 4
    assert set(accounts["chance"]) <= set("abc")


def test_nothing_to_replay_is_said() -> None:
    with pytest.raises(Problem, match="There is nothing to replay"):
        replay([], experiment(1, 1))


def alerts(policy: str, *weeks: str) -> pd.DataFrame:
    """Alerts of one policy: a text of accounts for each week."""
    rows = [
        {"policy": policy, "as_of": NOW + i * WEEK, "account_id": account, "capacity": 2, "rank": rank}
        for i, accounts in enumerate(weeks)
        for rank, account in enumerate(accounts, start=1)
    ]
    return pd.DataFrame(rows)


def history(weeks: int = 4) -> pd.DataFrame:
    """a (100 ARR) leaves 40 days after the first week, b (900) after the second; the last week is not settled."""
    rows = pd.DataFrame([(a, NOW + i * WEEK) for i in range(weeks) for a in "abc"], columns=["account_id", "as_of"])
    rows = rows.assign(arr=rows["account_id"].map({"a": 100.0, "b": 900.0, "c": 50.0}), observed=0.0, broken=False)
    rows["happened_at"] = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
    gone = (rows["account_id"] == "a") | ((rows["account_id"] == "b") & (rows["as_of"] > NOW))
    days = rows["account_id"].map({"a": 40, "b": 47, "c": 0})
    rows.loc[gone, "observed"] = 1.0
    rows.loc[gone, "happened_at"] = (NOW + pd.to_timedelta(days, unit="D")).astype("datetime64[us]")[gone]
    rows.loc[rows["as_of"] == NOW + (weeks - 1) * WEEK, "observed"] = np.nan
    rows.loc[rows["as_of"] == NOW + WEEK, "broken"] = True
    return rows


REACHED = pd.DataFrame(
    {
        "indicator": ["value", "value", "value", "crossings"],
        "as_of": [NOW, NOW, NOW + WEEK, NOW],
        "reached": [1, 1, 4, 99],
    }
)


def test_the_summary_by_eye() -> None:
    """dynamic: b too early, then a and b; top_k: c and a, c, nobody. Capacity is 2 a week; the last week is open."""
    together = pd.concat([alerts("dynamic", "b", "ab", "", "c"), alerts("top_k", "ca", "c", "", "")])
    found = summarised(together, REACHED, history()).set_index("policy")
    dynamic, top_k = found.loc["dynamic"], found.loc["top_k"]
    assert dynamic[["weeks", "capacity", "alerts_median", "alerts_worst"]].tolist() == [4, 2, 1, 2]
    assert (dynamic["off_median"], dynamic["within_quarter"]) == (0.5, 1.0)
    assert dynamic["precision"] == pytest.approx(2 / 3)
    assert (dynamic["churners"], dynamic["arr_lost"]) == (2, 1000)
    assert (dynamic["churners_captured"], dynamic["arr_captured"]) == (2, 1000)
    assert dynamic["lead_days"] == np.median([33, 40])
    assert (dynamic["alerts_calm"], dynamic["alerts_broken"]) == (1, 2)
    assert (dynamic["entries_calm"], dynamic["entries_broken"]) == (0.5, 1)
    assert (dynamic["uncut_alerts_median"], dynamic["uncut_alerts_worst"]) == (1, 4)
    assert (dynamic["accounts"], top_k["accounts"]) == (3, 2)
    assert np.isnan(top_k["uncut_alerts_median"])
    assert found.loc["chance", "alerts_median"] == 0
    assert (top_k["churners_captured"], top_k["arr_captured"]) == (1, 100)
    assert (top_k["churners_captured_at_equal"], top_k["precision"]) == (0, pytest.approx(1 / 3))
    assert (top_k["dynamic_churners_captured_at_equal"], top_k["dynamic_arr_captured_at_equal"]) == (1, 100)


@pytest.mark.parametrize(
    ("weeks", "share"),
    [
        (("a", "", "a"), 1.0),
        (("a", "", "", "a"), 1.0),
        (("a", "", "", "", "a"), 0.0),
        (("a", "a", "a"), float("nan")),
        (("a", "b", "ab"), 0.5),
        (("", "a"), 0.0),
    ],
)
def test_flicker_is_an_entry_of_who_left_a_week_or_two_ago(weeks: tuple[str, ...], share: float) -> None:
    dates = pd.DatetimeIndex([NOW + i * WEEK for i in range(len(weeks))])
    assert flicker(alerts("dynamic", *weeks), dates) == pytest.approx(share, nan_ok=True)
