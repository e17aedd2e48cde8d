"""A source that DuckDB has checked, handed to Spark as Parquet."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from source_files import opened

from leadline.features.spark import SparkEngine, as_pandas
from leadline.features.spark_source import contract_frames
from spark_here import spark_engine

EVENTS = """
    account_id user_id occurred_at                 action duration_s
    a          u1      2024-03-31T01:30:00.123456  run    1.5
    a          -       2023-10-29T00:30:00         look   -
    b          u2      1999-12-31T23:59:59.999999  run    0
    b          u2      not-an-instant              run    0
"""
YAML = """
tables: {events: {file: events.csv}, subscriptions: {file: subscriptions.csv}}
actions: {core: [run], view: [look]}
quarantine: {max_share: 1}
"""
SUBSCRIPTIONS = """
    account_id start_date  end_date    mrr    auto_renew
    a          2024-01-01  2025-01-01  10.25  true
    b          2024-01-01  2025-01-01  0      -
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[SparkEngine]:
    with spark_engine() as engine:
        yield engine


def test_tables_on_spark_hold_what_the_checked_relations_hold(engine: SparkEngine, tmp_path: Path) -> None:
    tables = opened(tmp_path, YAML, events=EVENTS, subscriptions=SUBSCRIPTIONS)
    frames = contract_frames(engine, tables, tmp_path / "parquet")
    assert set(frames) == {"accounts", "events", "subscriptions"} == set(tables.relations)
    for name, relation in tables.relations.items():
        found, expected = engine.collect(frames[name]), as_pandas(relation.to_arrow_table())
        order = list(expected.columns[:3])
        pd.testing.assert_frame_equal(
            found.sort_values(order, ignore_index=True), expected.sort_values(order, ignore_index=True)
        )


def test_the_quarantined_row_is_not_there_and_instants_are_utc(engine: SparkEngine, tmp_path: Path) -> None:
    tables = opened(tmp_path, YAML, events=EVENTS, subscriptions=SUBSCRIPTIONS)
    frames = contract_frames(engine, tables, tmp_path / "parquet")
    found = engine.collect(frames["events"].select("occurred_at"))["occurred_at"]
    assert sorted(map(str, found)) == [
        "1999-12-31 23:59:59.999999",
        "2023-10-29 00:30:00",
        "2024-03-31 01:30:00.123456",
    ]


def test_writing_again_replaces_what_lay_there(engine: SparkEngine, tmp_path: Path) -> None:
    for events in (EVENTS, EVENTS.replace("    b ", "    c ")):
        frames = contract_frames(engine, opened(tmp_path, events=events), tmp_path / "parquet")
    assert set(engine.collect(frames["accounts"])["account_id"]) == {"a", "c"}
    assert sorted(file.name for file in (tmp_path / "parquet").iterdir()) == ["accounts.parquet", "events.parquet"]
