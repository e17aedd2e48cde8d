"""Writing the snapshot table: from pairs, from what is kept, or on Spark; whole or not at all."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow.parquet as pq

from leadline.features.catalogue import catalogue
from leadline.features.dataset import first_known, log_of, pairs_table, with_terms
from leadline.features.kept import weekly_table
from leadline.features.pairs import read_pairs, weekly_pairs
from leadline.features.snapshots import available, cells_of, phases_of, snapshot_frame
from leadline.features.sources import Source, open_source
from leadline.runs.unfinished import unfinished

Size = tuple[int, int]  # rows, columns


def of_pairs(source: Source, out: Path, data: Path | None, pairs: Path) -> Size:
    """Write the indicators of the pairs in a file, in their order."""
    tables = open_source(source, data)
    table = pairs_table(tables, catalogue(source.modules), read_pairs(pairs))
    with unfinished(out) as file:
        table.to_parquet(file)
    return table.shape


def of_every_week(source: Source, out: Path, data: Path | None, kept: Path) -> Size:
    """Write the weekly table, of which only what is new is derived; the rest was kept."""
    files = weekly_table(source, data, kept)
    with unfinished(out) as file:
        pl.scan_parquet(files).sink_parquet(file)
    written = pq.read_metadata(out)
    return written.num_rows, written.num_columns


def on_spark(source: Source, out: Path, data: Path | None, _: Path) -> Size:
    """Write the weekly table by Spark: a folder of part files, of which none passes through this process."""
    from leadline.features.spark import SparkEngine  # late, for it starts a Java
    from leadline.features.spark_source import parquet_frames

    tables = open_source(source, data)
    relations, engine = with_terms(tables.relations), SparkEngine()
    try:
        with TemporaryDirectory(dir=os.environ.get("LEADLINE_SPARK_FOLDER")) as folder, unfinished(out) as made:
            log = replace(log_of(tables, relations), frames=parquet_frames(engine, relations, Path(folder)))
            grid = weekly_pairs(tables, first_known(tables))
            cells = cells_of(engine, log, phases_of(grid))
            table = snapshot_frame(engine, log, cells, grid, available(catalogue(source.modules), log))
            columns = len(engine.write(table.sort("as_of", "account_id"), made).collect_schema())
        return len(grid), columns
    finally:
        engine.close()


ENGINES: dict[str, Callable[[Source, Path, Path | None, Path], Size]] = {
    "duckdb": of_every_week,
    "spark": on_spark,
}
