"""A table as it lies in a folder: which files hold it, its columns and their types."""
# ruff: noqa: S608

import hashlib
import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from leadline.problem import Problem

# Left to itself, the CSV reader skips lines it takes for a preamble or a comment, and says nothing; the JSON reader
# guesses types from the first lines. So all of CSV is read as text, and a row of JSON as it is written.
READERS = {
    ".parquet": "read_parquet({files}, union_by_name = true)",
    ".csv": "read_csv({files}, union_by_name = true, all_varchar = true, header = true, skip = 0, comment = '')",
    ".json": "read_json_objects({files})",
}
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


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """An SQL string."""
    return "'" + value.replace("'", "''") + "'"


def instant(at: datetime) -> str:
    """An SQL timestamp."""
    return f"TIMESTAMP {literal(str(at))}"


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
        said = "; ".join(line.strip() for line in str(error).strip().splitlines()[:3])
        raise Problem(f"{where} cannot be read ({said}); export it again, or mend that place.") from None


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
    sql = _database_table(files[0], table, where) if table else _reader(files)
    described = rows_of(f"DESCRIBE SELECT * FROM {sql}", where)
    if not table and _kind(files[0]) == ".json":
        return Scan(where, sql, {}, document="json")
    return Scan(where, sql, {name: kind for name, kind, *_ in described})


def _files(folder: Path, file: str) -> list[Path]:
    if not folder.is_dir():
        raise Problem(f"Folder {folder} does not exist; put the export there, or name its folder with --data.")
    files = sorted(folder.glob(file))
    if not files:
        there = sorted(p.name for p in folder.iterdir())
        listed = ", ".join(there[:20]) or "nothing"
        raise Problem(f"{folder} holds no {file}{near_miss(file, there)}, there is {listed}; mend file in its YAML.")
    return files


def _kind(file: Path) -> str:
    if ".csv" in file.suffixes:
        return ".csv"
    return ".json" if file.suffix in JSON else file.suffix


def _reader(files: list[Path]) -> str:
    kind = _kind(files[0])
    if kind not in READERS:
        said = "is neither Parquet nor CSV nor JSON; export it so, or give `table:` for a DuckDB file."
        raise Problem(f"{files[0]} {said}")
    return READERS[kind].format(files="[" + ", ".join(literal(str(f)) for f in files) + "]")


def _database_table(file: Path, table: str, where: str) -> str:
    alias = "leadline_" + hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:12]
    with readable(where):
        duckdb.execute(f"ATTACH IF NOT EXISTS {literal(str(file))} AS {alias} (READ_ONLY)")
    listed = f"SELECT table_name FROM information_schema.tables WHERE table_catalog = '{alias}' ORDER BY ALL"
    there = [name for (name,) in rows_of(listed, where)]
    if table not in there:
        raise Problem(f"{file} holds no table {table}{near_miss(table, there)}; there is {', '.join(there)}.")
    return f"{alias}.{quoted(table)}"
