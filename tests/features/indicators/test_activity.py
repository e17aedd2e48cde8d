"""Literal logs: days before the as-of date on the left, the number a person counts by eye on the right."""

import math

import pytest

LOG = """
ago   user_id
0.5   ann
1     bob
6.9   ann
7.0   cid
7.1   dan
20    ann
28    eve
28.1  fay
60    gus
90    hal
"""


def test_active_users_counts_people_once_and_includes_the_windows_first_instant(value):
    assert value("active_users_7", LOG) == 3  # ann, bob, cid
    assert value("active_users_28", LOG) == 5  # and dan, eve
    assert value("active_users_84", LOG) == 7  # and fay, gus


def test_active_users_leaves_out_what_was_not_known_yet(value):
    late = "ago known user_id\n1 0.5 ann\n2 0 bob\n3 -4 cid\n"
    assert value("active_users_7", late) == 1  # bob's arrived at the as-of date itself, cid's four days after


def test_active_users_leaves_out_events_of_nobody(value):
    assert value("active_users_7", "ago user_id\n1 -\n2 ann\n") == 1


def test_events_counts_every_action(value):
    assert value("events_7", LOG) == 4
    assert value("events_28", LOG) == 7
    assert value("events_84", LOG) == 9
    assert value("events_182", LOG) == 10
    assert value("events_182", "ago\n181.9\n182\n182.1\n") == 2


def test_events_of_the_future_and_of_the_as_of_instant_do_not_count(value):
    assert value("events_7", "ago\n0\n-1\n0.001\n") == 1


def test_sessions_end_after_half_an_hour_of_a_persons_silence(value):
    minutes = [3000, 2975, 2945, 2914, 2910]  # gaps of 25, 30, 31 and 4 minutes: the 31 open a second visit
    log = "ago user_id\n" + "\n".join(f"{m / 1440} ann" for m in minutes) + f"\n{2940 / 1440} bob\n"
    assert value("sessions_28", log) == 3


def test_sessions_end_at_midnight(value):
    assert value("sessions_7", "ago user_id\n1.005 ann\n0.995 ann\n") == 2
    assert value("sessions_7", "ago user_id\n1.505 ann\n1.495 ann\n") == 1


def test_sessions_of_nobody_are_those_of_one_person(value):
    assert value("sessions_28", "ago user_id\n1.505 -\n1.495 -\n1.505 ann\n") == 2


def test_sessions_are_counted_by_the_sources_own_ids_where_it_has_them(value):
    log = "ago user_id session_id\n3 ann s1\n2.5 ann s1\n2.499 ann s2\n1 bob -\n"
    assert value("sessions_28", log) == 3


def test_a_given_session_is_one_for_its_user_and_week(value):
    log = "ago user_id session_id\n1 ann s1\n1.1 ann s1\n2 bob s1\n8 ann s1\n"
    assert value("sessions_7", log) == 2  # ann's and bob's
    assert value("sessions_28", log) == 3  # and ann's of the week before


def test_minutes_are_counted_where_actions_tell_how_long_they_took(value):
    log = "ago duration_s\n1 90\n2 30\n3 -\n27 60\n40 600\n"
    assert value("minutes_7", log) == 2
    assert value("minutes_28", log) == 3
    assert value("minutes_84", log) == 13


def test_active_days_counts_days_not_people(value):
    log = "ago user_id\n0.1 ann\n0.9 bob\n1.1 ann\n6.5 cid\n7.5 cid\n"
    assert value("active_days_7", log) == 3
    assert value("active_days_28", log) == 4
    assert value("active_days_182", "ago\n100\n181.9\n182.1\n") == 2


def test_active_days_counts_a_day_known_twice_once(value):
    assert value("active_days_28", "ago known\n9.5 9.5\n9.4 1\n") == 1


def test_events_per_session(value):
    log = "ago user_id\n1 ann\n1 ann\n1 ann\n5 ann\n"
    assert value("events_per_session_28", log) == 2


def test_events_per_user_counts_events_of_nobody_too(value):
    assert value("events_per_user_28", "ago user_id\n1 ann\n2 -\n3 bob\n40 cid\n") == 3 / 2
    assert math.isnan(value("events_per_user_28", "ago user_id\n1 -\n"))


def test_stickiness_is_mean_daily_users_over_monthly_users(value):
    log = "ago user_id\n0.5 ann\n0.6 bob\n1.5 ann\n2.5 ann\n"  # 4 user-days in 28 days, 2 people
    assert value("stickiness_28", log) == pytest.approx(4 / 28 / 2, rel=1e-9)
    assert value("stickiness_84", log) == pytest.approx(4 / 84 / 2, rel=1e-9)
    assert math.isnan(value("stickiness_28"))


def test_seat_utilisation_is_active_users_over_seats(value):
    log = "ago user_id\n1 ann\n2 bob\n40 cid\n"
    assert value("seat_utilisation_28", log, subscriptions="start end seats\n100 -100 8\n") == 2 / 8
    assert value("seat_utilisation_84", log, subscriptions="start end seats\n100 -100 8\n") == 3 / 8
    assert math.isnan(value("seat_utilisation_28", log, subscriptions="start end seats\n100 -100 -\n"))
