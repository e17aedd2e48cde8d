"""Literal logs of weekly counts: the first number is last week."""

import math

import pytest
from weekly_logs import accounts, weeks

LOG4 = math.log(4)  # log(1 + n) of a week of three


def test_events_slope_is_the_log_growth_a_week(value):
    doubling = [2**k - 1 for k in range(8, 0, -1)]  # 1 + count doubles every week
    assert value("events_slope_56", weeks(*doubling)) == pytest.approx(math.log(2), rel=1e-9)
    assert value("events_slope_56", weeks()) == 0


def test_events_slope_over_twelve_weeks(value):
    rise = LOG4 * (0.5 + 1.5 + 2.5 + 3.5 + 4.5 + 5.5) / 143  # 143: squared distances from the middle of 12 weeks
    assert value("events_slope_84", weeks(*[3] * 6, *[0] * 6)) == pytest.approx(rise, rel=1e-9)


def test_users_slope_counts_people(value):
    rows = [f"{7 * week + 3} {name}" for week in range(4) for name in ("ann", "ann", "bob", "cid")]
    rise = LOG4 * (0.5 + 1.5 + 2.5 + 3.5) / 42
    assert value("users_slope_56", "ago user_id\n" + "\n".join(rows)) == pytest.approx(rise, rel=1e-9)


def test_core_slope_counts_core_actions(value):
    rows = [f"{7 * week + 3} {'core' if week < 4 else 'view'}" for week in range(8) for _ in range(3)]
    log = "ago action\n" + "\n".join(rows)
    assert value("core_slope_56", log) == pytest.approx(LOG4 * (0.5 + 1.5 + 2.5 + 3.5) / 42, rel=1e-9)
    assert value("events_slope_56", log) == pytest.approx(0, abs=1e-12)


def test_events_slope_vs_market(value):
    log = accounts(a=[0] * 4 + [3] * 4, b=[3] * 8, c=[3] * 8)
    assert value("events_slope_vs_market_56", log) == pytest.approx(-LOG4 * (0.5 + 1.5 + 2.5 + 3.5) / 42, rel=1e-9)


def test_drop_from_best_of_four_months(value):
    assert value("drop_from_best", weeks(1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 3, 3, 3, 3)) == 3 / 4
    assert value("drop_from_best", weeks()) == 0


def test_drop_from_best_vs_market(value):
    log = accounts(a=[1, 0, 0, 0, 4], b=[2, 0, 0, 0, 4], c=[4, 0, 0, 0, 4])
    assert value("drop_from_best_vs_market", log) == 3 / 4 - 1 / 2


def test_weeks_of_decline_counts_the_run_that_ends_now(value):
    assert value("weeks_of_decline", weeks(1, 2, 3, 3, 4, 5)) == 2
    assert value("weeks_of_decline", weeks(1, 2, 3, 4, 5, 6, 7, 8, 9)) == 7
    assert value("weeks_of_decline", weeks(2, 1)) == 0


def test_weeks_of_decline_vs_market(value):
    assert value("weeks_of_decline_vs_market", accounts(a=[1, 2, 3, 4], b=[3, 4], c=[3, 4])) == 3 - 1


def test_decline_cusum_sums_falls_below_the_eight_weeks_before(value):
    # even past: mean log 4, deviation at least 0.25; an even week takes 0.5 off, an empty one adds log 4 / 0.25 - 0.5
    assert value("decline_cusum", weeks(0, 0, *[3] * 14)) == pytest.approx(2 * (LOG4 / 0.25 - 0.5), rel=1e-9)
    assert value("decline_cusum", weeks(3, 0, *[3] * 14)) == pytest.approx(LOG4 / 0.25 - 0.5 - 0.5, rel=1e-9)
    assert value("decline_cusum", weeks(*[3] * 16)) == 0
    assert value("decline_cusum") == 0


def test_decline_cusum_measures_falls_by_how_uneven_the_past_was(value):
    log = weeks(*[0] * 8, *[3, 0] * 4)  # mean and deviation of the past are both log 4 / 2: 1 - 0.5 a week
    assert value("decline_cusum", log) == pytest.approx(8 * 0.5, rel=1e-9)
    assert value("weeks_since_change", log) == 8


def test_weeks_since_change_goes_back_to_where_the_decline_began(value):
    assert value("weeks_since_change", weeks(0, 0, *[3] * 14)) == 2
    assert value("weeks_since_change", weeks(3, 0, *[3] * 14)) == 2  # one good week does not make up for it
    assert value("weeks_since_change", weeks(0, 15, 0, *[3] * 13)) == 1  # a very good one does
    assert value("weeks_since_change", weeks(*[3] * 16)) == 0
    assert value("weeks_since_change") == 0


def test_decline_cusum_vs_market(value):
    even = [3] * 16
    log = accounts(a=[0, 0, *[3] * 14], b=even, c=[0, *[3] * 15], d=even, e=[0, *[3] * 15])
    assert value("decline_cusum_vs_market", log) == pytest.approx(LOG4 / 0.25 - 0.5, rel=1e-9)
    assert value("weeks_since_change_vs_market", log) == 2 - 1


def test_volatility_is_the_spread_of_log_weeks(value):
    assert value("volatility_56", weeks(*[5] * 8)) < 1e-12
    in_turn = [3, 0]  # of log 4 and 0
    assert value("volatility_56", weeks(*in_turn * 4)) == pytest.approx(LOG4 / 2, rel=1e-9)
    assert value("volatility_84", weeks(*in_turn * 6)) == pytest.approx(LOG4 / 2, rel=1e-9)


def test_volatility_vs_market(value):
    log = accounts(a=[3, 0] * 4, b=[3] * 8, c=[3] * 8)
    assert value("volatility_vs_market_56", log) == pytest.approx(LOG4 / 2, rel=1e-9)
