"""Metrics against hand-worked tables and scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
from sklearn.metrics import log_loss as sklearn_log_loss

from leadline.models import metrics
from leadline.models.metrics import METRICS, Sample, sample, top

ONES = np.ones((1, 1))


def of(p: list[float], observed: list[int], arr: list[float] | None = None, capacity: int = 1) -> Sample:
    money = np.array(arr if arr else [np.nan] * len(p))
    date = pd.Series([pd.Timestamp("2024-01-01")] * len(p))
    return sample(np.array(p), np.array(observed, dtype=float), money, date, capacity)


def value(name: str, s: Sample) -> float:
    return float(METRICS[name](s, np.ones((1, len(s.p))))[0])


def test_top_shares_the_edge_among_ties() -> None:
    assert list(top(np.array([3.0, 2.0, 2.0, 1.0]), 2)) == [1, 0.5, 0.5, 0]
    assert list(top(np.array([3.0, 2.0, 1.0]), 1.5)) == [1, 0.5, 0]
    assert list(top(np.array([1.0, 1.0]), 5)) == [1, 1]
    assert list(top(np.array([1.0, 1.0]), 0)) == [0, 0]


def test_lists_are_drawn_date_by_date() -> None:
    dates = pd.Series(pd.to_datetime(["2024-01-01"] * 2 + ["2024-02-01"] * 2))
    s = sample(np.array([0.9, 0.8, 0.2, 0.1]), np.zeros(4), np.zeros(4), dates, 1)
    assert list(s.listed) == [1, 0, 1, 0]


def test_lift_is_the_rate_in_the_top_tenth_over_the_rate_in_all() -> None:
    s = of([0.9] + [0.1] * 9, [1] + [0] * 8 + [1])
    assert value("lift_10", s) == pytest.approx(1.0 / 0.2)


def test_precision_and_arr_captured_at_capacity() -> None:
    s = of([0.9, 0.8, 0.7, 0.1], [1, 0, 0, 1], [100, 50, 70, 300], capacity=2)
    assert value("precision_at_capacity", s) == pytest.approx(0.5)
    assert value("arr_captured_at_capacity", s) == pytest.approx(100 / 400)


def test_unknown_money_leaves_captured_arr_undefined() -> None:
    assert np.isnan(value("arr_captured_at_capacity", of([0.9, 0.1], [1, 0])))


def test_ece_is_the_mean_gap_of_ten_bins() -> None:
    s = of([0.05] * 50 + [0.5] * 50, [0] * 50 + [1] * 25 + [0] * 25)
    assert value("ece", s) == pytest.approx(0.05 / 2)


def test_too_extreme_chances_have_a_slope_below_one() -> None:
    rng = np.random.default_rng(1)
    log_odds = rng.normal(size=5000)
    observed = (rng.random(5000) < 1 / (1 + np.exp(-log_odds))).astype(int)
    s = of(list(1 / (1 + np.exp(-2 * log_odds))), list(observed))
    theirs = LogisticRegression(C=np.inf).fit(2 * log_odds[:, None], observed)
    assert value("calibration_slope", s) == pytest.approx(theirs.coef_[0, 0], abs=1e-3)
    assert value("calibration_intercept", s) == pytest.approx(0.0, abs=0.1)


def test_intercept_tells_that_chances_are_too_low() -> None:
    s = of([0.2] * 100, [1] * 50 + [0] * 50)
    assert value("calibration_intercept", s) == pytest.approx(np.log(4))
    assert np.isnan(value("calibration_slope", s))


@pytest.mark.parametrize("name", ["auc", "average_precision", "calibration_slope", "lift_10"])
def test_without_positives_it_is_undefined(name: str) -> None:
    assert np.isnan(value(name, of([0.1, 0.2], [0, 0])))


scored = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 1)), min_size=4, max_size=40)


@settings(deadline=None)
@given(scored.filter(lambda rows: 0 < sum(y for _, y in rows) < len(rows)))
def test_it_agrees_with_scikit_learn(rows: list[tuple[int, int]]) -> None:
    p, observed = [k / 10 for k, _ in rows], [y for _, y in rows]
    s = of(p, observed)
    assert value("auc", s) == pytest.approx(roc_auc_score(observed, p))
    assert value("average_precision", s) == pytest.approx(average_precision_score(observed, p))
    assert value("brier", s) == pytest.approx(brier_score_loss(observed, p))
    assert value("log_loss", s) == pytest.approx(sklearn_log_loss(observed, p))


@settings(deadline=None)
@given(scored.filter(lambda rows: 0 < sum(y for _, y in rows) < len(rows)), st.data())
def test_a_weight_counts_as_so_many_rows(rows: list[tuple[int, int]], data: st.DataObject) -> None:
    """Those metrics whose lists and bins are not drawn again."""
    weights = data.draw(st.lists(st.integers(0, 3), min_size=len(rows), max_size=len(rows)))
    repeated = [row for row, weight in zip(rows, weights, strict=True) for _ in range(weight)]
    once = of([k / 10 for k, _ in rows], [y for _, y in rows])
    if not 0 < sum(y for _, y in repeated) < len(repeated):
        return
    often = of([k / 10 for k, _ in repeated], [y for _, y in repeated])
    for name in ("auc", "average_precision", "brier", "log_loss"):
        measured = getattr(metrics, name)(once, np.array([weights], dtype=float))[0]
        assert measured == pytest.approx(value(name, often))
