"""Literal logs of people: how use is shared, and who comes, stays and goes."""

import math

from people_logs import LED, log


def test_user_concentration_is_one_when_one_does_all(value):
    assert value("user_concentration_28", log(ann=[1, 2, 3])) == 1
    assert value("user_concentration_28", log(ann=[1, 2, 3], bob=[4])) == (9 + 1) / 16
    assert value("user_concentration_84", log(ann=[1, 2, 40], bob=[4])) == (9 + 1) / 16
    assert math.isnan(value("user_concentration_28"))


def test_new_users_became_known_in_the_last_four_weeks(value):
    assert value("new_users", LED) == 1  # eve
    assert value("new_users", log(fay=[5, 200])) == 0
    assert value("new_users") == 0


def test_new_users_are_new_by_when_we_knew_of_them(value):
    late = "ago known user_id\n40 3 ann\n2 2 ann\n"  # what ann did 40 days ago reached us 3 days ago
    assert value("new_users", late) == 1


def test_returned_users_were_silent_for_twelve_weeks_and_known_before(value):
    assert value("returned_users", log(fay=[5, 200], gus=[5, 113], hal=[5, 111], ida=[5])) == 2  # fay and gus
    assert value("returned_users", LED) == 0
    assert value("returned_users") == 0


def test_lost_users_were_there_in_the_56_days_before_and_stopped(value):
    assert value("lost_users", LED) == 3  # ann, cid, dan


def test_kept_users_share(value):
    assert value("kept_users_share", LED) == 1 / 4
    assert math.isnan(value("kept_users_share"))


def test_users_growing_share(value):
    assert value("users_growing_share", LED) == 1 / 5  # eve; bob's 1 a month is no more than his 3 in three


def test_core_users_trend_counts_people_with_a_core_action(value):
    actions = "ago user_id action\n1 ann core\n2 bob view\n30 ann core\n31 bob core\n32 bob core\n60 cid core\n"
    assert value("core_users_trend", actions) == 1 / 2 - 1
    assert math.isnan(value("core_users_trend", "ago\n1\n"))


def test_core_users_trend_vs_market(value):
    rows = ["a 1 ann", "a 30 ann", "a 31 bob", "b 1 cid", "b 30 cid", "c 1 dan", "c 30 dan"]
    assert value("core_users_trend_vs_market", "account_id ago user_id\n" + "\n".join(rows)) == -0.5 - 0


def test_silent_users_share_is_of_the_people_of_the_last_half_year(value):
    people = log(ann=[5, 180], bob=[30], cid=[90], dan=[182], eve=[182.5])
    assert value("silent_users_share_28", people) == 3 / 4  # all but ann; eve is too long ago
    assert value("silent_users_share_84", people) == 2 / 4  # cid and dan
    assert math.isnan(value("silent_users_share_28", log(eve=[182.5])))


def test_new_users_share_is_of_the_people_of_the_last_half_year(value):
    assert value("new_users_share", log(ann=[5], bob=[3, 300], cid=[181], dan=[400])) == 2 / 3  # ann and cid
    assert math.isnan(value("new_users_share"))


def test_people_by_recency_halve_for_every_six_weeks_of_silence(value):
    assert value("people_by_recency", log(ann=[42, 100], bob=[84], cid=[183])) == 1 / 2 + 1 / 4
    assert value("people_by_recency") == 0


def test_people_still_here_are_a_share_of_the_people_of_the_half_year(value):
    assert value("people_still_here", log(ann=[42, 100], bob=[84], cid=[183])) == (1 / 2 + 1 / 4) / 2
    assert math.isnan(value("people_still_here"))
