"""A checked source on Spark: DuckDB maps and checks its files as ever, and hands its tables over as Parquet."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from leadline.features.engine import Frame
from leadline.features.sources import Tables
from leadline.features.spark import SparkEngine


def contract_frames(engine: SparkEngine, tables: Tables, folder: Path) -> dict[str, Frame]:
    """The tables of an opened source on Spark, written once to `folder`, which every machine of Spark must see."""
    return parquet_frames(engine, tables.relations, folder)


def parquet_frames(
    engine: SparkEngine, relations: Mapping[str, duckdb.DuckDBPyRelation], folder: Path
) -> dict[str, Frame]:
    """Each relation as <name>.parquet in `folder`, in place of what lay there, read by Spark.

    DuckDB streams the rows, so a log may be larger than memory; instants are naive UTC, in microseconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    frames = {}
    for name, relation in relations.items():
        file = folder / f"{name}.parquet"
        relation.write_parquet(str(file), compression="zstd", overwrite=True)
        frames[name] = engine.read(file)
    return frames
