import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from leadline.effects.regression import Fitted, difference, estimate


def drawn(seed: int, n: int = 150, effect: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    treated, x = (random.random(n) < 0.8).astype(float), random.normal(size=(n, 2))
    return x @ [1.0, 2.0] + effect * treated + random.normal(size=n), treated, x


def test_without_covariates_it_is_the_difference_of_means() -> None:
    y, treated = np.array([1.0, 2, 4, 9, 3, 5]), np.array([1.0, 1, 1, 0, 0, 0])
    fitted = difference(y, treated, np.empty((6, 0)))
    assert fitted.value == pytest.approx(7 / 3 - 17 / 3)
    assert fitted.error == pytest.approx(np.sqrt(y[:3].var(ddof=1) / 3 + y[3:].var(ddof=1) / 3))
    assert fitted.half() == pytest.approx(stats.t.ppf(0.975, 4) * fitted.error)


def test_what_was_known_before_makes_the_interval_shorter() -> None:
    y, treated, x = drawn(1, effect=0.3)
    adjusted, plain = difference(y, treated, x), difference(y, treated, x[:, :0])
    assert adjusted.half() < 0.6 * plain.half()
    assert abs(adjusted.value - 0.3) < adjusted.half()


def test_columns_that_are_constant_or_repeat_others_change_nothing() -> None:
    y, treated, x = drawn(2)
    padded = np.column_stack([x, np.ones(len(y)), x[:, 0] * 1000, treated])
    assert difference(y, treated, padded).value == pytest.approx(difference(y, treated, x).value)


def test_an_arm_in_which_nothing_happened_does_not_look_certain() -> None:
    treated = np.repeat([1.0, 0.0], [120, 30])
    y = np.zeros(150)
    y[:12] = 1
    fitted = difference(y, treated, np.empty((150, 0)))
    assert fitted.half() > 0.09  # HC2 alone would say 0.05


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000), st.floats(-1e6, 1e6), st.floats(0.001, 1e6))
def test_another_unit_is_the_same_effect(seed: int, shift: float, unit: float) -> None:
    y, treated, x = drawn(seed, n=60)
    one, other = difference(y, treated, x), difference(shift + unit * y, treated, x)
    slack = 1e-6 * (abs(shift) + unit)
    assert other.value == pytest.approx(unit * one.value, rel=1e-6, abs=slack)
    assert other.half() == pytest.approx(unit * one.half(), rel=1e-6, abs=slack)


def test_intervals_hold_the_effect_as_often_as_they_say() -> None:
    held = 0
    for seed in range(400):
        y, treated, x = drawn(seed, n=60, effect=0.5)
        fitted = difference(y, treated, x)
        held += abs(fitted.value - 0.5) <= fitted.half()
    assert 0.93 <= held / 400 <= 0.985


def test_the_interval_for_every_week_holds_at_all_looks_together_where_the_fixed_one_does_not() -> None:
    ever = {"fixed": 0, "any time": 0}
    for seed in range(200):
        y, treated, x = drawn(seed, n=300)
        looks = [difference(y[:n], treated[:n], x[:n]) for n in range(30, 301, 30)]
        ever["fixed"] += any(abs(look.value) > look.half() for look in looks)
        ever["any time"] += any(abs(look.value) > look.half_at_any_time() for look in looks)
    assert ever["fixed"] > 25
    assert ever["any time"] <= 10


def test_the_interval_for_every_week_is_wider_and_open_while_little_is_known() -> None:
    assert Fitted(0.0, 1.0, 1.0, 4).half_at_any_time() == float("inf")
    for units in (40, 150, 1000):
        fitted = Fitted(0.0, 1.0, units - 2.0, units)
        assert 1.3 * fitted.half() < fitted.half_at_any_time() < 2.3 * fitted.half()


def test_an_estimate_counts_its_arms() -> None:
    found = estimate(Fitted(1.0, 0.5, 10.0, 5), np.array([1.0, 1, 0, 1, 0]), 0.25)
    assert (found.value, found.low, found.high, found.n_treat, found.n_holdout) == (1.0, 0.75, 1.25, 3, 2)
    assert found.found
    assert found.width == 0.5
