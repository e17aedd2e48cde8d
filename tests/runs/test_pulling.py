"""A database is pulled into files: what is new, once, whatever comes late, and nothing where it cannot be reached."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from postgres import YAML, Postgres

from leadline.features.database import Table
from leadline.features.sources import Source, open_source, read_source
from leadline.problem import Problem
from leadline.runs.alone import alone
from leadline.runs.pulling import bring_up_to_date, fetched


def ids(source: Source) -> list[int]:
    """The ids of the log after a pull, in order; any that is there twice comes twice."""
    bring_up_to_date(source, None)
    found = duckdb.sql(f"SELECT id FROM '{source.path}/pulled/events/*.parquet' ORDER BY ALL").fetchall()
    return [one for (one,) in found]


def sealed(source: Source) -> dict[str, int]:
    """The sealed files, with when each was written."""
    return {f.name: f.stat().st_mtime_ns for f in (source.path / "pulled" / "events").glob("sealed-*")}


def test_a_table_is_read_as_a_file_would_be(postgres: Postgres, source: Source) -> None:
    postgres.log((1, "a", "2024-01-02 00:00:00.123456+02"), (2**53 + 1, "b", "2024-01-03Z"))
    bring_up_to_date(source, None)
    tables = open_source(source)
    columns = "account_id, occurred_at, received_at, event_id, value, module"
    assert tables.relations["events"].select(columns).fetchall() == [
        ("a", datetime(2024, 1, 1), datetime(2024, 1, 1, 22, 0, 0, 123456), "1", 1.25, "m1")
    ]
    assert tables.quarantine["first_example"].tolist() == ["value=9007199254740993.25, account_id=b"]
    named = tables.relations["accounts"].select("account_id, name").order("ALL").fetchall()
    assert named == [("a", "Acme"), ("b", "Beta")]


def test_only_columns_that_are_read_are_pulled(postgres: Postgres, source: Source) -> None:
    postgres.log((1, "a", "2024-01-02Z"))
    bring_up_to_date(source, None)
    pulled = {name: duckdb.read_parquet(f"{source.path}/pulled/{name}/open.parquet").columns for name in source.tables}
    assert pulled == {"accounts": ["account_id", "name"], "events": ["id", "who", "at", "seen", "amount", "about"]}


def test_what_is_new_is_added_and_what_is_sealed_stays(postgres: Postgres, source: Source) -> None:
    postgres.log((1, "a", "2024-01-02Z"), (2, "a", "2024-01-10Z"))
    assert ids(source) == [1, 2]
    first = sealed(source)
    assert len(first) == 1
    postgres.log((3, "b", "2024-01-20Z"))
    assert ids(source) == [1, 2, 3]
    assert len(sealed(source)) == 2
    assert first.items() <= sealed(source).items()
    assert ids(source) == [1, 2, 3]


def test_rows_of_the_last_instant_and_late_commits_are_there_once(postgres: Postgres, source: Source) -> None:
    postgres.log((1, "a", "2024-01-01Z"), (2, "a", "2024-01-10Z"))
    assert ids(source) == [1, 2]
    postgres.log((3, "a", "2024-01-10Z"), (4, "a", "2024-01-09 00:00:00Z"), (5, "a", "2024-01-09 12:00:00Z"))
    assert ids(source) == [1, 2, 3, 4, 5]
    postgres.log((2, "a", "2024-01-10Z"))  # in the database twice, so here too
    assert ids(source) == [1, 2, 2, 3, 4, 5]


def test_rows_without_an_instant_or_ahead_of_the_clock_keep_nothing_back(postgres: Postgres, source: Source) -> None:
    postgres.run("INSERT INTO usage.log VALUES (1, 'a', '2024-01-01Z', NULL)")
    postgres.log((2, "a", "2024-01-02Z"), (3, "a", "2999-01-01Z"))
    assert ids(source) == [1, 2, 3]
    postgres.log((4, "a", f"{datetime.now(UTC) - timedelta(minutes=1)}"))
    assert ids(source) == [1, 2, 3, 4]


def test_an_empty_table_is_a_sentence(postgres: Postgres, source: Source) -> None:
    bring_up_to_date(source, None)
    with pytest.raises(Problem, match="holds no rows for events"):
        open_source(source)


def test_another_mapping_pulls_anew(postgres: Postgres, source: Source, tmp_path: Path) -> None:
    postgres.log((1, "a", "2024-01-01Z"), (2, "a", "2024-01-10Z"))
    assert ids(source) == [1, 2]
    (tmp_path / "small.yaml").write_text(YAML.replace("      value: amount\n", ""), encoding="utf-8")
    assert ids(read_source(tmp_path / "small.yaml")) == [1, 2]
    columns = duckdb.sql(f"DESCRIBE FROM read_parquet('{source.path}/pulled/events/*.parquet', union_by_name = true)")
    assert [row[0] for row in columns.fetchall()] == ["id", "who", "at", "seen", "about"]


def test_what_an_interrupted_pull_left_is_mended(postgres: Postgres, source: Source) -> None:
    postgres.log((1, "a", "2024-01-01Z"), (2, "a", "2024-01-10Z"))
    assert ids(source) == [1, 2]
    folder = source.path / "pulled" / "events"
    (folder / "sealed-left-over.parquet").write_bytes(next(folder.glob("sealed-*")).read_bytes())
    (folder / "open.parquet").unlink()
    assert ids(source) == [1, 2]
    (folder / "pulled.json").write_text("{")
    assert ids(source) == [1, 2]


def test_a_lost_connection_is_a_sentence_and_leaves_the_copy(
    postgres: Postgres, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.log((1, "a", "2024-01-01Z"), (2, "a", "2024-01-10Z"))
    assert ids(source) == [1, 2]
    folder = source.path / "pulled" / "events"
    before = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    postgres.run("INSERT INTO usage.log SELECT i, 'a', now(), now() FROM generate_series(10, 1000000) AS i")
    batches = Table.batches

    def lost(table: Table, columns: list[str], condition: str) -> Iterator[object]:
        """The batches, of which the first is the last one before the server is gone."""
        stream = batches(table, columns, condition)
        yield next(stream)
        if "seen" in columns:
            postgres.stop()
        yield from stream

    monkeypatch.setattr(Table, "batches", lost)
    try:
        with pytest.raises(
            Problem, match=r"^Table usage\.log of the database in OUR_DATABASE cannot be read \(server closed"
        ):
            bring_up_to_date(source, None)
    finally:
        postgres.start()
    assert {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()} == before
    assert [file for file in folder.iterdir() if file.is_dir()] == []
    monkeypatch.undo()
    monkeypatch.setenv("OUR_DATABASE", postgres.url)
    assert len(ids(source)) == 2 + 999_991


def test_while_a_run_is_going_on_the_copy_it_reads_stays(postgres: Postgres, source: Source, tmp_path: Path) -> None:
    experiment = SimpleNamespace(published=tmp_path / "published")
    job = SimpleNamespace(experiment=experiment, source=source, data=None)
    with alone(experiment.published):
        assert fetched(job) is job
        assert not (source.path / "pulled").exists()
    fetched(job)
    assert (source.path / "pulled").exists()
