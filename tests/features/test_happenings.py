"""Contracts, tickets and surveys of a year, as known at a date."""

from pathlib import Path

import pandas as pd
from source_files import opened

from leadline.features.happenings import TYPES, happenings

AS_OF = pd.Timestamp("2024-05-27")
EVENTS = """account_id user_id occurred_at action
            a ann 2024-05-01 run"""
FILES = "events: {file: events.csv}"
MORE = "subscriptions: {file: subscriptions.csv}, tickets: {file: tickets.csv}, surveys: {file: surveys.csv}"
REST = "\nactions: {core: [run]}\nquarantine: {max_share: 1}\n"
SUBSCRIPTIONS = """account_id start_date end_date mrr product known_at
                   a 2022-05-01 2023-05-01 10 old 2022-04-01
                   a 2023-06-01 2024-06-01 10 base 2023-05-20
                   a 2024-06-01 2025-06-01 20 base 2024-05-20
                   a 2024-06-01 2025-06-01 30 later 2024-05-28
                   b 2023-06-01 2024-06-01 99 other 2023-05-20"""
TICKETS = """account_id opened_at closed_at priority
             a 2023-05-01 2023-05-02 old
             a 2024-05-01 2024-05-02 urgent
             a 2024-05-20 2024-05-27 normal
             a 2024-05-27 - later"""
SURVEYS = """account_id user_id answered_at score
             a ann 2024-05-26 9
             a ann 2024-05-27 1"""


def test_only_what_was_known_then_is_told(tmp_path: Path) -> None:
    tables = opened(
        tmp_path, f"tables: {{{FILES}, {MORE}}}{REST}", events=EVENTS, subscriptions=SUBSCRIPTIONS, tickets=TICKETS,
        surveys=SURVEYS,
    )  # fmt: skip
    found = happenings(tables, AS_OF, ["a"])
    shown = found.assign(end=found["end"].dt.strftime("%Y-%m-%d").fillna("-"), name=found["name"].fillna("-"))
    assert shown.fillna({"amount": 0}).drop(columns=["account_id", "start"]).to_numpy().tolist() == [
        ["contract", "2024-06-01", "base", 10.0],
        ["contract", "2025-06-01", "base", 20.0],
        ["ticket", "2024-05-02", "urgent", 0.0],
        ["ticket", "-", "normal", 0.0],  # closed at the date itself, which was not known before it
        ["survey", "-", "-", 9.0],
    ]
    assert found["account_id"].eq("a").all()


def test_a_source_without_such_tables_tells_of_nothing(tmp_path: Path) -> None:
    found = happenings(opened(tmp_path, f"tables: {{{FILES}}}{REST}", events=EVENTS), AS_OF, ["a"])
    assert found.empty
    assert found.dtypes.astype(str).to_dict() == TYPES
