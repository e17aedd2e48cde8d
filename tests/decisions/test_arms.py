import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.decisions.arms import arm_of, arms

NAMES = st.text(max_size=12)
SHARES = st.floats(0, 0.999)


def test_drawn_once_for_all() -> None:
    drawn = arms("demo", pd.Series(["a1", "a2", "a3", "a4", "a5", "a6"]), 0.5)
    assert drawn.tolist() == ["treat", "treat", "holdout", "treat", "treat", "holdout"]


def test_the_share_is_met() -> None:
    drawn = arms("demo", pd.Series([f"account {i}" for i in range(4000)]), 0.2)
    assert 0.18 < (drawn == "holdout").mean() < 0.22


def test_another_experiment_draws_anew() -> None:
    accounts = pd.Series([f"account {i}" for i in range(400)])
    assert 0.35 < (arms("demo", accounts, 0.5) == arms("other", accounts, 0.5)).mean() < 0.65


@settings(deadline=None)
@given(NAMES, NAMES)
def test_no_share_treats_all(experiment: str, account: str) -> None:
    assert arm_of(experiment, account, 0) == "treat"


@settings(deadline=None)
@given(NAMES, NAMES, SHARES, SHARES)
def test_a_larger_share_only_adds_to_the_holdout(experiment: str, account: str, one: float, two: float) -> None:
    if arm_of(experiment, account, min(one, two)) == "holdout":
        assert arm_of(experiment, account, max(one, two)) == "holdout"


@settings(deadline=None)
@given(st.lists(NAMES, unique=True), SHARES)
def test_an_arm_hangs_on_no_other_account(accounts: list[str], share: float) -> None:
    together = arms("demo", pd.Series(accounts, dtype="str"), share)
    assert together.tolist() == [arm_of("demo", account, share) for account in accounts]
    reverse = arms("demo", pd.Series(accounts[::-1], dtype="str"), share)
    assert reverse.tolist() == together.tolist()[::-1]
