import numpy as np
import pandas as pd
import pytest
from decision_tables import COLUMNS, NOW, context, snapshots
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from leadline.decisions.decline import baseline_dates, declines, near, watched
from leadline.problem import Problem

FOUR, EIGHT, TWELVE = ("2024-02-05", "2024-01-08", "2023-12-11")


def test_compared_with_4_8_and_12_weeks_before() -> None:
    assert [f"{d:%Y-%m-%d}" for d in baseline_dates(NOW)] == [FOUR, EIGHT, TWELVE]


def test_only_declared_declines_are_watched() -> None:
    assert watched(COLUMNS) == ["active_users_28"]


def test_decline_is_against_the_mean_of_the_past_less_the_peers_median() -> None:
    now = snapshots([("a", NOW, 4), ("b", NOW, 9), ("c", NOW, 10)])
    history = snapshots(
        [
            ("a", FOUR, 6), ("a", EIGHT, 8), ("a", TWELVE, 10),
            ("b", FOUR, 10),
            ("c", FOUR, 8), ("c", EIGHT, None),
        ]
    )  # fmt: skip
    found = declines(now, history, context(["a", "b", "c"]), COLUMNS)
    assert found["account_id"].tolist() == ["a", "b", "c"]
    assert found["baseline"].tolist() == [8, 10, 8]
    np.testing.assert_allclose(found["own"], [0.5, 0.1, -0.25])
    np.testing.assert_allclose(found["peers"], 0.1)
    np.testing.assert_allclose(found["decline"], [0.4, 0.0, -0.35])
    assert found["group"].unique().tolist() == ["all"]


def test_undefined_without_a_past_with_a_baseline_of_zero_and_without_a_value_now() -> None:
    now = snapshots([("new", NOW, 4), ("zero", NOW, 4), ("blank", NOW, None)])
    history = snapshots([("zero", FOUR, 0), ("blank", FOUR, 3)])
    found = declines(now, history, context(["blank", "new", "zero"]), COLUMNS).set_index("account_id")
    assert found["decline"].isna().all()
    assert np.isnan(found.loc["new", "baseline"])
    assert found.loc["zero", "baseline"] == 0


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({("smb", "adoption"): 30, ("big", "renewal"): 30}, {"segment=smb, stage=adoption"}),
        ({("smb", "adoption"): 29, ("smb", "renewal"): 1}, {"segment=smb"}),
        ({("smb", "adoption"): 29, ("big", "adoption"): 1}, {"stage=adoption"}),
        ({("smb", "adoption"): 29, ("big", "renewal"): 30}, {"all"}),
        ({(None, "adoption"): 30}, {"stage=adoption"}),
        ({(None, None): 40}, {"all"}),
    ],
)
def test_peers_fall_back_to_wider_groups(sizes: dict[tuple[str | None, str | None], int], expected: set[str]) -> None:
    rows = [key for key, size in sizes.items() for _ in range(size)]
    accounts = [f"{i:03}" for i in range(len(rows))]
    keys = {"segment": [r[0] for r in rows], "stage": [r[1] for r in rows], "region": None, "tier": None}
    now = snapshots([(a, NOW, 1) for a in accounts])
    found = declines(now, snapshots([]), context(accounts, **keys), COLUMNS)
    first = len(rows) if len(sizes) == 1 else sizes[rows[0]]
    assert set(found["group"].head(first)) == expected


@pytest.mark.parametrize(
    ("apac", "tiers", "expected"),
    [
        (30, 1, "region=APAC, segment=smb, tier=growth, stage=adoption"),
        (30, 2, "region=APAC, segment=smb, stage=adoption"),
        (29, 1, "segment=smb, tier=growth, stage=adoption"),
    ],
)
def test_the_region_comes_before_all_else(apac: int, tiers: int, expected: str) -> None:
    accounts = [f"{i:03}" for i in range(70)]
    keys = {
        "region": ["APAC"] * apac + ["EMEA"] * (70 - apac),
        "tier": [["growth", "standard"][i % tiers] for i in range(70)],
    }
    now = snapshots([(a, NOW, 2 if i < apac else 10) for i, a in enumerate(accounts)])
    found = declines(now, snapshots([(a, FOUR, 10) for a in accounts]), context(accounts, **keys), COLUMNS)
    assert found["group"].iloc[0] == expected
    assert found["decline"].iloc[0] == pytest.approx(0 if apac == 30 else 0.8)


