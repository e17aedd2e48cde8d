"""Platt's two numbers."""

import numpy as np
import pytest
from scipy.special import expit

from leadline.models.calibration import LOG_ODDS, SCORE, Calibration, anchored, fit_calibration, smoothed_rate


def drawn(slope: float, intercept: float, n: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    margin = rng.normal(size=n)
    return margin, (rng.random(n) < expit(intercept + slope * margin)).astype(float)


def test_it_finds_slope_and_intercept() -> None:
    found = fit_calibration(*drawn(0.7, -1.0), SCORE)
    assert (found.slope, found.intercept) == pytest.approx((0.7, -1.0), abs=0.05)


def test_a_margin_that_ranks_backwards_is_flattened_and_never_turned() -> None:
    assert 0 < fit_calibration(*drawn(-1.0, 0.0), SCORE).slope < 0.05


def test_little_evidence_leaves_log_odds_nearly_as_they_are() -> None:
    margin, observed = drawn(0.5, -1.0, n=10)
    found = fit_calibration(margin, observed, LOG_ODDS, weight=0.01)
    assert (found.slope, found.intercept) == pytest.approx((1.0, 0.0), abs=0.05)


def test_labels_all_alike_stay_finite() -> None:
    found = fit_calibration(np.zeros(50), np.zeros(50), SCORE)
    assert 0 < found.probability(np.zeros(1))[0] < 0.05


def test_probability_is_the_logistic_of_the_log_odds() -> None:
    assert Calibration(2.0, -1.0).probability(np.array([0.5])) == pytest.approx([0.5])


def test_an_anchored_level_gives_the_rows_their_own_share() -> None:
    margin, observed = drawn(0.7, -1.0, n=500)
    found = anchored(0.5, margin, smoothed_rate(observed))
    assert found.slope == 0.5
    assert found.probability(margin).mean() == pytest.approx(smoothed_rate(observed))


def test_a_level_can_be_anchored_where_nothing_happened() -> None:
    assert anchored(1.0, np.array([5.0, -5.0]), smoothed_rate(np.zeros(2))).probability(np.zeros(1)) < 0.5
