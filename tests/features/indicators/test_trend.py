"""Literal logs of weekly counts: the first number is last week."""

import math

from weekly_logs import accounts, weeks


def test_events_trend_compares_four_weeks_with_the_twelve_before(value):
    assert value("events_trend", weeks(1, 1, 1, 1, *[4] * 12)) == 1 / 4 - 1
    assert math.isnan(value("events_trend", weeks(1, 1, 1, 1)))


def test_users_trend_compares_mean_weekly_users(value):
    rows = [f"{7 * week + 3} ann" for week in range(16)] + [f"{7 * week + 3} bob" for week in range(4, 16)]
    assert value("users_trend", "ago user_id\n" + "\n".join(rows)) == 1 / 2 - 1


def test_sessions_trend_compares_weekly_visits(value):
    visits = weeks(1, 1, 1, 1, *[4] * 12, apart=0.1)  # some hours apart, on one day
    assert value("sessions_trend", visits) == 1 / 4 - 1
    assert value("days_trend", visits) == 0


def test_days_trend_compares_days_of_use(value):
    assert value("days_trend", weeks(1, 1, 1, 1, *[4] * 12, apart=1)) == 1 / 4 - 1


def test_core_trend_leaves_views_out(value):
    core = [f"{7 * week + 3} {action}" for week in range(4, 16) for action in ("core", "deep")]
    now = [f"{7 * week + 3} {action}" for week in range(4) for action in ("core", "view")]
    log = "ago action\n" + "\n".join(core + now)
    assert value("core_trend", log) == 1 / 2 - 1
    assert value("events_trend", log) == 0


def test_modules_trend_compares_four_weeks_with_the_four_before(value):
    assert value("modules_trend", "ago module\n1 x\n2 x\n30 x\n31 y\n60 z\n") == 1 / 2 - 1
    assert math.isnan(value("modules_trend", "ago module\n1 x\n60 z\n"))


def test_events_week_change(value):
    assert value("events_week_change", weeks(3, 4)) == 3 / 4 - 1
    assert math.isnan(value("events_week_change", weeks(3, 0)))


def test_users_week_change(value):
    assert value("users_week_change", "ago user_id\n1 ann\n2 ann\n8 ann\n9 bob\n") == 1 / 2 - 1


def test_core_week_change(value):
    assert value("core_week_change", "ago action\n1 core\n2 view\n8 core\n9 deep\n") == 1 / 2 - 1


def test_events_trend_vs_market_takes_out_what_happened_to_everybody(value):
    fell = [2, 2, 2, 2, *[4] * 12]
    log = accounts(a=fell, b=fell, c=[1, 1, 1, 1, *[4] * 12])
    assert value("events_trend_vs_market", log) == 0  # the median account fell by half too
    assert value("events_trend_vs_market", log, account="c") == -0.25


def test_the_market_is_of_accounts_that_used_the_product_in_the_last_84_days(value):
    log = accounts(a=[2, 2, 2, 2, *[4] * 12], b=[4] * 16, gone=[0] * 13 + [4] * 3)
    assert value("events_trend_vs_market", log) == -0.25  # the median of -0.5 and 0, without gone's -1
    assert value("events_trend_vs_market", log, account="gone") == -0.75


def test_events_week_change_vs_market_knows_no_value_where_there_was_nothing_before(value):
    log = accounts(a=[1, 4], b=[2, 4], new=[5, 0], c=[4, 4])
    assert value("events_week_change_vs_market", log) == -0.25  # the median of -0.75, -0.5 and 0 is -0.5
    assert math.isnan(value("events_week_change_vs_market", log, account="new"))
