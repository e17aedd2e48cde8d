"""Literal logs of weekly counts: the first number is last week."""

import math


def weeks(*counts: int, account: str = "a") -> str:
    """A log with so many events in each week back from the as-of date."""
    rows = [f"{account} {7 * week + 3.5}" for week, count in enumerate(counts) for _ in range(count)]
    return "account_id ago\n" + "\n".join(rows) + "\n"


def test_events_trend_compares_four_weeks_with_the_twelve_before(value):
    assert value("events_trend", weeks(1, 1, 1, 1, *[4] * 12)) == 1 / 4 - 1
    assert math.isnan(value("events_trend", weeks(1, 1, 1, 1)))


def test_users_trend_compares_mean_weekly_users(value):
    rows = [f"{7 * week + 3} ann" for week in range(16)] + [f"{7 * week + 3} bob" for week in range(4, 16)]
    assert value("users_trend", "ago user_id\n" + "\n".join(rows)) == 1 / 2 - 1


def test_events_trend_vs_market_takes_out_what_happened_to_everybody(value):
    fell = weeks(2, 2, 2, 2, *[4] * 12)
    more = "".join(weeks(*counts, account=name).split("\n", 1)[1] for name, counts in {
        "b": [2, 2, 2, 2, *[4] * 12], "c": [1, 1, 1, 1, *[4] * 12]}.items())  # fmt: skip
    assert value("events_trend_vs_market", fell + more) == 0  # the median account fell by half too
    assert value("events_trend_vs_market", fell + more, account="c") == -0.25


def test_events_week_change(value):
    assert value("events_week_change", weeks(3, 4)) == 3 / 4 - 1
    assert math.isnan(value("events_week_change", weeks(3, 0)))


def test_events_slope_is_the_log_growth_a_week(value):
    doubling = [2**k - 1 for k in range(8, 0, -1)]  # 1 + count doubles every week
    assert math.isclose(value("events_slope", weeks(*doubling)), math.log(2))
    assert value("events_slope", weeks()) == 0


def test_drop_from_best_of_four_months(value):
    assert value("drop_from_best", weeks(1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 3, 3, 3, 3)) == 3 / 4
    assert value("drop_from_best", weeks()) == 0


def test_weeks_of_decline_counts_the_run_that_ends_now(value):
    assert value("weeks_of_decline", weeks(1, 2, 3, 3, 4, 5)) == 2
    assert value("weeks_of_decline", weeks(1, 2, 3, 4, 5, 6, 7, 8)) == 7
    assert value("weeks_of_decline", weeks(2, 1)) == 0


def test_volatility_is_the_spread_of_log_weeks(value):
    assert value("volatility", weeks(*[5] * 8)) < 1e-7
    high_low = math.log(4) / 2  # logs alternate between log 4 and 0
    assert math.isclose(value("volatility", weeks(*[3, 0] * 4)), high_low)
