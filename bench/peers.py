"""Who is measured on a log, and what it took: one row each."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq

from bench import ours
from bench.contract import contract_tables
from bench.floor import grouping, grouping_written
from bench.logs import Log
from bench.measure import Measured, median, repeated
from bench.pandas_peer import in_pandas
from bench.subset import compared, in_featuretools, ours_alike

DUCKDB, OURS, PANDAS, FEATURETOOLS = PEERS = ("duckdb", "ours", "pandas", "featuretools")
MOST_IN_PANDAS = 20_000_000  # events; at more, their text alone fills the memory of a laptop
FLOOR, WRITTEN = "DuckDB, bare grouping", "DuckDB, whole process, written"
FULL, WEEK = "Leadline, whole log", "Leadline, one more week"
IN_PANDAS, ALIKE = "pandas, the same indicators", "Leadline, what featuretools can"
IN_FEATURETOOLS = "featuretools"
KEYS = 2


@dataclass(frozen=True)
class Row:
    """What one way of computing took on one log; NaN where it was not measured, and the note says why."""

    log: str
    events: int
    who: str
    seconds: float
    peak_bytes: float
    rows: int = 0
    columns: int = 0
    times: int = 0
    note: str = ""


def measured_on(log: Log, peers: set[str], featuretools: bool, work: Path) -> Iterator[Row]:
    """The rows of a log: the floor before and after ours, then those who take long."""
    row = Row(log.name, pq.read_metadata(log.path).num_rows, "", float("nan"), float("nan"))
    before = _floor(log) if DUCKDB in peers else []
    if OURS in peers:
        yield _row(row, FULL, lambda out: ours.full(log, out, work), work)
        yield _row(row, WEEK, lambda out: ours.incremental(log, out, work), work)
    if DUCKDB in peers:
        floors = [*before, *_floor(log)]
        yield replace(_told(row, FLOOR, floors), rows=floors[0].said["rows"], note=_range(floors))
        written = _row(row, WRITTEN, lambda out: repeated(lambda: grouping_written(log, str(out))), work)
        yield replace(written, columns=0)
    if PANDAS in peers:
        yield _pandas(log, row, work)
    if featuretools:
        yield from _featuretools(log, row, work)


def _floor(log: Log) -> list[Measured]:
    return repeated(lambda: grouping(log))


def _pandas(log: Log, row: Row, work: Path) -> Row:
    if row.events > MOST_IN_PANDAS:
        return replace(row, who=IN_PANDAS, note="left out: does not fit in memory")
    return _by_dates(row, IN_PANDAS, lambda out: in_pandas(contract_tables(log, work), out), work)


def _featuretools(log: Log, row: Row, work: Path) -> Iterator[Row]:
    yield _row(row, ALIKE, lambda out: repeated(lambda: ours_alike(log, out, work)), work)
    theirs = _by_dates(row, IN_FEATURETOOLS, lambda out: in_featuretools(log, out, work), work)
    same = compared(_out(ALIKE, work), _out(IN_FEATURETOOLS, work))
    equal = f"values equal Leadline's in all {same} columns"
    yield replace(theirs, note="; ".join(filter(None, (theirs.note, equal))))


def _by_dates(row: Row, who: str, measure: Callable[[Path], Measured], work: Path) -> Row:
    """Somebody who goes date by date, and may have computed a sample of them."""
    runs: list[Measured] = []
    told = _row(row, who, lambda out: runs.append(measure(out)) or runs, work)
    dates, every, rows = (runs[0].said[name] for name in ("dates", "of", "rows"))
    sample = "" if dates == every else f"scaled up from {dates} of {every} as-of dates"
    return replace(told, rows=rows, note=sample)


def _row(row: Row, who: str, measure: Callable[[Path], list[Measured]], work: Path) -> Row:
    """Measure and count what was written."""
    print(f"{row.log}: {who} ...", file=sys.stderr)
    out = _out(who, work)
    told = _told(row, who, measure(out))
    written = pq.read_metadata(out)
    return replace(told, rows=written.num_rows, columns=written.num_columns - KEYS)


def _told(row: Row, who: str, runs: list[Measured]) -> Row:
    middle = median(runs)
    print(f"{row.log}: {who}: {middle.seconds:.2f} s, {middle.peak_bytes / 1e9:.2f} GB", file=sys.stderr)
    return replace(row, who=who, seconds=middle.seconds, peak_bytes=middle.peak_bytes, times=len(runs))


def _range(runs: list[Measured]) -> str:
    times = [run.seconds for run in runs]
    return f"before and after Leadline: {min(times):.2f} to {max(times):.2f} s"


def _out(who: str, work: Path) -> Path:
    return work / f"{''.join(c if c.isalpha() else '-' for c in who.lower())}.parquet"
