"""What published lists said beside what came true, on lists a person can count."""

import pandas as pd
import pytest

from leadline.models.track_record import as_said, decay, leavers, track_record

FIRST, SECOND = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-08")
DAYS = 134


def lists() -> pd.DataFrame:
    """Two lists of forty accounts, a tenth of them at 60%, the rest at 5%; one of the first has announced leaving."""
    rows = [(f"a{n:02d}", date, 0.6 if n < 4 else 0.05) for date in (FIRST, SECOND) for n in range(40)]
    return pd.DataFrame([*rows, ("gone", FIRST, None)], columns=["account_id", "as_of", "p_churn"])


def left(first: set[int], second: set[int]) -> pd.DataFrame:
    """Who left after each list; what became of a38 and a39 after the second is not known."""
    gone = {FIRST: first, SECOND: second}
    rows = [(f"a{n:02d}", date, int(n in gone[date])) for date in gone for n in range(40)]
    return pd.DataFrame(rows[:-2], columns=["account_id", "as_of", "observed"])


def record(first: set[int], second: set[int]) -> pd.DataFrame:
    return track_record(lists(), left(first, second), DAYS, seed=7)


def test_a_row_a_list_of_those_whose_outcome_is_known() -> None:
    found = record({0, 1, 9}, {0, 20})
    assert found[["as_of", "settled", "accounts", "actual"]].values.tolist() == [
        [FIRST, pd.Timestamp("2024-05-14"), 40, 3],
        [SECOND, pd.Timestamp("2024-05-21"), 38, 2],
    ]
    assert found["expected"].tolist() == pytest.approx([4 * 0.6 + 36 * 0.05, 4 * 0.6 + 34 * 0.05])
    # of 3 x 37 pairs the two at 60% are above 35 and level with 2; the one at 5% is level with 35, below 2
    assert found["auc"].iloc[0] == pytest.approx((2 * (35 + 2 / 2) + 35 / 2) / (3 * 37))


def test_the_interval_of_counts_is_that_of_a_binomial_where_all_chances_are_equal() -> None:
    from scipy.stats import binom

    for n, p in ((40, 0.1), (7, 0.5), (300, 0.03)):
        low, high = leavers(pd.Series([p] * n).to_numpy(), 0.99)
        assert (low, high) == tuple(int(binom(n, p).ppf(q)) for q in (0.005, 0.995))


def test_nothing_settled_is_an_empty_record() -> None:
    empty = track_record(lists().head(0), left(set(), set()).head(0), DAYS, 7)
    assert empty.empty
    assert as_said(empty).sum() == 0


def test_as_many_as_expected_is_no_decay() -> None:
    found = record({0, 1, 9}, {0, 1, 2, 20})
    assert as_said(found).tolist() == [True, True]
    assert decay(found, 0.6) == ""


def test_far_more_leavers_than_expected_ask_for_training() -> None:
    found = record({0, 1, 9}, set(range(4, 18)))
    assert as_said(found).tolist() == [True, False]
    assert decay(found, float("nan")) == (
        "of the 38 accounts scored as of 2024-01-08, 14 left where 4.1 were expected (99% interval 1 to 9)"
    )


def test_risk_that_ranks_worse_than_forward_tests_promised_asks_for_training() -> None:
    found = record({0, 1, 2}, {30, 31, 32, 33})
    assert decay(found, 0.75).startswith(
        "risk ranked the leavers of the 38 accounts scored as of 2024-01-08 less well than forward tests promised: "
        "AUC 0.44"
    )
    assert decay(found, 0.4) == ""
    assert decay(found, float("nan")) == ""
