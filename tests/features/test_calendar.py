"""As-of dates are local midnights, as UTC instants."""

import pandas as pd
import pytest

from leadline.experiment import Calendar
from leadline.features.calendar import as_of_dates, as_of_instant, forward_dates, latest_as_of, public_holidays
from leadline.problem import Problem

JAN, MAY = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-05-01")


def test_weeks_begin_on_the_day_the_team_says():
    sundays = as_of_dates(Calendar(week_start="sunday"), JAN, JAN + pd.Timedelta(days=15), "week")
    assert list(sundays) == [pd.Timestamp("2024-01-07"), pd.Timestamp("2024-01-14")]


def test_local_midnight_moves_with_summer_time():
    berlin = Calendar(timezone="Europe/Berlin")
    weeks = as_of_dates(berlin, pd.Timestamp("2024-03-24"), pd.Timestamp("2024-04-02"), "week")
    assert list(weeks) == [pd.Timestamp("2024-03-24 23:00"), pd.Timestamp("2024-03-31 22:00")]


def test_every_fourth_week_stays_the_same_when_the_log_grows():
    short = as_of_dates(Calendar(), JAN, MAY, "four weeks")
    long = as_of_dates(Calendar(), JAN - pd.Timedelta(days=200), MAY + pd.Timedelta(days=200), "four weeks")
    assert set(short) <= set(long)
    assert list(short.diff()[1:].days) == [28] * (len(short) - 1)


def test_forward_dates_are_the_first_of_each_period():
    months = as_of_dates(Calendar(), JAN, pd.Timestamp("2024-12-31"), "month")
    tests = forward_dates(Calendar(test_every="quarter"), months, pd.Timestamp("2024-03-01"))
    assert [f"{d:%m-%d}" for d in tests] == ["04-01", "07-01", "10-01"]


def test_the_latest_weekly_as_of_date_lies_within_the_log():
    assert latest_as_of(Calendar(), pd.Timestamp("2024-01-10 15:00")) == pd.Timestamp("2024-01-08")


def test_a_date_is_that_days_local_midnight():
    assert as_of_instant(Calendar(timezone="Asia/Shanghai"), "2024-01-02") == pd.Timestamp("2024-01-01 16:00")


def test_what_is_no_date_is_refused_in_a_sentence():
    with pytest.raises(Problem, match="'tomorrowish' is no date; write the as-of date as YYYY-MM-DD"):
        as_of_instant(Calendar(), "tomorrowish")


def test_public_holidays_between_two_days_by_country():
    october = (pd.Timestamp("2024-10-03"), pd.Timestamp("2024-10-04"))
    assert public_holidays(Calendar(holidays=("DE", "US")), *october) == "German Unity Day (DE)"
    assert public_holidays(Calendar(holidays=("US",)), *october) == ""
    new_year = (pd.Timestamp("2023-12-31"), pd.Timestamp("2024-01-01"))
    assert public_holidays(Calendar(holidays=("US", "DE")), *new_year) == "New Year's Day (US), New Year's Day (DE)"
    assert public_holidays(Calendar(), *new_year) == ""


def test_a_country_without_known_holidays_is_refused():
    with pytest.raises(ValueError, match="'XX' is no country with known public holidays; write codes such as US or DE"):
        Calendar(holidays=("US", "XX"))
