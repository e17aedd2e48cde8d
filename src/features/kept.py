"""What is kept of a log between runs: its weekly cells and its weekly snapshot table, as Parquet, week upon week.

The next run reads the events that arrived since, adds their cells and the as-of dates they complete; what was kept is
never changed, for an as-of date sees only what was known before it. Anything else that could change a value (the
source's YAML, the code, a library, history itself) makes the whole be built anew.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl

from leadline.experiment import Calendar
from leadline.features.calendar import as_of_dates
from leadline.features.catalogue import catalogue
from leadline.features.cells import module_cells, user_cells
from leadline.features.dataset import everyone, first_known, log_of, with_terms
from leadline.features.engine import DuckDBEngine, Frame, PolarsEngine
from leadline.features.forgotten import Forgotten
from leadline.features.indicator import Catalogue
from leadline.features.pseudonym import People
from leadline.features.snapshots import Cells, Log, available, phases_of, snapshot_frame
from leadline.features.sources import Earlier, Source, Tables, events_known_before, open_source
from leadline.problem import Problem

EVENTS_A_BLOCK = 25_000_000  # what one pass over the log holds in memory
NOTE = "kept.json"
# the code on which cells depend, and that on which the table made of them does
MAPPING = (
    *("sources", "contract", "contract_columns", "actions", "mapping", "scan", "csv_files", "sql_text", "fields"),
    *("given", "expressions", "casts", "units", "pseudonym", "forgotten"),
)
READING = ("cells", "engine", "candidate", "quarantine", "repeats", "breaches", *MAPPING)
DERIVING = (*("accounts", "members", "windows", "states", "snapshots", "series", "measures", "dataset"),
            *("indicator", "catalogue", "indicators/*"))  # fmt: skip


@dataclass(frozen=True)
class Note:
    """What the folder holds: of the events known before `until`, `rows` of them in the files; `cells` and `table` say
    what the two depend on beside; whether any event gave a duration, and the indicators in the table."""

    until: str
    rows: int
    cells: str
    table: str
    durations: bool
    indicators: list[str]


@dataclass(frozen=True)
class Kept:
    """A folder with the cells, the snapshot table, and a note of what they were made from."""

    folder: Path

    def note(self) -> Note | None:
        """What was noted; None where there is nothing, or it cannot be read."""
        try:
            return Note(**json.loads((self.folder / NOTE).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def files(self, name: str) -> list[str]:
        """The Parquet files of one kept table, oldest first."""
        return sorted(str(file) for file in (self.folder / name).glob("*.parquet"))

    def forget_after(self, until: str) -> None:
        """Remove what an interrupted run added and never noted."""
        added = [file for file in self.folder.glob("*/*.parquet") if file.stem > until[:10]]
        for file in added:
            file.unlink()

    def add(self, name: str, label: str, rows: Frame) -> None:
        """Add rows to a kept table."""
        (self.folder / name).mkdir(parents=True, exist_ok=True)
        rows.sink_parquet(self.folder / name / f"{label}.parquet")

    def replace(self, name: str, frame: pd.DataFrame) -> None:
        """Keep a small table in place of the one before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        frame.to_parquet(self.folder / f"{name}.parquet")

    def earlier(self, since: datetime) -> Earlier:
        """What was found of the events known before, which need not be read again."""
        known, actions = (pd.read_parquet(self.folder / f"{name}.parquet") for name in ("known", "actions"))
        return Earlier(since, known, actions)


