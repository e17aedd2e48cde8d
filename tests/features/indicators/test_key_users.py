"""Literal logs of people: who led before or holds a role, and who of them is silent now."""

import math

import pytest
from people_logs import LED, log

ROLES = """
user_id  role       joined  left
ann      member     300     -
dan      admin      300     -
eve      champion   300     -5
zoe      executive  -       -
bob      executive  300     10
"""


def test_key_users_are_the_three_who_led_before(value):
    assert value("key_users", LED) == 3  # ann, bob and cid; dan did less, eve nothing then
    assert value("key_users", log(ann=[30], eve=[1])) == 1
    assert value("key_users") == 0


def test_key_users_are_those_with_a_role_where_there_are_any(value):
    assert value("key_users", LED, users=ROLES) == 3  # dan, eve, who leaves in 5 days, and zoe; bob has left
    assert value("key_users", LED, users="user_id role left\nbob admin 10\n") == 0


def test_key_users_are_found_by_what_they_do_where_nobody_known_has_a_role(value):
    assert value("key_users", LED, users="user_id role joined\nann member 300\neve admin -1\n") == 3
    assert value("key_users", LED, users="account_id user_id role\nb eve admin\n") == 3


def test_silent_key_users_led_before_and_are_silent_now(value):
    assert value("silent_key_users", LED) == 2  # of ann, bob and cid all but bob; dan did not lead
    assert value("silent_key_users") == 0


def test_silent_key_users_hold_a_role_whether_they_ever_did_anything_or_not(value):
    assert value("silent_key_users", LED, users=ROLES) == 2  # dan and zoe; eve came yesterday
    assert value("silent_key_users", users=ROLES) == 3


def test_key_users_are_led_by_core_actions_then_by_events_then_by_name(value):
    core = "ago user_id action\n" + "\n".join(f"{day} x view" for day in range(30, 50))
    core += "\n30 a core\n30 b core\n30 c core\n5 c view\n"
    assert value("silent_key_users", core) == 2  # x has most events and no core action, so a, b, c lead
    even = log(ann=[30], bob=[30], cid=[30], dan=[30, 5], eve=[1])
    assert value("silent_key_users", even) == 3  # the first three by name


def test_key_users_silence_is_that_of_the_one_who_came_last(value):
    assert value("key_users_silence", LED) == 5  # bob; eve, who came yesterday, does not lead
    assert value("key_users_silence", LED, users="user_id role\nann admin\ndan admin\n") == 30


def test_key_users_silence_is_unknown_where_none_did_anything_in_112_days(value):
    assert math.isnan(value("key_users_silence", LED, users="user_id role\nzoe admin\n"))
    assert math.isnan(value("key_users_silence", log(ann=[112.5], bob=[1]), users="user_id role\nann admin\n"))
    assert math.isnan(value("key_users_silence"))


def test_key_users_trend(value):
    assert value("key_users_trend", LED) == pytest.approx((1 / 4) / (9 / 12) - 1, rel=1e-9)
    assert math.isnan(value("key_users_trend", log(eve=[1, 2])))


def test_key_users_trend_vs_market(value):
    rows = ["a 30 ann", "b 1 bob", "b 30 bob", "c 1 cid", "c 30 cid"]  # -1 where the others treble their weekly use
    assert value("key_users_trend_vs_market", "account_id ago user_id\n" + "\n".join(rows)) == -1 - 2


def test_key_users_departed_in_twelve_weeks(value):
    people = "ann admin 10", "bob champion 84", "cid executive 84.1", "dan member 10", "eve admin -1", "fay admin 0"
    left = "user_id role left\n" + "\n".join(people)
    assert value("key_users_departed", users=left) == 2  # ann and bob
    assert value("key_users_departed", users=left, back=56) == 2  # bob and cid
    assert value("key_users_departed", users="user_id role\nann admin\n") == 0
