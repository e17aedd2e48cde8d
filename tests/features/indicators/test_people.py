"""Literal logs of people: who led before, who is silent now."""

import math


def log(**people: list[float]) -> str:
    """So many days ago each person did something."""
    rows = [f"{day} {name}" for name, days in people.items() for day in days]
    return "ago user_id\n" + "\n".join(rows) + "\n"


LED = log(ann=[30, 40, 50, 60], bob=[35, 45, 55, 5], cid=[36, 46], dan=[37], eve=[1, 2])


def test_silent_key_users_led_before_and_are_silent_now(value):
    assert value("silent_key_users", LED) == 2  # of ann, bob and cid all but bob; dan did not lead
    assert value("silent_key_users") == 0


def test_key_users_are_led_by_core_actions_then_by_events_then_by_name(value):
    core = "ago user_id action\n" + "\n".join(f"{day} x view" for day in range(30, 50))
    core += "\n30 a core\n30 b core\n30 c core\n5 c view\n"
    assert value("silent_key_users", core) == 2  # x has most events and no core action, so a, b, c lead


def test_key_users_trend(value):
    assert math.isclose(value("key_users_trend", LED), (1 / 4) / (9 / 12) - 1)


def test_user_concentration_is_one_when_one_does_all(value):
    assert value("user_concentration_28", log(ann=[1, 2, 3])) == 1
    assert value("user_concentration_28", log(ann=[1, 2, 3], bob=[4])) == (9 + 1) / 16


def test_new_users_were_not_there_in_the_84_days_before(value):
    assert value("new_users", LED) == 1  # eve


def test_lost_users_were_there_in_the_56_days_before_and_stopped(value):
    assert value("lost_users", LED) == 3  # ann, cid, dan


def test_kept_users_share(value):
    assert value("kept_users_share", LED) == 1 / 4
    assert math.isnan(value("kept_users_share"))


def test_users_growing_share(value):
    assert value("users_growing_share", LED) == 1 / 5  # eve; bob's 1 a month is no more than his 3 in three
