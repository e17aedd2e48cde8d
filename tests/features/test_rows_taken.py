"""Which rows of a file are facts of a table: only, exclude, latest, complete; and the actions that are left."""

from datetime import datetime
from pathlib import Path

import pytest
from source_files import opened, reasons, rows

from leadline.features.sources import Tables
from leadline.problem import Problem

LOG = """account_id occurred_at action kind
         a 2024-01-01 run web
         b 2024-01-02 look web
         - 2024-01-03 run web
         c 2024-01-04 run -
         d 2024-01-05 run job"""
ACTIONS = "actions: {core: [run]}\n"


def taken(tmp_path: Path, keys: str, actions: str = ACTIONS) -> Tables:
    """The log with some keys about its rows."""
    return opened(tmp_path, f"tables: {{events: {{file: events.csv, {keys}}}}}\n{actions}", events=LOG)


@pytest.mark.parametrize(
    ("keys", "accounts"),
    [
        ("exclude: {account_id: [null]}", "abcd"),
        ("exclude: {account_id: [null, b]}", "acd"),
        ("exclude: {account_id: [null], kind: [null, job]}", "ab"),
        ("only: {kind: [web]}, exclude: {account_id: [null]}", "ab"),
        ("only: {kind: [web, null], action: [run]}, exclude: {account_id: [null]}", "ac"),
    ],
)
def test_rows_that_are_no_facts_are_left_out_and_counted(tmp_path: Path, keys: str, accounts: str) -> None:
    tables = taken(tmp_path, keys)
    assert [a for (a,) in rows(tables, "events", "account_id")] == list(accounts)
    counted = tables.rows[["rows_in", "rows_used", "rows_quarantined", "rows_excluded"]].values.tolist()
    assert counted == [[5, len(accounts), 0, 5 - len(accounts)]]


def test_rows_may_be_left_out_by_what_a_column_of_the_contract_was_given(tmp_path: Path) -> None:
    yaml = """tables:
  events:
    file: events.csv
    exclude: {account_id: [null]}
    columns:
      account_id: {first: [who, whom]}
      occurred_at: at
      action: {constant: run}
"""
    tables = opened(tmp_path, yaml + ACTIONS, events="who whom at\na - 2024-01-01\n- b 2024-01-01\n- - 2024-01-01")
    assert rows(tables, "events", "account_id") == [("a",), ("b",)]
    assert tables.rows["rows_excluded"].tolist() == [1]


TOLD = """account_id name seen kind
          a first 2024-01-01 told
          a last 2024-03-01 told
          a between 2024-02-01 told
          a undated - told
          a other 2024-04-01 else
          b only - told"""
ACCOUNTS = """tables:
  accounts: {file: accounts.csv, latest: seen, only: {kind: [told]}KEYS, columns: {account_id: account_id, name: name}}
  events: {file: events.csv}
"""


def test_the_last_row_of_an_account_stays(tmp_path: Path) -> None:
    log = "account_id occurred_at action\na 2024-01-01 run\nb 2024-01-02 run"
    tables = opened(tmp_path, ACCOUNTS.replace("KEYS", "") + ACTIONS, events=log, accounts=TOLD)
    assert rows(tables, "accounts", "account_id", "name") == [("a", "last"), ("b", "only")]
    assert tables.rows[["rows_in", "rows_used", "rows_excluded"]].values.tolist()[0] == [6, 2, 4]
    assert reasons(tables) == []


def test_accounts_that_only_events_name_are_accounts_where_the_table_is_not_complete(tmp_path: Path) -> None:
    log = "account_id occurred_at action\na 2024-01-01 run\nz 2024-01-02 run"
    yaml = ACCOUNTS + ACTIONS + "quarantine: {max_share: 1}\n"
    whole = opened(tmp_path, yaml.replace("KEYS", ""), events=log, accounts=TOLD)
    assert reasons(whole) == [("account_id", "is not among the accounts", 1)]
    part = opened(tmp_path, yaml.replace("KEYS", ", complete: false"), events=log, accounts=TOLD)
    assert reasons(part) == []
    assert rows(part, "accounts", "account_id", "name", "created_at") == [
        ("a", "last", datetime(2024, 1, 1)),
        ("b", "only", None),
        ("z", "z", datetime(2024, 1, 2)),
    ]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("latest: occurred_at", "latest keeps the last row of an account or a person; events keeps every row"),
        ("complete: false", "complete says whether accounts names every account; events has no use for it"),
        ("only: {kinds: [web]}", r"has no column kinds \(did you mean kind\?\)"),
        ("each: kind", "has no list kind|cannot be read"),
    ],
)
def test_a_key_that_a_table_has_no_use_for_is_a_sentence(tmp_path: Path, keys: str, said: str) -> None:
    with pytest.raises(Problem, match=said):
        taken(tmp_path, keys)


def test_the_rest_of_the_actions_is_core(tmp_path: Path) -> None:
    keys, actions = "exclude: {account_id: [null]}", "actions: {core: rest, view: [look, gaze], other: [sit]}\n"
    tables = taken(tmp_path, keys, actions)
    assert (tables.core_actions, tables.view_actions) == (("run",), ("look", "gaze"))
    with pytest.raises(Problem, match="Source small has no core action in its log, only look, run: mend actions"):
        taken(tmp_path, keys, "actions: {core: rest, view: [look], other: [run]}\n")
    with pytest.raises(Problem, match=r"actions\.core"):
        taken(tmp_path, keys, "actions: {core: all}\n")
