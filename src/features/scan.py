"""A table as it lies in a folder: which files hold it, its columns and their types."""
# ruff: noqa: S608

import hashlib
import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from leadline.features.csv_files import csv_sql
from leadline.features.sql_text import literal, paths, quoted
from leadline.problem import DiskFull, Problem, shown

JSON = (".json", ".jsonl", ".ndjson", ".gz")  # what is packed and says no more is JSON: Segment names its files so
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Scan:
    """What to read: `sql` follows FROM, `types` are its columns' DuckDB types, `where` names it to people.

    A JSON file has no columns of its own: `document` is its row, `beside` the dotted names of what rows hold.
    """

    where: str
    sql: str
    types: dict[str, str]
    document: str | None = None
    beside: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What there is to be mapped."""
        return self.beside or tuple(self.types)


def near_miss(name: str, known: Iterable[str]) -> str:
    """' (did you mean ...?)' where a known name is close, else nothing."""
    known = list(known)
    close = get_close_matches(name.lower(), [k.lower() for k in known], n=1, cutoff=0.6)
    return f" (did you mean {next(k for k in known if k.lower() == close[0])}?)" if close else ""


@contextmanager
def readable(where: str) -> Iterator[None]:
    """Turn what DuckDB says about a file it cannot read into a Problem that names the file."""
    try:
        yield
    except duckdb.Error as error:
        if DiskFull.said in str(error):
            raise DiskFull from None
        raise Problem(f"{where} cannot be read ({_said(str(error))}); export it again, or mend that place.") from None


def _said(error: str) -> str:
    """What DuckDB says of a file, without its advice on settings nobody has here."""
    lines = [line.strip() for line in error.strip().splitlines()]
    if "state machine reached an invalid state" in error:
        lines = ["its lines end in different ways, or it is no CSV at all"]
    file = [line.removeprefix("file = ") for line in lines if line.startswith("file = ")]
    return "; ".join(shown(line, 200) for line in [*lines[:3], *file] if line)


def rows_of(sql: str, where: str) -> list[tuple[Any, ...]]:
    """All rows of a query over a file; a Problem where it cannot be read."""
    with readable(where):
        return duckdb.sql(sql).fetchall()


def keep(sql: str, name: str) -> str:
    """Materialise a query as a temporary table; its quoted name."""
    table = quoted(f"leadline {name} {next(_numbers)}")
    duckdb.execute(f"CREATE TEMP TABLE {table} AS {sql}")
    return table


def scan(folder: Path, file: str, table: str | None = None) -> Scan:
    """Find a file, glob or DuckDB table in a folder and read its columns; a Problem where there is none."""
    where = f"{folder / file}" + (f" (table {table})" if table else "")
    files = _files(folder, file)
    sql = _database_table(files[0], table, where) if table else _reader(files, where)
    described = rows_of(f"DESCRIBE SELECT * FROM {sql}", where)
    if not table and _kind(files[0]) == ".json":
        return Scan(where, sql, {}, document="json")
    return Scan(where, sql, {name: kind for name, kind, *_ in described})


def _files(folder: Path, file: str) -> list[Path]:
    if not folder.is_dir():
        raise Problem(f"Folder {folder} does not exist; put the export there, or name its folder with --data.")
    files = sorted(folder.glob(file))
    files += [folder / file] if (folder / file).is_symlink() and not files else []
    if odd := next((found for found in files if not found.is_file()), None):
        raise Problem(
            f"{odd} is no file but {'a link to nowhere' if odd.is_symlink() else 'a folder'}; mend the export."
        )
    if not files:
        there = sorted(p.name for p in folder.iterdir())
        listed = ", ".join(there[:20]) or "nothing"
        raise Problem(f"{folder} holds no {file}{near_miss(file, there)}, there is {listed}; mend file in its YAML.")
    return files


def _kind(file: Path) -> str:
    if ".csv" in file.suffixes:
        return ".csv"
    return ".json" if file.suffix in JSON else file.suffix


def _reader(files: list[Path], where: str) -> str:
    kinds = {_kind(file): file for file in reversed(files)}
    if len(kinds) > 1:
        named = " and ".join(file.name for file in kinds.values())
        raise Problem(f"{where} stands for files of different kinds ({named}); give a pattern for one of them.")
    (kind,) = kinds
    if kind == ".parquet":
        return f"read_parquet({paths(files)}, union_by_name = true)"
    if kind == ".json":  # a row as it is written: the reader would guess types from the first lines
        return f"read_json_objects({paths(files)})"
    if kind == ".csv":
        with readable(where):
            return csv_sql(files)
    raise Problem(f"{files[0]} is neither Parquet nor CSV nor JSON; export it so, or give `table:` for a DuckDB file.")


def _database_table(file: Path, table: str, where: str) -> str:
    alias = "leadline_" + hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:12]
    with readable(where):
        duckdb.execute(f"ATTACH IF NOT EXISTS {literal(str(file))} AS {alias} (TYPE duckdb, READ_ONLY)")
    listed = f"SELECT table_name FROM information_schema.tables WHERE table_catalog = '{alias}' ORDER BY ALL"
    there = [name for (name,) in rows_of(listed, where)]
    if table not in there:
        raise Problem(f"{file} holds no table {table}{near_miss(table, there)}; there is {', '.join(there)}.")
    return f"{alias}.{quoted(table)}"
