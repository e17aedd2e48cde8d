"""Orders of accounts measured on randomised arms: tables by eye, and scikit-uplift as the other opinion."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklift.metrics import qini_auc_score
from sklift.metrics import uplift_at_k as their_uplift_at_k

from leadline.effects.uplift_curves import (
    SHARES,
    gain_difference,
    heterogeneity,
    policy_curve,
    qini,
    uplift_at_k,
    with_interval,
)

# account        a    b    c    d    e    f    g    h      by score, highest first
SCORE = np.array([0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
TREATED = np.array([1, 0, 1, 0, 1, 0, 1, 0], dtype=bool)
Y = np.array([1.0, 0, 1, 0, 0, 0, 0, 1])
ARR = np.array([100.0, 20, 50, 40, 30, 30, 10, 50])


def test_uplift_at_k_by_eye() -> None:
    assert uplift_at_k(Y, SCORE, TREATED, 0.5) == 1.0  # a, c kept of a, c; none of b, d
    assert uplift_at_k(Y, SCORE, TREATED, 1.0) == 0.5 - 0.25
    assert uplift_at_k(ARR, SCORE, TREATED, 0.5) == (100 + 50) / 2 - (20 + 40) / 2


def test_qini_by_eye() -> None:
    # won by a, ac, ac, ac, ac, ac, ac, ac less those of the others, scaled: 1 1 2 2 2 2 2 1; chance ends at 1 too
    ours = 0.5 + 1 + 1.5 + 2 + 2 + 2 + 2 + 1.5 - 4
    # the best order: a, c, then all without an outcome (a step of five: 2 treated, 3 not), then h
    best = (0 + 2) / 2 * 2 + 5 * (2 + 2) / 2 + (2 + 1) / 2 - 4
    assert qini(Y, SCORE, TREATED) == pytest.approx(ours / best)
    assert qini(Y, Y * np.where(TREATED, 1, -1), TREATED) == pytest.approx(1)


@st.composite
def scored(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n = draw(st.integers(8, 80))
    column = partial(st.lists, min_size=n, max_size=n)
    y = np.array([0, 0, 1, 1, *draw(column(st.integers(0, 1)))[4:]])
    treated = np.array([0, 1, 0, 1, *draw(column(st.integers(0, 1)))[4:]])
    steps = draw(st.sampled_from([2, 5, 1000]))  # few: many ties
    return y, np.array(draw(column(st.integers(0, steps)))) / steps - 0.4, treated


@settings(max_examples=40, deadline=None)
@given(scored(), st.floats(0.1, 0.9))
def test_equal_to_scikit_uplift_ties_and_all(rows: tuple[np.ndarray, np.ndarray, np.ndarray], k: float) -> None:
    y, scores, treated = rows
    ours, arms = y.astype(float), treated.astype(bool)
    assert qini(ours, scores, arms) == pytest.approx(qini_auc_score(y, scores, treated), abs=1e-9)
    top = np.argsort(scores, kind="mergesort")[::-1][: int(len(y) * k)]
    if 0 < arms[top].sum() < len(top):
        theirs = their_uplift_at_k(y, scores, treated, "overall", k)
        assert uplift_at_k(ours, scores, arms, k) == pytest.approx(theirs, abs=1e-9)
    else:
        assert np.isnan(uplift_at_k(ours, scores, arms, k))


def simulated(n: int, effect: float, seed: int, share: float = 0.8) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcomes of base 0.3 whose effect is `effect` for scores above 0 and none below."""
    random = np.random.default_rng(seed)
    scores, treated = random.normal(size=n), random.random(n) < share
    return (random.random(n) < 0.3 + effect * (scores > 0) * treated).astype(float), scores, treated


def test_an_interval_holds_the_truth_as_often_as_it_says() -> None:
    measure = partial(uplift_at_k, k=0.5)
    found = [with_interval(measure, *simulated(400, 0.3, seed), seed, draws=100) for seed in range(60)]
    covered = [estimate.low <= 0.3 <= estimate.high for estimate in found]
    assert 0.85 <= np.mean(covered) <= 1.0
    widths = np.mean([estimate.width for estimate in found])
    assert widths == pytest.approx(2 * 1.96 * np.sqrt(0.24 / 160 + 0.21 / 40), rel=0.1)


def test_an_interval_is_that_of_the_measure_with_the_size_of_the_arms() -> None:
    y, scores, treated = simulated(300, 0.3, 1)
    estimate = with_interval(qini, y, scores, treated, seed=1)
    assert (estimate.n_treat, estimate.n_holdout) == (treated.sum(), (~treated).sum())
    assert estimate.value == qini(y, scores, treated)
    assert estimate == with_interval(qini, y, scores, treated, seed=1)
    assert estimate != with_interval(qini, y, scores, treated, seed=2)


