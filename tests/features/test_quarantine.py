"""Rows that break the contract are set apart with a reason and counted; nothing else is."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_files import EVENTS, NOW, opened, reasons, rows, write

from leadline.features.sources import open_source, read_source
from leadline.problem import Problem

GOOD = "a 2024-01-01 run\na 2024-01-02 look\n"
WITH_ACCOUNTS = EVENTS.replace("tables: {", "tables: {accounts: {file: accounts.csv}, ")
WITH_TERMS = EVENTS.replace("tables: {", "tables: {subscriptions: {file: subscriptions.csv}, ")
TERM = "account_id start_date end_date mrr"


@pytest.mark.parametrize(
    ("bad", "column", "reason"),
    [
        ("- 2024-01-03 run", "account_id", "has no value"),
        ("a - run", "occurred_at", "has no value"),
        ("a 2024-01-03 -", "action", "has no value"),
        ("a soon run", "occurred_at", "is no instant, or not in its mapping"),
        ("a 03/01/2024 run", "occurred_at", "is no instant, or not in its mapping"),
        ("a infinity run", "occurred_at", "is no instant, or not in its mapping"),
        ("a 2024-06-01T00:00:01 run", "occurred_at", "lies in the future"),
    ],
)
def test_an_event_that_breaks_the_contract_is_set_apart(tmp_path: Path, bad: str, column: str, reason: str) -> None:
    tables = opened(tmp_path, events=f"account_id occurred_at action\n{GOOD}{bad}")
    assert reasons(tables) == [(column, reason, 1)]
    assert len(rows(tables, "events", "account_id")) == 2


def test_an_event_at_this_very_moment_is_no_future(tmp_path: Path) -> None:
    tables = opened(tmp_path, events=f"account_id occurred_at action\n{GOOD}a 2024-06-01T00:00:00 run")
    assert reasons(tables) == []


def test_a_fact_recorded_before_it_happened(tmp_path: Path) -> None:
    log = """account_id occurred_at received_at action
             a 2024-01-01 2024-01-01 run
             a 2024-01-02 2024-01-05 look
             b 2024-01-03 2024-01-02 run"""
    tables = opened(tmp_path, events=log)
    assert reasons(tables) == [("received_at", "records a fact before it happened", 1)]
    (example,) = tables.quarantine["first_example"]
    assert example == "received_at=2024-01-02, occurred_at=2024-01-03, account_id=b"


@pytest.mark.parametrize(
    ("extra", "bad", "column", "reason"),
    [
        ("", "a 2024-02-01 2024-01-31 5", "end_date", "lies before start_date"),
        ("", "a 2024-01-01 2024-02-01 -5", "mrr", "is negative"),
        ("", "a 2024-01-01 2024-02-01 5,5", "mrr", "is no number, or not in its mapping"),
        ("", "a 2024-01-01 2024-02-01 inf", "mrr", "is no number, or not in its mapping"),
        ("", "a 2024-01-01 - 5", "end_date", "has no value"),
        (" seats", "a 2024-01-01 2024-02-01 5 -1", "seats", "is negative"),
        (
            " auto_renew",
            "a 2024-01-01 2024-02-01 5 maybe",
            "auto_renew",
            "is no boolean, or not in its mapping",
        ),
        (" cancelled_at", "a 2024-01-01 2024-02-01 5 2025-01-01", "cancelled_at", "lies in the future"),
        (" known_at", "a 2024-01-01 2024-02-01 5 -", "known_at", "has no value"),
    ],
)
def test_a_term_that_breaks_the_contract_is_set_apart(
    tmp_path: Path, extra: str, bad: str, column: str, reason: str
) -> None:
    good = {"": "", " seats": " 3", " auto_renew": " true", " cancelled_at": " -", " known_at": " 2023-01-01"}
    path = write(tmp_path, WITH_TERMS, events=f"account_id occurred_at action\n{GOOD}")
    values = [f"a 2023-01-01 2024-01-01 9{good[extra]}", bad]
    text = "\n".join(";".join("" if v == "-" else v for v in line.split()) for line in [TERM + extra, *values])
    (tmp_path / "raw" / "subscriptions.csv").write_text(text, encoding="utf-8")
    tables = open_source(read_source(path), now=NOW)
    assert reasons(tables) == [(column, reason, 1)]
    assert rows(tables, "subscriptions", "mrr") == [(9.0,)]


def test_a_term_may_end_in_the_future(tmp_path: Path) -> None:
    log = f"account_id occurred_at action\n{GOOD}"
    tables = opened(tmp_path, WITH_TERMS, events=log, subscriptions=f"{TERM}\na 2024-01-01 2999-01-01 5")
    assert reasons(tables) == []


def test_an_event_of_an_account_nobody_knows(tmp_path: Path) -> None:
    log = f"account_id occurred_at action\n{GOOD}z 2024-01-03 run\nz 2024-01-04 run"
    tables = opened(tmp_path, WITH_ACCOUNTS, events=log, accounts="account_id\na\nb")
    assert reasons(tables) == [("account_id", "is not among the accounts", 2)]
    assert rows(tables, "accounts", "account_id") == [("a",), ("b",)]


def test_without_a_table_of_accounts_no_account_is_unknown(tmp_path: Path) -> None:
    tables = opened(tmp_path, events=f"account_id occurred_at action\n{GOOD}z 2024-01-03 run")
    assert reasons(tables) == []
    assert rows(tables, "accounts", "account_id", "name") == [("a", "a"), ("z", "z")]


def test_in_a_closed_world_an_action_that_is_not_listed_is_set_apart(tmp_path: Path) -> None:
    log = f"account_id occurred_at action\n{GOOD}a 2024-01-03 export\na 2024-01-03 dance"
    closed = EVENTS.replace("view: [look]", "view: [look], other: [export]")
    assert reasons(opened(tmp_path, closed, events=log)) == [("action", "is not listed under actions", 1)]
    assert reasons(opened(tmp_path, EVENTS, events=log)) == []


def test_of_repeated_events_the_first_stays(tmp_path: Path) -> None:
    log = """event_id account_id occurred_at action
             1 a 2024-01-02 run
             1 b 2024-01-01 run
             1 a 2024-01-03 run
             2 a 2024-01-04 look
             - a 2024-01-05 look
             - a 2024-01-05 look"""
    tables = opened(tmp_path, events=log)
    assert reasons(tables) == [("event_id", "is repeated (of each event_id the first row stays)", 2)]
    days = [(i, t.day) for i, t in rows(tables, "events", "event_id", "occurred_at")]
    assert days == [("1", 1), ("2", 4), (None, 5), (None, 5)]


def test_a_broken_row_is_no_first(tmp_path: Path) -> None:
    log = """event_id account_id occurred_at action
             1 - 2024-01-01 run
             1 a 2024-01-02 run
             2 a 2024-01-04 look"""
    tables = opened(tmp_path, events=log)
    assert reasons(tables) == [("account_id", "has no value", 1)]
    assert len(rows(tables, "events", "event_id")) == 2


def test_a_repeated_account_stays_once(tmp_path: Path) -> None:
    log = f"account_id occurred_at action\n{GOOD}"
    accounts = "account_id created_at segment\na 2023-02-01 big\na 2023-01-01 small"
    tables = opened(tmp_path, WITH_ACCOUNTS, events=log, accounts=accounts)
    assert reasons(tables) == [("account_id", "is repeated (of each account_id the first row stays)", 1)]
    assert rows(tables, "accounts", "segment") == [("small",)]


def test_a_user_may_belong_to_two_accounts_but_only_once_to_each(tmp_path: Path) -> None:
    yaml = EVENTS.replace("tables: {", "tables: {users: {file: users.csv}, ")
    users = "account_id user_id\na 1\nb 1\nb 1"
    tables = opened(tmp_path, yaml, events=f"account_id occurred_at action\n{GOOD}", users=users)
    assert reasons(tables) == [("user_id", "is repeated (of each user_id the first row stays)", 1)]
    assert rows(tables, "users", "account_id", "user_id") == [("a", "1"), ("b", "1")]


def test_a_role_the_contract_does_not_have(tmp_path: Path) -> None:
    yaml = EVENTS.replace("tables: {", "tables: {users: {file: users.csv}, ")
    users = "account_id user_id role\na 1 admin\na 2 boss\na 3 -"
    tables = opened(tmp_path, yaml, events=f"account_id occurred_at action\n{GOOD}", users=users)
    assert reasons(tables) == [("role", "is none of admin, executive, champion, member", 1)]


def test_a_row_with_two_faults_is_counted_once(tmp_path: Path) -> None:
    log = f"account_id occurred_at action\n{GOOD}- 2030-01-01 -"
    tables = opened(tmp_path, events=log)
    assert [n for *_, n in reasons(tables)] == [1]


def test_excluded_rows_are_counted_apart_even_if_they_are_broken(tmp_path: Path) -> None:
    log = """account_id occurred_at action kind
             a 2024-01-01 run click
             a 2024-01-02 look click
             a 2024-01-02 look gauge
             - never - gauge
             - 2024-01-03 run click"""
    tables = opened(tmp_path, EVENTS.replace("events.csv", "events.csv, exclude: {kind: [gauge]}"), events=log)
    counts = tables.rows.iloc[0]
    assert counts[["rows_in", "rows_used", "rows_quarantined", "rows_excluded"]].tolist() == [5, 2, 1, 2]
    assert len(rows(tables, "events", "action")) == 2


def refused(tmp_path: Path, share: str, broken: int) -> None:
    log = "account_id occurred_at action\n" + GOOD * 49 + "a 2024-01-01 run\n" * (2 - broken)
    log += "a 2030-01-01 run\n" * broken
    opened(tmp_path, EVENTS.replace("max_share: 1", f"max_share: {share}"), events=log)


def test_too_many_broken_rows_refuse_the_source_in_one_sentence(tmp_path: Path) -> None:
    refused(tmp_path, "0.01", 1)
    with pytest.raises(Problem) as problem:
        refused(tmp_path, "0.01", 2)
    assert str(problem.value) == (
        f"{tmp_path}/raw/events.csv: 2 of 100 rows break the contract, more than the 1.0% that "
        "quarantine.max_share allows; in 2 of them events.occurred_at lies in the future "
        "(first: occurred_at=2030-01-01, account_id=a): mend the clock or the time zone of the export."
    )


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"events.csv holds no rows for events"):
        opened(tmp_path, events="account_id occurred_at action")


ACCOUNT = st.sampled_from(["a", "b", "z", ""])
DAY = st.sampled_from(["2024-01-01", "2024-01-02", "2030-01-01", "never", ""])
ROW = st.tuples(st.sampled_from(["1", "2", "3", ""]), ACCOUNT, DAY, DAY, st.sampled_from(["run", "look", "hop", ""]))
COLUMNS = ["event_id", "account_id", "occurred_at", "received_at", "action"]


def written(folder: Path, log: list[tuple[str, ...]]) -> Path:
    safe = [("s1", "a", "2024-01-01", "2024-01-01", "run"), ("s2", "a", "2024-01-01", "2024-01-01", "look")]
    path = write(folder, WITH_ACCOUNTS.replace("[look]", "[look], other: []"), accounts="account_id\na\nb")
    pd.DataFrame(safe + log, columns=COLUMNS).to_csv(folder / "raw" / "events.csv", index=False)
    return path


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=st.lists(ROW, max_size=12), seed=st.randoms(use_true_random=False))
def test_no_row_is_lost_and_the_order_of_the_file_does_not_matter(tmp_path: Path, log: list, seed: object) -> None:
    tables = open_source(read_source(written(tmp_path, log)), now=NOW)
    used = rows(tables, "events", *COLUMNS)
    counts = tables.rows.set_index("table").loc["events"]
    quarantined = int(tables.quarantine.query("table == 'events'")["rows"].sum())
    assert counts["rows_in"] == len(log) + 2
    assert counts["rows_in"] == counts["rows_used"] + counts["rows_quarantined"] + counts["rows_excluded"]
    assert (counts["rows_used"], counts["rows_quarantined"]) == (len(used), quarantined)
    ids = [r[0] for r in used if r[0]]
    assert len(ids) == len(set(ids))
    seed.shuffle(log)
    again = open_source(read_source(written(tmp_path, log)), now=NOW)
    assert rows(again, "events", *COLUMNS) == used
    assert reasons(again) == reasons(tables)


def test_opening_leaves_no_query_unfinished(tmp_path: Path) -> None:
    tables = opened(tmp_path, events=f"account_id occurred_at action\n{GOOD}")
    duckdb.sql("CREATE OR REPLACE TEMP TABLE after_opening AS SELECT 1")
    assert len(tables.relations["events"].fetchall()) == 2
