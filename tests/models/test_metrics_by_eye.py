"""Every metric on a table small enough to check by eye."""

import numpy as np
import pandas as pd
import pytest

from leadline.experiment import Value
from leadline.models.metrics import METRICS, Sample, sample

FALLING = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1]


def of_one_date(p: list[float], observed: list[int]) -> Sample:
    date = pd.Series([pd.Timestamp("2024-01-01")] * len(p))
    return sample(np.array(p), np.array(observed, dtype=float), np.full(len(p), np.nan), date, 1)


def of_two_dates(capacity: int) -> Sample:
    """Chances of February are all higher; the one to leave comes first in January and last in February."""
    p, observed = np.array([0.3, 0.2, 0.1, 0.9, 0.8, 0.7]), np.array([1.0, 0, 0, 0, 0, 1])
    arr = np.array([100.0, 1, 1, 1, 1, 300])
    dates = pd.Series(pd.to_datetime(["2024-01-01"] * 3 + ["2024-02-01"] * 3))
    return sample(p, observed, arr, dates, capacity)


def value(metric: str, s: Sample) -> float:
    return float(METRICS[metric](s, np.ones((1, len(s.p))))[0])


@pytest.mark.parametrize(
    ("p", "observed", "auc"),
    [
        ([0.9, 0.7, 0.4, 0.2], [1, 0, 1, 0], 3 / 4),  # of four pairs 0.4 against 0.7 alone is the wrong way round
        ([0.9, 0.7, 0.4, 0.2], [1, 1, 0, 0], 1),
        ([0.9, 0.7, 0.4, 0.2], [0, 0, 1, 1], 0),
        ([0.5, 0.5, 0.5, 0.5], [1, 0, 1, 0], 1 / 2),
        ([0.5, 0.5, 0.8, 0.1], [1, 0, 1, 0], 3.5 / 4),  # a tie, and three pairs the right way round
    ],
)
def test_auc_of_four_rows(p: list[float], observed: list[int], auc: float) -> None:
    assert value("auc", of_one_date(p, observed)) == auc


@pytest.mark.parametrize(
    ("p", "observed", "precisions"),
    [
        ([0.9, 0.7, 0.4, 0.2], [1, 0, 1, 0], [1 / 1, 2 / 3]),
        ([0.9, 0.7, 0.4, 0.2], [0, 0, 1, 1], [1 / 3, 2 / 4]),
        ([0.5, 0.5, 0.5, 0.5], [1, 0, 0, 0], [1 / 4]),  # ties are taken together
        ([0.9, 0.5, 0.5, 0.5], [1, 0, 1, 0], [1 / 1, 2 / 4]),
    ],
)
def test_average_precision_of_four_rows(p: list[float], observed: list[int], precisions: list[float]) -> None:
    assert value("average_precision", of_one_date(p, observed)) == pytest.approx(np.mean(precisions))


def test_brier_and_log_loss() -> None:
    assert value("brier", of_one_date([0.8, 0.4], [1, 0])) == pytest.approx((0.2**2 + 0.4**2) / 2)
    assert value("log_loss", of_one_date([0.25, 0.5], [1, 0])) == pytest.approx((np.log(4) + np.log(2)) / 2)


def test_log_loss_of_certainties_that_failed_is_large_and_finite() -> None:
    assert 10 < value("log_loss", of_one_date([0.0, 1.0], [1, 0])) < 50


def test_slope_of_chances_twice_too_extreme_is_a_half() -> None:
    # chances of 9 to 1 came true 3 to 1: ln 3 / ln 9
    s = of_one_date([0.9] * 4 + [0.1] * 4, [1, 1, 1, 0, 1, 0, 0, 0])
    assert value("calibration_slope", s) == pytest.approx(0.5)
    assert value("calibration_intercept", s) == pytest.approx(0, abs=1e-6)


def test_ece_weighs_the_gaps_of_bins_by_their_size() -> None:
    # of chances 0.1, 2 in 10 came true; of chances 0.9, 7 in 10
    s = of_one_date([0.1] * 10 + [0.9] * 10, [1] * 2 + [0] * 8 + [1] * 7 + [0] * 3)
    assert value("ece", s) == pytest.approx((0.1 + 0.2) / 2)


@pytest.mark.parametrize(
    ("p", "lift"),
    [
        (FALLING, 1 / 0.2),
        ([0.9, 0.9, *FALLING[2:]], 0.5 / 0.2),  # two tie for the one place, and one of them leaves
        ([0.2] * 10, 1),  # nothing is told apart
        (FALLING[::-1], 0),
    ],
)
def test_lift_of_two_leavers_in_ten(p: list[float], lift: float) -> None:
    assert value("lift_10", of_one_date(p, [1, 0, 0, 0, 1, 0, 0, 0, 0, 0])) == pytest.approx(lift)


@pytest.mark.parametrize(
    ("p", "profit"),
    [
        # saved for a cost of 30 each: 50 of the first leaver, 5 of the other
        ([0.9, 0.8, 0.3, 0.2], (50 - 30) / 4),  # the first alone
        ([0.8, 0.9, 0.3, 0.2], 0),  # 50 - 60: it is best to follow nobody
        ([0.9, 0.9, 0.3, 0.2], 0),  # rows of equal score are followed together
        ([0.9, 0.2, 0.3, 0.8], (50 - 30) / 4),  # the other is not worth its cost
    ],
)
def test_expected_maximum_profit_is_that_of_the_best_cut_off(p: list[float], profit: float) -> None:
    value_of, date = Value(save_rate=0.5, cost=30), pd.Series([pd.Timestamp("2024-01-01")] * 4)
    arr = np.array([100.0, 900.0, 900.0, 10.0])
    s = sample(np.array(p), np.array([1.0, 0, 0, 1]), arr, date, 1, value_of)
    assert value("expected_maximum_profit", s) == pytest.approx(profit)


def test_accounts_whose_money_is_unknown_take_no_part_in_profit() -> None:
    value_of, date = Value(save_rate=0.5, cost=30), pd.Series([pd.Timestamp("2024-01-01")] * 3)
    s = sample(np.array([0.9, 0.8, 0.1]), np.array([1.0, 1, 0]), np.array([np.nan, 100, 100]), date, 1, value_of)
    assert value("expected_maximum_profit", s) == pytest.approx((50 - 30) / 2)
    assert np.isnan(value("expected_maximum_profit", of_one_date([0.9, 0.1], [1, 0])))


def test_capacity_is_used_anew_each_date() -> None:
    assert value("precision_at_capacity", of_two_dates(1)) == 0.5
    assert value("precision_at_capacity", of_two_dates(3)) == pytest.approx(1 / 3)
    assert value("arr_captured_at_capacity", of_two_dates(1)) == 100 / 400
    assert value("arr_captured_at_capacity", of_two_dates(3)) == 1
    assert np.isnan(value("precision_at_capacity", of_two_dates(0)))
