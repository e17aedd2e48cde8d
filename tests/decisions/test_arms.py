import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from leadline.decisions.arms import arm_of, compared, drawn, nobody, with_told

MONDAY = pd.Timestamp("2024-03-04")
SHARES = st.floats(0, 0.99)


def listed(
    accounts: list[str], as_of: pd.Timestamp = MONDAY, tier: str = "growth", stage: str = "renewal"
) -> pd.DataFrame:
    facts = {"as_of": as_of, "play": "train", "cause": "product", "tier": tier, "stage": stage}
    return pd.DataFrame({"account_id": pd.Series(accounts, dtype="str")}).assign(**facts)


def names(n: int, first: int = 0) -> list[str]:
    return [f"a{i:04d}" for i in range(first, first + n)]


def test_by_eye() -> None:
    found = drawn(nobody(), listed(["a1", "a2", "a3", "a4", "a5"]), "demo", 0.4, ())
    assert found["account_id"].tolist() == ["a1", "a2", "a3", "a4", "a5"]
    assert found["number"].tolist() == [2, 1, 3, 0, 4]  # by the hash of their names
    assert found["arm"].tolist() == ["treat", "treat", "treat", "treat", "holdout"]
    assert set(found["stratum"]) == {"tier=growth, stage=renewal"}


@pytest.mark.parametrize(("share", "held"), [(0.1, 1), (0.2, 2), (0.5, 5)])
def test_every_ten_of_a_stratum_hold_the_share(share: float, held: int) -> None:
    for stratum in ("one", "two", "three"):
        arms = [arm_of("demo", stratum, number, share) for number in range(100)]
        assert [arms[i : i + 10].count("holdout") for i in range(0, 100, 10)] == [held] * 10


@settings(deadline=None, max_examples=50)
@given(SHARES, st.text(max_size=5))
def test_any_share_is_held_as_nearly_as_whole_accounts_can(share: float, stratum: str) -> None:
    held = [arm_of("demo", stratum, number, share) for number in range(200)].count("holdout")
    assert abs(held - 200 * share) <= 1


def test_each_place_is_held_out_as_often_as_another() -> None:
    held = [sum(arm_of("demo", f"stratum {s}", n, 0.15) == "holdout" for s in range(2000)) for n in range(20)]
    assert min(held) > 240
    assert max(held) < 360  # 300 of 2,000 expected, standard deviation 16


def test_who_may_be_compared() -> None:
    """Drawn while some were held out, or told of a list before the first such draw; never exempt ones."""
    rows = [
        ("drawn", 1, False, 0.2),
        ("exempt", 0, True, 0.2),
        ("before_any_holdout", 0, False, 0.0),
        ("told_before", 0, False, None),
        ("told_later", 1, False, None),
        ("told_exempt", 0, True, None),
    ]
    arms = pd.DataFrame(rows, columns=["account_id", "week", "exempt", "share"])
    arms = arms.assign(listed_as_of=MONDAY + pd.to_timedelta(7 * arms["week"], unit="D"))
    assert compared(arms)["account_id"].tolist() == ["drawn", "told_before"]
    assert compared(arms[arms["share"].isna()])["account_id"].tolist() == ["told_before", "told_later"]


def test_no_share_treats_all() -> None:
    assert set(drawn(nobody(), listed(names(50)), "demo", 0.0, ())["arm"]) == {"treat"}


def test_an_arm_is_never_drawn_again() -> None:
    first = drawn(nobody(), listed(names(30)), "demo", 0.2, ())
    later = listed(names(60), MONDAY + pd.Timedelta(weeks=9), tier="standard", stage="adoption")
    both = drawn(first, later, "demo", 0.5, ())
    assert_frame_equal(both.iloc[:30], first)
    assert len(both) == 60


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 40), unique=True), st.integers(0, 10))
def test_a_stratum_goes_on_where_it_stopped(ids: list[int], cut: int) -> None:
    accounts = [f"a{i}" for i in ids]
    weeks = [accounts[:cut], accounts[cut:]]
    found = nobody()
    for week, part in enumerate(weeks):
        found = drawn(found, listed(part, MONDAY + pd.Timedelta(weeks=week)), "demo", 0.3, ())
    assert sorted(found["number"]) == list(range(len(accounts)))
    backwards = drawn(nobody(), listed(weeks[0][::-1]), "demo", 0.3, ())
    assert_frame_equal(found.iloc[: len(weeks[0])], backwards)


def test_strata_are_drawn_apart() -> None:
    rows = pd.concat([listed(names(10)), listed(names(10, 10), tier="standard")])
    found = drawn(nobody(), rows, "demo", 0.2, ())
    assert found.groupby("stratum")["arm"].apply(lambda arms: (arms == "holdout").sum()).tolist() == [2, 2]


def test_an_exempt_tier_is_treated_and_takes_no_place() -> None:
    rows = pd.concat([listed(names(10)), listed(names(10, 10), tier="benchmark")])
    found = drawn(nobody(), rows, "demo", 0.9, ("benchmark",)).set_index("account_id")
    assert set(found.loc[names(10, 10), "arm"]) == {"treat"}
    assert found["exempt"].tolist() == [False] * 10 + [True] * 10
    assert set(found.loc[names(10, 10), "number"]) == {-1}


def test_a_missing_tier_is_a_stratum_too() -> None:
    rows = listed(["a1"]).assign(tier=pd.Series([None], dtype="str"))
    assert drawn(nobody(), rows, "demo", 0.2, ())["stratum"].tolist() == ["tier=none, stage=renewal"]


def test_what_the_team_told_is_kept_as_the_arm() -> None:
    told = pd.DataFrame(
        {
            "account_id": ["a1", "a1", "a2", "a3"],
            "listed_as_of": [MONDAY, MONDAY - pd.Timedelta(weeks=1), MONDAY, MONDAY + pd.Timedelta(weeks=2)],
            "arm": ["holdout", "holdout", "treat", "treat"],
        }
    )
    known = with_told(nobody(), told, MONDAY + pd.Timedelta(weeks=1))
    assert known[["account_id", "arm", "number"]].values.tolist() == [["a1", "holdout", -1], ["a2", "treat", -1]]
    found = drawn(known, listed(["a1", "a2", "a4"]), "demo", 0.0, ()).set_index("account_id")
    assert found["arm"].to_dict() == {"a1": "holdout", "a2": "treat", "a4": "treat"}
    assert found.loc["a4", "number"] == 0
