"""Literal accounts and logs: instants are days before the as-of date, later ones negative."""

import math

TERM = "start end\n100 -40\n"
FIRST = "account_id created\na {}\n"


def test_tenure_is_days_since_the_account_was_created(value):
    assert value("tenure", accounts=FIRST.format(123.5)) == 123.5
    assert value("tenure", accounts=FIRST.format(123.5), back=28) == 95.5


def test_stage_is_onboarding_until_first_value_for_30_days_at_least_and_180_at_most(value):
    core, view, late = "ago action\n5 core\n", "ago action\n5 view\n", "ago known\n5 -1\n"
    stages = {(29.9, core): 1, (30, core): 3, (30, view): 1, (30, late): 1, (179.9, view): 1, (180, view): 3}
    for (tenure, events), stage in stages.items():
        assert value("stage", events, accounts=FIRST.format(tenure), subscriptions=TERM) == stage


def test_stage_is_renewal_where_the_term_ends_in_90_days_and_adoption_else(value):
    assert value("stage", subscriptions="start end\n100 -90\n") == 3
    assert value("stage", subscriptions="start end\n100 -90.5\n") == 2
    assert value("stage", subscriptions="start end\n200 100\n") == 2


def test_days_to_term_end_reads_the_term_as_agreed(value):
    assert value("days_to_term_end", subscriptions=TERM + "100 -20\n") == 40
    edited = "start end term_end\n100 -40 -265\n"
    assert value("days_to_term_end", subscriptions=edited) == 265


def test_days_to_first_value_run_from_the_start_to_the_first_core_action(value):
    started = FIRST.format(100)
    assert value("days_to_first_value", "ago action\n80 view\n70 core\n10 core\n", accounts=started) == 30
    assert value("days_to_first_value", "ago\n120\n", accounts=started) == 0
    assert value("days_to_first_value", "ago known\n90 -1\n70 70\n", accounts=started) == 30
    assert math.isnan(value("days_to_first_value", "ago action\n80 view\n", accounts=started))


def test_milestones_done(value):
    assert value("milestones_done") == 0
    assert value("milestones_done", "ago action\n300 view\n300 view\n") == 1
    assert value("milestones_done", "ago action\n300 core\n") == 2
    assert value("milestones_done", "ago user_id\n300 ann\n300 bob\n300 -\n") == 3
    assert value("milestones_done", "ago module\n300 x\n300 y\n300 -\n") == 3
    assert value("milestones_done", "ago\n300\n301\n302\n1\n") == 2
    assert value("milestones_done", "ago\n300\n301\n302\n1\n2\n") == 3
    assert value("milestones_done", "ago user_id module\n1 a x\n2 b y\n3 a x\n4 a x\n5 a x\n") == 5


def test_milestones_overdue_are_not_reached_though_they_were_due(value):
    due = {7: 0, 7.5: 1, 14.5: 2, 30: 2, 30.5: 4, 60.5: 5}
    assert {day: value("milestones_overdue", accounts=FIRST.format(day)) for day in due} == due
    assert value("milestones_overdue", "ago action\n1 view\n", accounts=FIRST.format(20)) == 1
    assert value("milestones_overdue", "ago\n1\n", accounts=FIRST.format(61)) == 3


def test_milestones_overdue_as_an_earlier_date_knew_them(value):
    assert value("milestones_overdue", "ago\n1\n", accounts=FIRST.format(40), back=20) == 2