def weekly_table(source: Source, data: Path | None, folder: Path) -> list[str]:
    """The files of a source's weekly snapshot table (sorted by as_of, account_id), brought up to date.

    Every account known at each week's start (Monday, UTC) from the log's first week on, the whole catalogue.
    """
    kept, cells, table = Kept(folder), _key(source, data, READING), _key(source, data, READING + DERIVING)
    note = kept.note()
    if note and (note.cells != cells or note.rows != events_known_before(source, data, _instant(note))):
        note = None
    if note is None:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        kept.forget_after(note.until)
    tables = open_source(source, data, earlier=kept.earlier(_instant(note)) if note else None)
    log = log_of(tables, with_terms(tables.relations))
    if note and note.durations:  # the events read anew may give none, and the log still did
        log = replace(log, some_durations_given=True)
    indicators = available(catalogue(log.modules), log)
    if note and (note.table, note.indicators) != (table, list(indicators)):
        shutil.rmtree(folder / "snapshots", ignore_errors=True)
    since = pd.Timestamp(note.until) if note else None
    dates = as_of_dates(Calendar(), first_known(tables), pd.Timestamp(tables.known_until), "week")
    if since is None or dates[-1] > since:
        _add_cells(kept, tables, log, dates[-1], since)
    missing = dates[dates > since] if since is not None and kept.files("snapshots") else dates
    if len(missing):
        _add_snapshots(kept, log, everyone(tables.relations, missing), indicators)
        rows = events_known_before(source, data, dates[-1].to_pydatetime())
        # asked again, for a key may have been made while the source was opened
        cells, table = (_key(source, data, code) for code in (READING, READING + DERIVING))
        _write(folder, Note(str(dates[-1]), rows, cells, table, log.some_durations_given, list(indicators)))
    if not kept.files("snapshots"):
        raise Problem(f"The log of {source.name} ends before its second week begins; there is nothing to look back on.")
    return kept.files("snapshots")


def _add_cells(kept: Kept, tables: Tables, log: Log, until: pd.Timestamp, since: pd.Timestamp | None) -> None:
    """Add the cells of the events known before `until`, and what was found of them."""
    engine = DuckDBEngine()
    try:
        for label, block in _blocks(tables, log.frames["events"], until, since):
            events, phases = engine.in_microseconds(block), phases_of(pd.DataFrame({"as_of": [until]}))
            users = user_cells(engine, events, phases, log.core, log.views, log.some_sessions_given)
            kept.add("users", label, users)
            kept.add("modules", label, module_cells(engine, events, phases))
            engine.close()
    finally:
        engine.close()
    kept.replace("known", duckdb.sql(f"FROM {tables.first_known}").df())
    kept.replace("actions", tables.actions)


def _add_snapshots(kept: Kept, log: Log, grid: pd.DataFrame, indicators: Catalogue) -> None:
    """Add the snapshots of all accounts at the dates of the grid."""
    if grid.empty:
        return
    cells = Cells(*(nw.from_native(pl.scan_parquet(kept.files(name))) for name in ("users", "modules")))
    table = snapshot_frame(PolarsEngine(), log, cells, grid, indicators).sort("as_of", "account_id")
    kept.add("snapshots", f"{grid['as_of'].max():%Y-%m-%d}", table)


def _blocks(
    tables: Tables, events: Frame, until: pd.Timestamp, since: pd.Timestamp | None
) -> Iterator[tuple[str, Frame]]:
    """The events known before `until`, in blocks of whole weeks of arrival, each with a label that sorts."""
    rows = int(tables.rows.loc[tables.rows["table"] == "events", "rows_used"].sum())
    first = since or until - pd.Timedelta(weeks=-(-(until - first_known(tables)) // pd.Timedelta(weeks=1)))
    weeks = max(1, round((until - first) / pd.Timedelta(weeks=1)))
    step = max(1, -(-weeks * EVENTS_A_BLOCK // max(rows, 1)))
    starts = [first + pd.Timedelta(weeks=week) for week in range(0, weeks, step)]
    for start, end in zip(starts, [*starts[1:], until], strict=True):
        known = nw.col("received_at")
        inside = (known < end.to_pydatetime()) & (known >= start.to_pydatetime())
        yield f"{end:%Y-%m-%d}", events.filter(inside)


def _instant(note: Note) -> datetime:
    return datetime.fromisoformat(note.until)


def _write(folder: Path, note: Note) -> None:
    (folder / NOTE).write_text(json.dumps(asdict(note), indent=2), encoding="utf-8")


def _key(source: Source, data: Path | None, code: tuple[str, ...]) -> str:
    """What values depend on beside the events: settings, where the files lie, code and libraries."""
    digest = hashlib.sha256(source.model_dump_json().encode())
    digest.update(str((data or source.path).resolve()).encode())
    digest.update((People(source.root).fingerprint + Forgotten(source.root, source.name).fingerprint).encode())
    files = sorted(file for pattern in code for file in Path(__file__).parent.glob(f"{pattern}.py"))
    for part in (*(file.read_bytes() for file in files), *(version(n).encode() for n in ("duckdb", "narwhals"))):
        digest.update(part)
    return digest.hexdigest()
