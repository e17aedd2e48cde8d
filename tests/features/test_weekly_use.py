"""Who used what week by week, and who carries an account, counted by eye."""

from pathlib import Path

import pandas as pd
import pytest
from source_files import opened

from leadline.features.sources import Tables
from leadline.features.usage_users import key_people, key_users
from leadline.features.weekly_use import weekly_use

AS_OF = pd.Timestamp("2024-05-27")
YAML = (
    "tables: {users: {file: users.csv}, events: {file: events.csv}}\n"
    "actions: {core: [run], view: [look]}\nquarantine: {max_share: 1}\n"
)
USERS = """user_id account_id role created_at deactivated_at
           ann a member 2024-01-01 -
           bob a admin 2024-01-01 -
           dan a executive 2024-01-01 -
           gus a champion 2024-01-01 2024-03-01
           eve b champion 2024-05-28 -"""
EVENTS = """account_id user_id occurred_at received_at action module
            a ann 2024-05-26T23:59 2024-05-26T23:59 run reports
            a ann 2024-05-20T00:00 2024-05-20T00:00 run reports
            a bob 2024-05-19T23:59 2024-05-19T23:59 look -
            a - 2024-05-19T10:00 2024-05-19T10:00 look reports
            a ann 2024-05-13T00:00 2024-05-13T00:00 run reports
            a ann 2024-05-12T23:59 2024-05-12T23:59 run reports
            a ann 2024-05-21T00:00 2024-05-27T00:00 run reports
            b eve 2024-03-10T00:00 2024-03-10T00:00 run reports
            b ann 2024-03-10T00:00 2024-03-10T00:00 run reports
            c zoe 2024-05-21T00:00 2024-05-21T00:00 run reports"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return opened(tmp_path_factory.mktemp("weekly"), YAML, users=USERS, events=EVENTS)


def test_a_week_ends_at_the_date_and_holds_what_was_known(tables: Tables) -> None:
    found = weekly_use(tables, AS_OF, ["a", "nobody"], weeks=2)
    shown = found.fillna({"module": "-", "user_id": "-"})[["account_id", "ago", "module", "user_id", "events"]]
    assert sorted(shown.to_numpy().tolist()) == [
        ["a", 0, "reports", "ann", 2],
        ["a", 1, "-", "bob", 1],
        ["a", 1, "reports", "-", 1],
        ["a", 1, "reports", "ann", 1],
    ]
    assert found.loc[found["ago"] == 0, "last_at"].tolist() == [pd.Timestamp("2024-05-26T23:59")]


def test_the_key_people_are_those_of_the_view_of_one_account_and_who_fell_silent(tables: Tables) -> None:
    found = key_people(tables, AS_OF, ["a", "b"])
    assert found.fillna("-").to_numpy().tolist() == [
        ["a", "bob", "admin"],
        ["a", "dan", "executive"],
        ["b", "ann", "-"],
        ["b", "eve", "-"],  # a champion by a record of the day after
    ]
    seen = key_users(tables, AS_OF, "a")
    assert set(seen.loc[seen["key"], "user_id"]) == {"bob"}


def test_without_a_table_of_users_there_are_no_roles(tmp_path: Path) -> None:
    plain = opened(tmp_path, YAML.replace("users: {file: users.csv}, ", ""), events=EVENTS)
    assert key_people(plain, AS_OF, ["b"]).fillna("-").to_numpy().tolist() == [["b", "ann", "-"], ["b", "eve", "-"]]
