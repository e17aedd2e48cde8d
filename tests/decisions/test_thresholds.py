import numpy as np
import pandas as pd
import pytest
from decision_tables import NOW, experiment, fall, falls
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from leadline.decisions.schema import THRESHOLDS
from leadline.decisions.thresholds import crossings, establish
from leadline.experiment import Experiment


def established(table: pd.DataFrame, settings: Experiment, settled: pd.DataFrame | None = None) -> pd.DataFrame:
    """Thresholds set on a week, and crossed by the same falls a week later."""
    return establish(table, table, settings, settled)


FIVE = [fall(a, d) for a, d in zip("abcde", (0.9, 0.5, 0.3, 0.0, -0.2), strict=True)]


@pytest.mark.parametrize(
    ("places", "enter", "alerts"),
    [(1, 0.9, 1), (2, 0.5, 2), (3, 0.3, 3), (4, 0.3, 3), (99, 0.3, 3)],
    ids=["one", "two", "three", "no more fell", "more than accounts"],
)
def test_the_threshold_is_the_decline_of_the_nth_fastest_faller(places: int, enter: float, alerts: int) -> None:
    row = established(falls(FIVE), experiment(1, places)).iloc[0]
    assert row["enter"] == enter
    assert row["exit"] == pytest.approx(0.8 * enter)
    assert row["alerts"] == alerts
    assert row["capacity"] == min(places, 5)
    assert row["as_of"] == NOW
    assert np.isnan(row["precision"])
    assert np.isnan(row["captured_arr"])


def test_the_row_says_why() -> None:
    assert established(falls(FIVE), experiment(1, 2)).loc[0, "changed_because"] == (
        "the fall of number 2 of 5 accounts last week, fastest first"
    )
    assert established(falls(FIVE), experiment(1, 2, language="zh")).loc[0, "changed_because"] == (
        "上周 5 家客户中第 2 快的降幅"
    )


@pytest.mark.parametrize(
    ("rows", "places", "said"),
    [
        (FIVE, 0, "this group has no share of capacity"),
        ([fall("a", 0.0), fall("b", 0.0)], 2, "nobody fell more than their peers"),
        ([fall("a", float("nan"))], 2, "nobody fell more than their peers"),
    ],
)
def test_without_a_threshold_nobody_crosses(rows: list, places: int, said: str) -> None:
    found = established(falls(rows), experiment(1, places))
    assert found["enter"].isna().all()
    assert found["alerts"].tolist() == [0]
    assert found["changed_because"].tolist() == [said]
    assert crossings(falls(rows), found).empty


def test_each_group_has_its_share_and_each_indicator_its_threshold() -> None:
    small = [fall(f"s{i}", 0.1 * i, group="small") for i in range(1, 4)]
    large = [fall(f"l{i}", 0.1 * i, group="large") for i in range(1, 7)]
    other = [fall(f"l{i}", 0.05 * i, group="large", indicator="events_28") for i in range(1, 7)]
    found = established(falls([*small, *large, *other]), experiment(1, 3)).set_index(["group", "indicator"])
    assert found["capacity"].to_dict() == {
        ("large", "active_users_28"): 2,
        ("large", "events_28"): 2,
        ("small", "active_users_28"): 1,
    }
    assert found["enter"].tolist() == pytest.approx([0.5, 0.25, 0.3])


def test_a_tie_at_the_threshold_alerts_all_of_it() -> None:
    tied = falls([fall(a, 1.0) for a in "abcd"])
    found = established(tied, experiment(1, 2))
    assert (found.loc[0, "enter"], found.loc[0, "alerts"]) == (1.0, 4)


def test_replay_counts_leavers_above_the_threshold_and_their_money_per_date() -> None:
    settled = falls(
        [
            fall("a", 0.6, as_of="2023-06-05", observed=1, arr=1000.0),
            fall("b", 0.5, as_of="2023-06-05", observed=0, arr=5000.0),
            fall("c", 0.2, as_of="2023-06-05", observed=1, arr=9000.0),
            fall("a", 0.7, as_of="2023-07-03", observed=1, arr=3000.0),
            fall("b", 0.9, as_of="2023-07-03", observed=0, arr=5000.0),
        ]
    )
    found = established(falls(FIVE), experiment(1, 2), settled).iloc[0]
    assert found["enter"] == 0.5
    assert found["precision"] == 0.5
    assert found["captured_arr"] == (1000 + 3000) / 2


