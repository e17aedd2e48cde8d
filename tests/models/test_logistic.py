"""Logistic regression."""

import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from leadline.models.calibration import smoothed_rate
from leadline.models.logistic import fit_logistic


def data(n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(n, 3))
    return x, (rng.random(n) < expit(x[:, 0] - x[:, 1])).astype(float)


def test_without_directions_it_agrees_with_scikit_learn() -> None:
    x, y = data()
    standard = (x - x.mean(axis=0)) / x.std(axis=0)
    theirs = LogisticRegression(C=0.1, tol=1e-8, max_iter=1000).fit(standard, y)
    ours = fit_logistic(x, y, np.zeros(len(y)), 10.0, (0, 0, 0))
    assert ours.margin(x) == pytest.approx(theirs.decision_function(standard), abs=1e-3)


def test_a_weight_keeps_to_its_direction() -> None:
    x, y = data()
    fit = fit_logistic(x, y, np.zeros(len(y)), 1.0, (-1, -1, 0))
    assert fit.weights[0] == 0
    assert fit.weights[1] < 0


def test_it_learns_only_what_the_start_does_not_know() -> None:
    x, y = data()
    first = fit_logistic(x, y, np.zeros(len(y)), 0.01, (0, 0, 0))
    again = fit_logistic(x, y, first.margin(x), 0.01, (0, 0, 0))
    assert np.abs(again.weights).max() < 0.001


def test_missing_values_take_the_median_and_are_flagged() -> None:
    x = np.array([[1.0], [3.0], [5.0], [np.nan], [np.nan], [np.nan]])
    y = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0])
    fit = fit_logistic(x, y, np.zeros(6), 0.1, (0,))
    assert fit.medians == (3.0,)
    assert fit.flagged == (0,)
    assert fit.margin(np.array([[np.nan]])) > 0 > fit.margin(np.array([[3.0]]))


def test_an_input_that_is_always_missing_says_nothing() -> None:
    x, y = data()
    fit = fit_logistic(np.column_stack([x, np.full(len(x), np.nan)]), y, np.zeros(len(y)), 1.0, (0, 0, 0, 0))
    assert fit.weights[3] == 0


def test_an_outlier_counts_as_ten_standard_deviations() -> None:
    x, y = data()
    fit = fit_logistic(x, y, np.zeros(len(y)), 1.0, (0, 0, 0))
    assert fit.margin(np.array([[1e9, 0, 0]])) == fit.margin(np.array([[1e12, 0, 0]]))


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_labels_all_alike_give_the_smoothed_rate(label: float) -> None:
    x, y = np.ones((9, 2)), np.full(9, label)
    fit = fit_logistic(x, y, np.zeros(9), 1.0, (0, 0))
    assert fit.margin(x) == pytest.approx([logit(smoothed_rate(y))] * 9)
