"""An export of the demo company to spoil, as CSV or Parquet, and what may come of reading it."""

import csv
import gzip
import io
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import yaml

from leadline.features.sources import Tables, open_source, read_source
from leadline.simulate.settings import SimulationSettings
from leadline.simulate.write import simulate

NOW = datetime(2023, 10, 9)  # the Monday after the last week written
OPTIONAL = ("tickets", "surveys", "invoices", "referrals", "interventions")
TABLES = ("accounts", "users", "events", "subscriptions", *OPTIONAL)
ACTIONS = {
    "core": ["create_report", "share_report", "run_workflow", "build_dashboard", "sync_data", "comment"],
    "view": ["view", "search"],
    "other": ["login", "export", "invite_user", "edit_settings"],
}
Row = list[str]


@dataclass
class Export:
    """A folder of CSV files and the YAML that maps them; `files` says in what file each table lies, `keys` what else
    the YAML says of it."""

    folder: Path
    files: dict[str, str] = field(default_factory=lambda: {table: f"{table}.csv" for table in TABLES})
    keys: dict[str, dict[str, object]] = field(default_factory=dict)

    def file(self, table: str) -> Path:
        """The file of a table."""
        return self.folder / self.files[table]

    def rows(self, table: str) -> list[Row]:
        """The lines of a table's CSV file, its head first."""
        return _parsed(self.file(table))

    def put(self, table: str, rows: Iterable[Row], name: str = "", **form: object) -> None:
        """Write the lines of a table as CSV, in some form of the csv module's."""
        text = io.StringIO()
        csv.writer(text, **form).writerows(rows)
        self.put_bytes(table, text.getvalue().encode(), name)

    def put_bytes(self, table: str, content: bytes, name: str = "") -> None:
        """Write a table's file as it is to be, under another name if one is given."""
        if name:
            self.file(table).unlink(missing_ok=True)
            self.files[table] = name
        self.file(table).write_bytes(content)

    def only(self, table: str) -> None:
        """Map accounts, events and this table alone, which is quicker to read."""
        self.files = {name: file for name, file in self.files.items() if name in ("accounts", "events", table)}

    def described(self, max_share: float) -> Path:
        """Write the YAML of it; so large a share of a table's rows may be broken."""
        tables = {t: {"file": f, "optional": t in OPTIONAL, **self.keys.get(t, {})} for t, f in self.files.items()}
        said = {"about": "Spoilt.", "folder": self.folder.name, "tables": tables, "actions": ACTIONS}
        path = self.folder.parent / "spoilt.yaml"
        path.write_text(yaml.safe_dump({**said, "quarantine": {"max_share": max_share}}), encoding="utf-8")
        return path

    def open(self, max_share: float) -> Tables:
        """Open it as of the Monday after its last week."""
        return open_source(read_source(self.described(max_share)), now=NOW)

    def rows_there(self, table: str) -> int:
        """How many rows a table's files hold, counted without the reader under test."""
        file = "events.csv" if "table" in self.keys.get(table, {}) else self.files[table]
        return sum(map(_count, self.folder.glob(file)))


def write_export(folder: Path) -> None:
    """Simulate a small company: raw/TABLE.csv, and parquet/TABLE.parquet beside it."""
    simulate(folder / "parquet", SimulationSettings(accounts=40, weeks=40, events_per_user_week=0.6))
    (folder / "raw").mkdir()
    for table in TABLES:
        parquet, text = folder / "parquet" / f"{table}.parquet", folder / "raw" / f"{table}.csv"
        duckdb.execute(f"COPY (FROM '{parquet}') TO '{text}' (HEADER)")


def copied(export: Path, to: Path) -> Export:
    """A copy of an export that may be spoilt."""
    shutil.copytree(export, to, dirs_exist_ok=True)
    return Export(to / "raw")


Spoil = Callable[[Export], None]


@dataclass(frozen=True)
class Harmless:
    """It reads as if nothing had been done to it."""


@dataclass(frozen=True)
class Kept:
    """Every row is used, with the value that was put into it."""


@dataclass(frozen=True)
class Quarantined:
    """So many rows are set apart, all for one reason; every other row is as it was."""

    column: str
    reason: str
    rows: int


@dataclass(frozen=True)
class Refused:
    """It is refused in a sentence that holds these words."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of corruption: its name, what does it, what must come of it."""

    name: str
    spoil: Spoil
    outcome: Harmless | Kept | Quarantined | Refused


def refused(*words: str) -> Refused:
    """It is refused in a sentence that holds these words."""
    return Refused(words)


def _count(file: Path) -> int:
    if file.suffix == ".parquet":
        return int(pq.ParquetFile(file).metadata.num_rows)
    return len(_parsed(file)) - 1


def _parsed(file: Path) -> list[Row]:
    csv.field_size_limit(10_000_000)
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    text = content.decode("utf-8-sig")
    delimiter = max(",;\t|", key=text.partition("\n")[0].count)
    return list(_filled(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))


def _filled(rows: Iterable[Row]) -> Iterator[Row]:
    """Without blank lines, which hold no row."""
    return (row for row in rows if row)
