"""Literal logs of silence: days before the as-of date."""

import math

import pytest

RHYTHM = "ago\n4.4\n4.5\n6.5\n10.5\n"  # three days of use, 6.1 days from the first action to the last


def test_days_since_last_event_looks_back_without_limit(value):
    assert value("days_since_last_event", "ago\n300.25\n350\n") == 300.25
    assert value("days_since_last_event", "ago known\n10 10\n3 -1\n") == 10
    assert math.isnan(value("days_since_last_event"))


def test_days_since_last_event_as_an_earlier_date_knew_it(value):
    assert value("days_since_last_event", "ago\n5\n33\n", back=28) == 5


def test_usual_gap_is_the_mean_time_between_days_of_use(value):
    assert value("usual_gap", RHYTHM) == pytest.approx(6.1 / 2, rel=1e-9)
    assert value("usual_gap", "ago\n300.25\n350\n") == pytest.approx(49.75, rel=1e-9)
    assert math.isnan(value("usual_gap", "ago\n3.2\n3.1\n"))


def test_recency_in_gaps_measures_silence_by_the_accounts_own_rhythm(value):
    assert value("recency_in_gaps", RHYTHM) == pytest.approx(4.4 / 3.05, rel=1e-9)
    assert math.isnan(value("recency_in_gaps", "ago\n3.2\n3.1\n"))


def test_recency_in_gaps_takes_no_gap_for_shorter_than_a_day(value):
    assert value("recency_in_gaps", "ago\n2.9\n3.1\n") == pytest.approx(2.9, rel=1e-9)