def test_gains_of_policies_by_eye() -> None:
    curve = policy_curve(ARR, TREATED, {"by score": SCORE, "upside down": -SCORE}, 0.5, seed=1, shares=[0.25, 0.5, 1])
    assert list(curve.columns) == ["policy", "share", "n", "gain", "low", "high"]
    assert curve["policy"].tolist() == ["by score"] * 3 + ["upside down"] * 3
    assert curve["n"].tolist() == [2, 4, 8] * 2
    everyone = 8 * (190 / 4 - 140 / 4)
    assert curve["gain"].tolist() == pytest.approx(
        [2 * (100 - 20), 4 * (75 - 30), everyone, 2 * (10 - 50), 4 * (20 - 40), everyone]
    )
    assert (curve["low"] <= curve["gain"]).all()
    assert (curve["gain"] <= curve["high"]).all()


def test_rows_of_unlike_chances_count_by_the_inverse_of_theirs() -> None:
    value, treated = np.array([10.0, 40, 0, 0]), np.array([True, True, False, False])
    chances = np.array([0.8, 0.2, 0.5, 0.5])  # the second stands for four times as many accounts as the first
    curve = policy_curve(value, treated, {"any": np.zeros(4)}, chances, seed=1, shares=[1.0], draws=5)
    assert curve["gain"].tolist() == pytest.approx([4 * (10 / 0.8 + 40 / 0.2) / (1 / 0.8 + 1 / 0.2)])


def test_a_share_without_one_arm_has_no_gain() -> None:
    order = TREATED.astype(float)  # all that were treated first
    curve = policy_curve(ARR, TREATED, {"treated first": order}, 0.5, seed=1)
    assert curve["share"].tolist() == list(SHARES)
    half = curve["n"] <= 4
    assert curve.loc[half, ["gain", "low", "high"]].isna().all(axis=None)
    assert curve.loc[~half, ["gain", "low", "high"]].notna().all(axis=None)
    assert np.isnan(uplift_at_k(ARR, order, TREATED, 0.5))
    estimate = gain_difference(ARR, TREATED, order, SCORE, 0.5, 0.5, seed=1)
    assert np.isnan([estimate.value, estimate.low, estimate.high]).all()
    assert not estimate.found


@pytest.mark.parametrize("arm", [True, False])
def test_with_one_arm_alone_nothing_is_known_and_nothing_fails(arm: bool) -> None:
    treated = np.full(8, arm)
    assert np.isnan(qini(Y, SCORE, treated))
    assert np.isnan(with_interval(qini, Y, SCORE, treated, seed=1).high)
    assert policy_curve(ARR, treated, {"by score": SCORE}, 0.5, seed=1)["gain"].isna().all()
    assert not heterogeneity(Y, SCORE, treated, 0.5).found


def test_the_difference_of_two_orders_is_of_the_same_draws() -> None:
    y, scores, treated = simulated(600, 0.6, 3)
    noise = np.random.default_rng(1).normal(size=600)
    better = gain_difference(y, treated, scores, noise, 0.5, 0.8, seed=1)
    curve = policy_curve(y, treated, {"scores": scores, "noise": noise}, 0.8, seed=1, shares=[0.5])
    assert better.value == pytest.approx(curve["gain"][0] - curve["gain"][1])
    assert better.found
    same = gain_difference(y, treated, scores, 2 * scores + 1, 0.5, 0.8, seed=1)
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_a_policy_curve_is_the_same_bytes_twice() -> None:
    y, scores, treated = simulated(200, 0.4, 5)
    first, second = (policy_curve(y, treated, {"scores": scores}, 0.8, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_heterogeneity_by_eye() -> None:
    # effect 2 where the score is 1, none where it is 0: the effect rises by 2 with each unit of the score
    scores, treated = np.repeat([0.0, 1.0], 20), np.tile([True, False], 20)
    y = 5 + 2 * scores * treated + np.tile([0.1, 0.1, -0.1, -0.1], 10)
    found = heterogeneity(y, scores, treated, 0.5)
    assert found.value == pytest.approx(2)
    assert found.low < 2 < found.high
    assert found.found


def cross_fitted(y: np.ndarray, treated: np.ndarray, level: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """The difference of the arms in the same level among the rows of other folds."""
    scores = np.empty(len(y))
    for cell in np.ndindex(level.max() + 1, fold.max() + 1):
        alike, held_out = level == cell[0], (level == cell[0]) & (fold == cell[1])
        others = alike & ~held_out
        scores[held_out] = y[others & treated].mean() - y[others & ~treated].mean()
    return scores


def null_slope(seed: int) -> tuple[float, bool]:
    """The slope in units of the error that its interval states, where no score can say anything; whether found."""
    y, noise, treated = simulated(400, 0.0, seed, share=0.5)
    place = np.argsort(noise)
    scores = cross_fitted(y, treated, level=place % 8, fold=place // 8 % 5)
    told = heterogeneity(y, scores, treated, 0.5)
    return told.value / ((told.high - told.low) / (2 * 1.96)), told.found


def test_an_interval_of_the_slope_is_as_wide_as_cross_fitted_scores_need() -> None:
    slopes, found = zip(*[null_slope(seed) for seed in range(200)], strict=True)
    assert 0.9 < np.std(slopes) < 1.2  # 1.47 if the rows of other folds were taken for strangers
    assert np.mean(found) <= 0.03


def test_flat_scores_order_nothing() -> None:
    flat = heterogeneity(Y, np.full(8, 0.3), TREATED, 0.5)
    assert np.isnan([flat.value, flat.low, flat.high]).all()
    assert not flat.found
