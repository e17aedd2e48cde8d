"""Whether reasons are right: which rows are asked about, and which families fit a story."""

import pandas as pd

from bench.reasons import MOVED, OWN, by_story, leavers

DAY = pd.Timestamp("2024-01-01")


def test_each_leaver_is_asked_about_on_its_last_date_that_leaves_time_to_act() -> None:
    dates = [DAY + pd.Timedelta(days=28 * k) for k in range(5)]
    rows = pd.DataFrame([(a, date) for a in ("a", "b", "c", "d") for date in dates], columns=["account_id", "as_of"])
    truth = pd.DataFrame(
        [
            ("a", DAY + pd.Timedelta(days=60), "slow_fade"),  # day 56 is only 4 days ahead
            ("b", DAY + pd.Timedelta(days=60), "price"),  # shows in no behaviour
            ("c", DAY + pd.Timedelta(days=500), "slow_fade"),  # beyond the window
        ],
        columns=["account_id", "left_at", "story"],
    )
    found = leavers(rows, truth, lead_days=14, window_days=104)
    assert found[["account_id", "as_of"]].to_numpy().tolist() == [["a", dates[1]]]


def test_families_follow_from_the_traits_of_a_story() -> None:
    assert set(MOVED) == set(OWN)
    assert all(OWN[story] <= MOVED[story] for story in MOVED)
    assert "support" not in MOVED["slow_fade"]
    assert MOVED["module_abandoned"] == {"modules", "breadth", "activity", "trend", "support"}


def test_shares_by_eye() -> None:
    named = pd.DataFrame(
        [("slow_fade", {"voice", "flow"}), ("slow_fade", {"voice"}), ("champion_left", {"depth"})],
        columns=["story", "families"],
    )
    found = by_story(named, pd.Series([{"key users"}, {"voice"}])).set_index("story")
    assert found["leavers"].to_dict() == {"champion_left": 1, "slow_fade": 2, "all": 3}
    assert found["right"].to_dict() == {"champion_left": 1, "slow_fade": 0.5, "all": 2 / 3}
    assert found["own"].to_dict() == {"champion_left": 0, "slow_fade": 0.5, "all": 1 / 3}
    assert found["own_by_chance"].to_dict() == {"champion_left": 0.5, "slow_fade": 0, "all": 0.5 / 3}
