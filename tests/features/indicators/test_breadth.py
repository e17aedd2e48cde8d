"""Literal logs of modules."""

import math

import pytest

LOG = """
ago  module   action  user_id
1    reports  core    ann
2    reports  view    ann
3    reports  view    bob
4    flows    deep    bob
5    -        core    bob
40   admin    core    ann
41   flows    core    ann
"""


def test_modules_used_is_breadth(value):
    assert value("modules_used_28", LOG) == 2
    assert value("modules_used_84", LOG) == 3


def test_module_entropy_is_zero_in_one_module_and_log_n_when_even(value):
    assert value("module_entropy_28", "ago module\n1 x\n2 x\n") == pytest.approx(0, abs=1e-8)
    assert value("module_entropy_28", "ago module\n1 x\n2 y\n3 z\n") == pytest.approx(math.log(3))
    assert value("module_entropy_28", LOG) == pytest.approx(-(0.75 * math.log(0.75) + 0.25 * math.log(0.25)))
    assert math.isnan(value("module_entropy_28", "ago module\n1 -\n"))


def test_module_entropy_over_twelve_weeks(value):
    even = "ago module\n1 x\n40 y\n"
    assert value("module_entropy_84", even) == pytest.approx(math.log(2))
    assert value("module_entropy_28", even) == pytest.approx(0, abs=1e-8)


def test_top_module_share(value):
    assert value("top_module_share_28", LOG) == 3 / 4
    assert value("top_module_share_84", LOG) == 3 / 6
    assert math.isnan(value("top_module_share_28"))


def test_modules_abandoned_were_used_before_and_not_since(value):
    assert value("modules_abandoned", LOG) == 1  # admin
    assert value("modules_abandoned") == 0


def test_modules_adopted_are_used_now_and_not_before(value):
    assert value("modules_adopted", LOG) == 1  # reports


def test_module_events_are_those_of_one_module(value):
    assert value("module_events_m_28", "ago module\n1 m\n2 m\n3 x\n4 -\n30 m\n") == 2
    assert value("module_events_m_28") == 0


def test_module_trend_compares_four_weeks_with_the_twelve_before(value):
    assert value("module_trend_m", "ago module\n1 m\n2 m\n3 x\n30 m\n40 m\n111 m\n") == (2 / 4) / (3 / 12) - 1
    assert math.isnan(value("module_trend_m", "ago module\n1 m\n30 x\n"))


def test_steepest_module_fall_is_that_of_a_module_in_use(value):
    reports = ["5 reports"] * 2 + ["40 reports"] * 12  # 2 in 4 weeks after 12 in 12: half as many a week
    rare = ["40 admin"] * 11  # gone, but it was never used much
    rows = "ago module\n" + "\n".join([*reports, *rare, "3 search"])
    assert value("steepest_module_fall", rows) == -0.5
    assert math.isnan(value("steepest_module_fall", "ago module\n3 search\n"))
