"""The save rate: assumed until accounts held out say otherwise."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.decisions.saves import Saves, saves
from leadline.experiment import Outcomes

LISTED = pd.Timestamp("2024-01-01")
NOW = pd.Timestamp("2024-07-01")
SETTINGS = Outcomes(mode="contract", lead_days=14, horizon_days=90, grace_days=30)
DAY = pd.Timedelta(days=1)


def told(
    treated: int, treated_left: int, held_out: int, held_out_left: int, days: int = 60, as_of: pd.Timestamp = NOW
) -> Saves:
    """So many accounts listed on New Year's Day, of whom the first of each arm left so many days later."""
    arms = ["treat"] * treated + ["holdout"] * held_out
    names = pd.Series([f"{i:03}" for i in range(len(arms))], dtype="str")
    listed = pd.DataFrame({"account_id": names, "listed_as_of": LISTED, "arm": pd.Series(arms, dtype="str")})
    gone = [*range(treated_left), *range(treated, treated + held_out_left)]
    departures = pd.DataFrame({"account_id": names.iloc[gone], "happened_at": LISTED + days * DAY})
    return saves(listed, departures, as_of, SETTINGS, 0.2)


def test_measured_against_the_accounts_held_out() -> None:
    """Of 100 treated 10 left, of 50 held out 10: half were saved, which weighs as much as the 20% assumed."""
    found = told(100, 10, 50, 10)
    assert found.rate == pytest.approx(0.5 * 0.5 + 0.5 * 0.2)
    assert found.sentence("en") == (
        "35% of leavers are saved by stepping in: of 100 accounts treated 10 left, of 50 held out 10; 20% was assumed"
    )


@pytest.mark.parametrize(
    ("counts", "days", "as_of"),
    [
        ((29, 1, 50, 9), 60, NOW),
        ((100, 1, 29, 9), 60, NOW),
        ((100, 9, 50, 4), 60, NOW),
        ((100, 10, 50, 10), 14, NOW),
        ((100, 10, 50, 10), 105, NOW),
        ((100, 10, 50, 10), 60, LISTED + 133 * DAY),
        ((0, 0, 0, 0), 60, NOW),
    ],
    ids=["few treated", "few held out", "few leavers held out", "too early", "too late", "not settled", "nobody"],
)
def test_else_it_is_assumed(counts: tuple[int, int, int, int], days: int, as_of: pd.Timestamp) -> None:
    found = told(*counts, days=days, as_of=as_of)
    assert found.rate == 0.2
    assert found.sentence("en").startswith("20% of leavers are assumed to be saved by stepping in")


def test_it_is_a_row_of_thresholds() -> None:
    row = told(100, 10, 50, 10).row(NOW, "en").iloc[0]
    assert (row["indicator"], row["enter"], row["alerts"]) == ("save_rate", pytest.approx(0.35), 100)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(30, 60), st.integers(30, 60))
def test_it_is_a_share_and_harm_counts_as_nothing_saved(left: int, out: int, treated: int, held: int) -> None:
    found = told(treated, min(left, treated), held, min(out, held))
    assert 0 <= found.rate <= 1
    if found.measured and found.treated_left / treated >= found.held_out_left / held:
        assert found.rate <= 0.2
