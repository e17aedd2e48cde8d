"""Bringing the local copy of a database's tables up to date, so that all further reading is of files.

The log is pulled by the column that says when a row was known. What was known more than a day before is sealed: it is
in files that are never written again. What is younger, to which transactions may still be adding, is in one file that
each pull replaces; so no row is lost, and none is there twice. Other tables are pulled whole.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from filelock import FileLock

from leadline.features.contract import CONTRACT
from leadline.features.database import Table, connected
from leadline.features.fields import holder
from leadline.features.mapping import TableMapping
from leadline.features.scan import near_miss
from leadline.features.sources import Source
from leadline.features.sql_text import literal, quoted
from leadline.problem import Problem
from leadline.runs.alone import going_on
from leadline.runs.job import Job

LATE = 86_400_000_000  # microseconds: how much later than its column says a row may be committed
CALENDAR = 300_000_000_000_000_000  # microseconds to either end of what calendars can say
NOTE = "pulled.json"
OPEN = "open.parquet"

Sort = Callable[[pa.RecordBatch], pa.Array]  # which rows of a batch are old


@dataclass(frozen=True)
class Note:
    """What is sealed: what it was pulled with, up to which instant (microseconds since 1970), in which files."""

    what: str
    until: int | None
    sealed: list[str]


def fetched(job: Job) -> Job:
    """A run, with the local copy of what its source has in databases brought up to date; not while another run of the
    experiment is going on, which reads that copy."""
    if not going_on(job.experiment.published):
        bring_up_to_date(job.source, job.data)
    return job


def bring_up_to_date(source: Source, data: Path | None) -> None:
    """Pull what is new in the databases of a source; where that cannot be, a Problem, and the copy stays as it was."""
    for name, mapping in source.tables.items():
        if mapping.database:
            with connected(mapping.database) as table:
                folder = (data or source.path) / "pulled" / name
                folder.mkdir(parents=True, exist_ok=True)
                with FileLock(folder / ".lock"):
                    _pull(table, mapping, name, folder)


def _pull(table: Table, mapping: TableMapping, name: str, folder: Path) -> None:
    """Replace the open file by what was known since the last seal, and seal what is old of that."""
    schema = _wanted(table, mapping, name)
    by = _instants(schema, mapping.grows_by(CONTRACT[name]))
    what = hashlib.sha256(f"{mapping.database!r} {by} {schema}".encode()).hexdigest()
    noted = _note(folder)
    note = noted if noted.what == what else Note(what, None, [])
    until = _sealable(table, by, note.until) if by else None
    known = f"{quoted(by.name)} >= {_literal(by, note.until)} OR {quoted(by.name)} IS NULL" if by and note.until else ""
    with TemporaryDirectory(dir=folder) as made:
        old, young = Path(made) / "old", Path(made) / "young"
        is_old = _before(by, until) if by and until is not None else _nothing
        sealed = _write(table.batches(schema.names, known or "true"), schema, is_old, old, young, table.where)
        names = [*note.sealed, f"sealed-{what[:8]}-{until}.parquet"] if sealed else note.sealed
        if sealed:
            old.replace(folder / names[-1])
        young.replace(folder / OPEN)
    note = Note(what, until, names)
    _write_note(folder, note)
    _remove_others(folder, note)


def _wanted(table: Table, mapping: TableMapping, name: str) -> pa.Schema:
    """The columns that the mapping reads; a Problem where one is not there, or cannot be read as it is."""
    there = table.schema()
    for cell in mapping.columns.values():
        if (
            cell.column
            and not cell.optional
            and cell.column not in there.names
            and holder(cell.column) not in there.names
        ):
            miss = near_miss(cell.column, there.names)
            raise Problem(f"{table.where} has no column {cell.column}{miss}; there is {', '.join(there.names)}.")
    reads = {part for one in mapping.reads(CONTRACT[name]) for part in (one, holder(one))}
    wanted = [field for field in there if field.name in reads]
    for field in wanted:
        kind = (field.metadata or {}).get(b"POSTGRESQL:type", str(field.type).encode()).decode()
        if kind in ("money", "interval"):
            raise Problem(f"{table.where}: {field.name} is {kind}, which has no exact copy; make it numeric in a view.")
    return pa.schema([field.remove_metadata() for field in wanted])


def _instants(schema: pa.Schema, name: str | None) -> pa.Field | None:
    """The column of instants by which a log grows, if it has one."""
    field = schema.field(name) if name in schema.names else None
    return field if field is not None and pa.types.is_timestamp(field.type) else None


def _sealable(table: Table, by: pa.Field, before: int | None) -> int | None:
    """Up to which instant what is known will not change: a day before the newest that is not ahead of the clock."""
    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    newest = table.newest(by.name, _literal(by, now)).cast(pa.timestamp("us", by.type.tz)).value
    sealable = [instant for instant in (before, newest and newest - LATE) if instant is not None]
    return max(sealable, default=None)


def _literal(by: pa.Field, instant: int) -> str:
    """An instant as the database reads it beside a column."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)
    return literal(at.isoformat(sep=" ") if by.type.tz else at.replace(tzinfo=None).isoformat(sep=" "))


def _before(by: pa.Field, until: int) -> Sort:
    limit = pa.scalar(until, pa.timestamp("us", by.type.tz)).cast(by.type)
    return lambda batch: pc.fill_null(pc.less(batch.column(by.name), limit), False)


def _nothing(batch: pa.RecordBatch) -> pa.Array:
    return pa.repeat(False, batch.num_rows)


def _write(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, is_old: Sort, old: Path, young: Path, where: str
) -> int:
    """Write rows to one of two files as they come; how many of them are old."""
    sealed = 0
    with ExitStack() as files:
        aside, kept = (files.enter_context(pq.ParquetWriter(file, schema)) for file in (old, young))
        for batch in batches:
            rows = pa.RecordBatch.from_arrays(batch.columns, schema=schema)
            _refuse_infinity(rows, where)
            mask = is_old(rows)
            sealed += pc.sum(mask).as_py() or 0
            aside.write_batch(rows.filter(mask))
            kept.write_batch(rows.filter(pc.invert(mask)))
    return sealed


def _refuse_infinity(rows: pa.RecordBatch, where: str) -> None:
    """Raise a Problem where an instant is none: the driver makes some other instant of `infinity`."""
    for field in rows.schema:
        if pa.types.is_timestamp(field.type):
            instants = rows.column(field.name).cast(pa.timestamp("us", field.type.tz), safe=False)
            ends = pc.min_max(instants.cast(pa.int64()))
            if max(abs(ends[end].as_py() or 0) for end in ("min", "max")) > CALENDAR:
                raise Problem(f"{where}: {field.name} is infinity in some rows; make that empty in a view.")


def _note(folder: Path) -> Note:
    """What is sealed already."""
    try:
        return Note(**json.loads((folder / NOTE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Note("", None, [])


def _remove_others(folder: Path, note: Note) -> None:
    """Remove sealed files that are not noted: of another mapping, or of a pull that was interrupted."""
    for file in folder.glob("sealed-*.parquet"):
        if file.name not in note.sealed:
            file.unlink()


def _write_note(folder: Path, note: Note) -> None:
    """Replace the note at once, so that there is always a whole one."""
    made = folder / f"{NOTE}.new"
    made.write_text(json.dumps(asdict(note)), encoding="utf-8")
    made.replace(folder / NOTE)