def test_replay_without_money_or_alerts_is_undefined() -> None:
    poor = falls([fall("a", 0.6, observed=1, arr=float("nan"))])
    quiet = falls([fall("a", 0.1, observed=1, arr=10.0)])
    assert np.isnan(established(falls(FIVE), experiment(1, 2), poor).loc[0, "captured_arr"])
    assert established(falls(FIVE), experiment(1, 2), poor).loc[0, "precision"] == 1
    assert np.isnan(established(falls(FIVE), experiment(1, 2), quiet).loc[0, "precision"])


def test_the_level_is_last_weeks_and_the_alerts_are_this_weeks() -> None:
    now = falls([fall(a, d) for a, d in zip("abcde", (0.1, 0.6, 0.5, 0.7, 0.0), strict=True)])
    found = establish(falls(FIVE), now, experiment(1, 2)).iloc[0]
    assert (found["enter"], found["alerts"]) == (0.5, 3)
    assert found["correction"] == pytest.approx(0.3 * (2 - 3))


@pytest.mark.parametrize(
    ("correction", "enter", "said"),
    [
        (1.2, 0.3, "the fall of number 3 of 5 accounts last week, fastest first; 1 more than its share of places"),
        (-0.6, 0.9, "the fall of number 1 of 5 accounts last week, fastest first; 1 fewer than its share of places"),
        (-2.0, 0.9, "the fall of number 1 of 5 accounts last week, fastest first; 1 fewer than its share of places"),
    ],
)
def test_past_errors_move_the_rank(correction: float, enter: float, said: str) -> None:
    last = established(falls(FIVE), experiment(1, 2)).assign(correction=correction)
    found = establish(falls(FIVE), falls(FIVE), experiment(1, 2), last=last).iloc[0]
    assert found["enter"] == enter
    assert found["changed_because"].startswith(said)


def test_a_group_whose_leavers_were_missed_gets_places_from_one_of_false_alarms() -> None:
    both = [fall(f"{g}{i}", 0.1 * i, group=g) for g in ("missing", "false") for i in range(1, 9)]
    past = [fall(f"m{i}", 0.1, group="missing", observed=1, arr=1.0) for i in range(20)]
    past += [fall(f"f{i}", 0.9, group="false", observed=0, arr=1.0) for i in range(20)]
    first = established(falls(both), experiment(1, 8))
    found = establish(falls(both), falls(both), experiment(1, 8), falls(past), first).set_index("group")
    assert first["capacity"].tolist() == [4, 4]
    assert found["capacity"].to_dict() == {"false": 2, "missing": 6}
    assert "lowered: 20 leavers missed, 0 of 0 settled alerts false" in found.loc["missing", "changed_because"]
    assert "raised: 20 of 20 settled alerts false, 0 leavers missed" in found.loc["false", "changed_because"]


def test_a_group_that_is_new_this_week_has_no_threshold_yet() -> None:
    now = falls([fall("a", 0.9, group="new")])
    assert established(falls(FIVE), experiment(1, 2))["group"].tolist() == ["all"]
    assert crossings(now, establish(falls(FIVE), now, experiment(1, 2))).empty


def test_no_account_has_no_threshold() -> None:
    found = established(falls([]), experiment())
    assert found.empty
    assert list(found.columns) == list(THRESHOLDS.columns)


DECLINES = st.lists(st.integers(-10, 10).map(lambda i: i / 10), min_size=1, max_size=20)


@settings(deadline=None, max_examples=15)
@given(DECLINES, st.integers(0, 25), st.randoms(use_true_random=False))
def test_alerts_fit_capacity_but_for_ties_whatever_the_order(values: list[float], places: int, random: object) -> None:
    table = falls([fall(f"{i:02}", d) for i, d in enumerate(values)])
    found = established(table, experiment(1, places))
    above = (table["decline"] > found.loc[0, "enter"]).sum()
    assert above < max(places, 1)
    assert found.loc[0, "alerts"] >= min(places, (table["decline"] > 0).sum())
    mixed = table.sample(frac=1, random_state=random.randrange(99))
    assert_frame_equal(found, established(mixed, experiment(1, places)))
