"""Intervals of shares and of their differences, beside the figures printed in the papers they come from."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.features.shares import newcombe, wilson

PAIRS = st.tuples(st.integers(1, 40), st.integers(1, 40), st.integers(0, 40), st.integers(0, 40))


def difference(k: int, n: int, j: int, m: int) -> list[float]:
    shares = [pd.Series([k / n]), pd.Series([j / m])]
    ends = [wilson(pd.Series([count]), pd.Series([of])) for count, of in ((k, n), (j, m))]
    return newcombe(shares[0], ends[0], shares[1], ends[1]).iloc[0].tolist()


def test_the_interval_of_a_share_is_that_of_newcombe_1998_table_1() -> None:
    assert wilson(pd.Series([81]), pd.Series([263])).iloc[0].round(4).tolist() == [0.2553, 0.3662]


def test_the_interval_of_a_difference_is_that_of_newcombe_1998_table_2() -> None:
    assert difference(56, 70, 48, 80) == pytest.approx([0.0524, 0.3339], abs=5e-5)


def test_of_nothing_there_is_no_interval() -> None:
    assert wilson(pd.Series([0, 1]), pd.Series([0, 1])).isna().to_numpy().tolist() == [[True, True], [False, False]]


@settings(deadline=None, max_examples=30)
@given(PAIRS)
def test_a_difference_lies_within_its_interval_and_turns_round_with_it(numbers: tuple[int, int, int, int]) -> None:
    n, m, k, j = numbers
    k, j = min(k, n), min(j, m)
    low, high = difference(k, n, j, m)
    assert -1 - 1e-9 <= low <= k / n - j / m + 1e-9
    assert k / n - j / m - 1e-9 <= high <= 1 + 1e-9
    assert difference(j, m, k, n) == pytest.approx([-high, -low])
