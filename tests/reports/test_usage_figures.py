"""Figures of usage hold what the tables say, in both languages."""

import pandas as pd
import pytest
import vl_convert

from leadline.reports.usage_figures import (
    accounts_figure,
    features_figure,
    funnel_figure,
    modules_figure,
    people_figure,
)
from leadline.reports.voice import Voice

SAYS = pytest.mark.parametrize("say", [Voice("en", "USD"), Voice("zh", "CNY")], ids=["en", "zh"])
ACCOUNTS = pd.DataFrame(
    {"account_id": ["a", "b"], "name": ["Ann", "New"], "events": [10, 3], "events_change": [0.5, None],
     "users": [2, 1], "core_actions": [4, 0]}
)  # fmt: skip
WEEKS = pd.to_datetime(["2024-05-20", "2024-05-27", "2024-05-27"])
FEATURES = pd.DataFrame(
    {"week": WEEKS, "module": ["m", "m", None], "action": ["run", "run", "<b>look"], "events": [5, 7, 1],
     "users": [2, 3, 1], "share": [1, 0.875, 0.125]}
)  # fmt: skip
FUNNEL = pd.DataFrame({"module": [None, "m"], "reached": [9, 8], "tried": [5, 4], "completed": [2, 1]})
PEOPLE = pd.DataFrame(
    {"user_id": ["u1", "u2"], "events": [3, 9], "core_actions": [1, 2], "last_seen_days": [0.5, 20.0],
     "key": [True, False]}
)  # fmt: skip


def svg(chart: object) -> str:
    return str(vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[]))


@SAYS
def test_an_account_without_a_period_before_has_no_dot(say: Voice) -> None:
    data = accounts_figure(ACCOUNTS, say).to_dict()["datasets"]
    assert [row["name"] for rows in data.values() for row in rows] == ["Ann"]


@SAYS
def test_a_week_in_which_a_module_was_not_used_counts_nothing(say: Voice) -> None:
    rows = next(iter(modules_figure(FEATURES, say).to_dict()["datasets"].values()))
    assert {(row["module"], row["week"][:10]): row["events"] for row in rows} == {
        ("m", "2024-05-20"): 5,
        ("m", "2024-05-27"): 7,
        (say("usage.no_module"), "2024-05-20"): 0,
        (say("usage.no_module"), "2024-05-27"): 1,
    }


@SAYS
def test_features_funnel_and_people_name_what_they_show(say: Voice) -> None:
    features = svg(features_figure(FEATURES, say))
    assert "m · run" in features
    assert "05-20" in features
    assert "<b>" not in features
    funnel = svg(funnel_figure(FUNNEL, say))
    assert all(say(f"usage.{step}") in funnel for step in ("whole", "reached", "tried", "completed"))
    people = svg(people_figure(PEOPLE, "Ann & Co", say))
    assert people.index(">u2<") < people.index(">u1<")
    assert "Ann &amp; Co" in people
