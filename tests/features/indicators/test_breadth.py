"""Literal logs of modules and actions."""

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


def test_top_module_share(value):
    assert value("top_module_share_28", LOG) == 3 / 4
    assert math.isnan(value("top_module_share_28"))


def test_modules_abandoned_were_used_before_and_not_since(value):
    assert value("modules_abandoned", LOG) == 1  # admin
    assert value("modules_abandoned") == 0


def test_modules_adopted_are_used_now_and_not_before(value):
    assert value("modules_adopted", LOG) == 1  # reports


def test_core_actions_are_those_the_source_names(value):
    assert value("core_actions_28", LOG) == 3
    assert value("core_actions_84", LOG) == 5


def test_core_per_user_is_depth(value):
    assert value("core_per_user_28", LOG) == 3 / 2


def test_core_share_leaves_views_behind(value):
    assert value("core_share_28", LOG) == 3 / 5
