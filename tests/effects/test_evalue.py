"""E-values: those published, by hand, and where there are none."""

from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.effects.estimate import Estimate
from leadline.effects.evalue import e_value, of_ratio
from leadline.effects.observational import EffectOnContacted
from leadline.problem import Problem


def _effect(mean: float, value: float, low: float, high: float) -> EffectOnContacted:
    estimate = Estimate(value, low, high, 100, 400)
    return EffectOnContacted(estimate, 0.0, mean, mean - value, 0, 0, np.ones(500))


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [(3.9, 7.26), (1.8, 3.00), (1 / 3.9, 7.26), (2.0, 2 + sqrt(2)), (1.0, 1.0)],
)
def test_published_values(ratio: float, expected: float) -> None:
    """3.9 (breast feeding) and its limit 1.8 are the example of VanderWeele & Ding (2017)."""
    assert of_ratio(ratio) == pytest.approx(expected, abs=0.005)


@given(st.floats(1.0, 50.0), st.floats(1.001, 2.0))
def test_the_farther_from_one_the_larger_and_the_direction_is_no_matter(ratio: float, more: float) -> None:
    assert of_ratio(ratio * more) > of_ratio(ratio) >= ratio
    assert of_ratio(1 / ratio) == pytest.approx(of_ratio(ratio))


def test_an_effect_by_hand() -> None:
    """A tenth left, a fifth would have: ratio 1/2. Limits -0.15 and -0.02: ratios 0.1 / 0.25 and 0.1 / 0.12."""
    found = e_value(_effect(0.1, -0.1, -0.15, -0.02))
    assert (found.ratio, found.low, found.high) == pytest.approx((0.5, 0.4, 0.1 / 0.12))
    assert found.point == pytest.approx(2 + sqrt(2))
    assert found.limit == pytest.approx(1.2 + sqrt(1.2 * 0.2))


def test_a_harmful_effect_takes_the_lower_limit() -> None:
    """A fifth left, a tenth would have: ratio 2; the limit 0.05 is a ratio of 0.2 / 0.15."""
    found = e_value(_effect(0.2, 0.1, 0.05, 0.15))
    assert found.limit == pytest.approx(of_ratio(4 / 3))


def test_an_interval_that_holds_no_effect_needs_nothing_to_be_explained_away() -> None:
    found = e_value(_effect(0.1, -0.1, -0.25, 0.05))
    assert found.limit == 1.0
    assert found.point > 3
    assert e_value(_effect(0.1, 0.02, -0.05, 0.2)).high == inf


@pytest.mark.parametrize(("mean", "value"), [(0.0, -0.1), (0.1, 0.1), (0.1, 0.2)])
def test_without_two_means_above_zero_there_is_no_ratio(mean: float, value: float) -> None:
    with pytest.raises(Problem, match="no E-value"):
        e_value(_effect(mean, value, value - 0.1, value + 0.1))


@pytest.mark.parametrize("ratio", [0.0, -1.0, float("nan")])
def test_no_ratio_below_or_at_zero(ratio: float) -> None:
    with pytest.raises(Problem, match="above 0"):
        of_ratio(ratio)