def test_a_small_group_is_measured_against_all_members_of_the_wider_one() -> None:
    accounts = [f"{i:03}" for i in range(40)]
    stages = ["adoption"] * 35 + ["renewal"] * 5
    now = snapshots([(a, NOW, 9 if s == "adoption" else 2) for a, s in zip(accounts, stages, strict=True)])
    history = snapshots([(a, FOUR, 10) for a in accounts])
    alike = context(accounts, stage=stages, region=None, tier=None)
    found = declines(now, history, alike, COLUMNS).set_index("account_id")
    assert found.loc["039", "group"] == "segment=smb"
    assert found.loc["000", "group"] == "segment=smb, stage=adoption"
    assert found.loc["039", ["own", "peers", "decline"]].tolist() == pytest.approx([0.8, 0.1, 0.7])


def test_leavers_and_ineligible_accounts_are_no_peers() -> None:
    now = snapshots([("a", NOW, 10), ("gone", NOW, 0), ("idle", NOW, 0)])
    history = snapshots([("a", FOUR, 10), ("gone", FOUR, 10), ("idle", FOUR, 10)])
    state = context(["a", "gone", "idle"], announced=[False, True, False], eligible=[True, True, False])
    found = declines(now, history, state, COLUMNS)
    assert found["account_id"].tolist() == ["a"]
    assert found["peers"].tolist() == [0]


def test_no_account_and_no_watched_column() -> None:
    empty = declines(snapshots([]), snapshots([]), context([]), COLUMNS)
    nothing = declines(snapshots([("a", NOW, 1)]), snapshots([]), context(["a"]), ())
    assert empty.empty
    assert nothing.empty
    assert list(empty.columns) == list(nothing.columns)


LEVELS = st.lists(st.integers(0, 9), min_size=1, max_size=12)


@settings(deadline=None, max_examples=15)
@given(LEVELS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(levels: list[int], random: object) -> None:
    accounts = [f"{i:02}" for i in range(len(levels))]
    now = snapshots([(a, NOW, v) for a, v in zip(accounts, levels, strict=True)])
    past = snapshots(
        [(a, d, v + i) for a, v in zip(accounts, levels, strict=True) for i, d in enumerate((FOUR, EIGHT))]
    )
    state = context(accounts)
    mixed = (frame.sample(frac=1, random_state=random.randrange(99)) for frame in (now, past, state))
    assert_frame_equal(declines(now, past, state, COLUMNS), declines(*mixed, COLUMNS))


@settings(deadline=None, max_examples=15)
@given(st.integers(1, 40), st.integers(1, 9), st.integers(0, 9))
def test_accounts_that_all_move_alike_do_not_decline(count: int, before: int, after: int) -> None:
    accounts = [f"{i:02}" for i in range(count)]
    now = snapshots([(a, NOW, after) for a in accounts])
    history = snapshots([(a, FOUR, before) for a in accounts])
    assert (declines(now, history, context(accounts), COLUMNS)["decline"] == 0).all()


@pytest.mark.parametrize(
    ("now", "history", "accounts", "said"),
    [
        ([("a", NOW, 1), ("a", NOW, 1)], [], ["a"], "repeated rows"),
        ([("a", NOW, 1)], [("a", FOUR, 1), ("a", FOUR, 1)], ["a"], "repeated rows"),
        ([("a", NOW, 1)], [("a", NOW, 1)], ["a"], "not before the as-of date 2024-03-04"),
        ([("a", NOW, 1), ("b", NOW, 1)], [], ["a"], "differ in 1 accounts, first b"),
    ],
)
def test_wrong_input_is_refused(now: list, history: list, accounts: list[str], said: str) -> None:
    with pytest.raises(Problem, match=said):
        declines(snapshots(now), snapshots(history), context(accounts), COLUMNS)


def test_a_missing_column_is_named() -> None:
    now = pd.DataFrame({"account_id": ["a"], "as_of": [NOW]})
    with pytest.raises(Problem, match="lacks the watched columns active_users_28"):
        declines(now, snapshots([]), context(["a"]), COLUMNS)


def test_dates_are_the_same_though_clocks_changed_between() -> None:
    """Mondays in New York, of which the second is the first of summer time."""
    mondays = pd.Series(pd.to_datetime(["2024-03-04 05:00", "2024-03-11 04:00", "2024-03-18 04:00"]))
    assert near(mondays, [pd.Timestamp("2024-03-11 04:00") - pd.Timedelta(days=7)]).tolist() == [True, False, False]
    assert near(mondays, [pd.Timestamp("2024-03-05")]).tolist() == [False] * 3
