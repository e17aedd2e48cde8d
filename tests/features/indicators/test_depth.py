"""Literal logs of actions: core, deep are core actions, view is a view."""

import math

LOG = """
ago  action  user_id
1    core    ann
2    view    ann
3    view    bob
4    deep    bob
5    other   bob
20   core    -
40   core    ann
41   core    cid
"""


def test_core_actions_are_those_the_source_names(value):
    assert value("core_actions_7", LOG) == 2
    assert value("core_actions_28", LOG) == 3
    assert value("core_actions_84", LOG) == 5


def test_core_per_user_is_depth(value):
    assert value("core_per_user_28", LOG) == 3 / 2
    assert value("core_per_user_84", LOG) == 5 / 3
    assert math.isnan(value("core_per_user_28"))


def test_core_share_leaves_views_behind(value):
    assert value("core_share_28", LOG) == 3 / 5
    assert math.isnan(value("core_share_28", "ago action\n1 other\n"))


def test_core_users_share_is_of_those_who_do_more_than_look(value):
    assert value("core_users_share_28", "ago action user_id\n1 core ann\n2 core ann\n3 view bob\n4 view cid\n") == 1 / 3
    assert math.isnan(value("core_users_share_28"))
