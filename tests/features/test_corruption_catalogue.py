"""Whatever is wrong with an export: rows are set apart and counted, or it is refused in a sentence, or it is read."""

import sys
from pathlib import Path

import corrupt_files
import corrupt_rows
import corrupt_tables
import corrupt_text
import corrupt_values
import duckdb
import pytest
from spoilt_export import TABLES, Export, Harmless, Kept, Kind, Quarantined, Refused, copied, write_export

from leadline import cli
from leadline.features.sources import Tables
from leadline.problem import Problem

CATALOGUES = (corrupt_text, corrupt_files, corrupt_tables, corrupt_values, corrupt_rows)
KINDS = [kind for catalogue in CATALOGUES for kind in catalogue.KINDS]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    write_export(folder)
    for name, relation in Export(folder / "raw").open(max_share=0).relations.items():
        duckdb.execute(f"CREATE OR REPLACE TEMP TABLE whole_{name} AS {relation.sql_query()}")
    return folder


def test_kinds_have_names_of_their_own_and_are_many() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 100


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_a_corruption_is_counted_or_refused_in_a_sentence(tmp_path: Path, whole: Path, kind: Kind) -> None:
    export = copied(whole, tmp_path)
    kind.spoil(export)
    {Harmless: _harmless, Kept: _kept, Quarantined: _quarantined, Refused: _refused}[type(kind.outcome)](export, kind)


def _harmless(export: Export, kind: Kind) -> None:
    tables = _kept(export, kind)
    assert {name: _others(tables, name) for name in tables.relations} == dict.fromkeys(tables.relations, 0)


def _kept(export: Export, kind: Kind) -> Tables:
    tables = export.open(max_share=0)
    _accounted(export, tables)
    assert tables.quarantine.empty
    return tables


def _quarantined(export: Export, kind: Kind) -> None:
    expected = kind.outcome
    tables = export.open(max_share=1)
    _accounted(export, tables)
    found = tables.quarantine[["table", "column", "reason", "rows"]].values.tolist()
    assert found == [[*expected.column.split("."), expected.reason, expected.rows]]
    assert {name: _others(tables, name) for name in tables.relations} == dict.fromkeys(tables.relations, 0)
    with pytest.raises(Problem) as problem:
        export.open(max_share=0)
    said = str(problem.value)
    assert f"{expected.rows:,} of " in said
    assert f"{expected.column} {expected.reason}" in said
    assert "\n" not in said
    assert len(said) < 1000


def _refused(export: Export, kind: Kind) -> None:
    with pytest.raises(Problem) as problem:
        export.open(max_share=0.01)
    said = str(problem.value)
    assert [word for word in kind.outcome.words if word not in said] == [], said
    assert "\n" not in said
    assert len(said) < 1500
    assert said.endswith(".")


def _accounted(export: Export, tables: Tables) -> None:
    """Every row that lies in a file is used, quarantined or excluded, and those used are there."""
    counts = tables.rows.set_index("table")
    assert list(counts.index) == [table for table in TABLES if table in export.files]
    assert counts["rows_in"].to_dict() == {table: export.rows_there(table) for table in counts.index}
    parts = counts[["rows_used", "rows_quarantined", "rows_excluded"]].sum(axis=1)
    assert parts.to_dict() == counts["rows_in"].to_dict()
    there = {t: len(tables.relations[t].select("account_id").fetchall()) for t in counts.index}
    assert there == counts["rows_used"].to_dict()


def _others(tables: Tables, name: str) -> int:
    """How many rows of a table the whole export does not have."""
    more = f"SELECT count(*) FROM (FROM spoilt EXCEPT ALL FROM whole_{name})"
    return tables.relations[name].query("spoilt", more).fetchall()[0][0]


SPOKEN = (
    "a line with a field too few",
    "half a Parquet file",
    "events.account_id is 'nobody'",
    "a byte that is no UTF-8",
)


@pytest.mark.parametrize("name", SPOKEN)
def test_the_command_line_says_it_and_no_more(
    tmp_path: Path, whole: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    export = copied(whole, tmp_path)
    next(kind for kind in KINDS if kind.name == name).spoil(export)
    said = _spoken(capsys, monkeypatch, "check", str(export.described(max_share=0)))
    assert said.startswith(f"leadline: {export.folder}/events")


def _spoken(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    """The one line that a command says when it refuses."""
    monkeypatch.setattr(sys, "argv", ["leadline", *words])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    said = capsys.readouterr()
    assert stopped.value.code == 1
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    return str(said.err)


@pytest.mark.parametrize("words", [["check"], ["usage"], ["features", "--out", "table.parquet"]])
def test_what_is_read_late_and_cannot_be_is_a_sentence_too(
    tmp_path: Path, whole: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    export = copied(whole, tmp_path)
    *lines, last = export.file("events").read_bytes().splitlines()
    spoilt = last.replace(b",workflows,", b",\xff,")
    export.put_bytes("events", b"\n".join([*lines, spoilt]))
    assert spoilt != last
    assert export.open(max_share=0).quarantine.empty
    said = _spoken(capsys, monkeypatch, words[0], str(export.described(max_share=0)), *words[1:])
    assert f"CSV Error on Line: {len(lines) + 1}" in said
    assert f"{export.folder}/events.csv" in said
    assert not (tmp_path / "table.parquet").exists()
