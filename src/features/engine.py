"""Where Narwhals expressions run: DuckDB in this process, or a plain pandas frame."""

from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import duckdb
import narwhals as nw
import pandas as pd

Frame = Any  # a Narwhals frame, lazy or not: the expressions are the same
EPOCH = datetime(1970, 1, 1)
_numbers = count()


class Engine(Protocol):
    """The little in which backends differ."""

    def table(self, frame: pd.DataFrame) -> Frame:
        """A small pandas frame as a frame of this engine."""

    def keep(self, frame: Frame) -> Frame:
        """The same frame, computed once and read many times."""

    def collect(self, frame: Frame) -> pd.DataFrame:
        """The result as pandas."""

    def in_microseconds(self, frame: Frame) -> Frame:
        """The same frame with every instant as microseconds since 1970, for exact arithmetic on every engine."""

    def write(self, frame: Frame, path: Path) -> Frame:
        """Write a frame as Parquet in place of what lay there; the frame that reads it."""

    def read(self, path: Path) -> Frame:
        """A Parquet file, or a folder of them."""


def in_microseconds(frame: Frame) -> Frame:
    """Every instant of a frame as microseconds since 1970."""
    instants = [name for name, kind in frame.collect_schema().items() if kind == nw.Datetime]
    return (
        frame
        if not instants
        else frame.with_columns(*((nw.col(n) - nw.lit(EPOCH)).dt.total_microseconds().alias(n) for n in instants))
    )


class PandasEngine:
    """Plain pandas frames: tests and notebook cells."""

    def table(self, frame: pd.DataFrame) -> Frame:
        return nw.from_native(frame)

    def keep(self, frame: Frame) -> Frame:
        return frame

    def collect(self, frame: Frame) -> pd.DataFrame:
        return frame.to_native().reset_index(drop=True)

    def in_microseconds(self, frame: Frame) -> Frame:
        return in_microseconds(frame)

    def write(self, frame: Frame, path: Path) -> Frame:
        frame.to_native().to_parquet(path)
        return self.read(path)

    def read(self, path: Path) -> Frame:
        return nw.from_native(pd.read_parquet(path))


class DuckDBEngine:
    """DuckDB's default connection; what is kept are temporary tables, dropped by `close`."""

    def __init__(self) -> None:
        self._tables: list[str] = []

    def table(self, frame: pd.DataFrame) -> Frame:
        return self._stored(duckdb.from_df(frame))

    def keep(self, frame: Frame) -> Frame:
        return self._stored(frame.to_native())

    def collect(self, frame: Frame) -> pd.DataFrame:
        return frame.to_native().df()

    def in_microseconds(self, frame: Frame) -> Frame:
        return in_microseconds(frame)

    def write(self, frame: Frame, path: Path) -> Frame:
        frame.to_native().write_parquet(str(path), compression="zstd", overwrite=True)
        return self.read(path)

    def read(self, path: Path) -> Frame:
        files = str(path / "*.parquet") if path.is_dir() else str(path)
        return nw.from_native(duckdb.read_parquet(files))

    def close(self) -> None:
        """Drop the temporary tables."""
        while self._tables:
            duckdb.execute(f'DROP TABLE IF EXISTS "{self._tables.pop()}"')

    def _stored(self, relation: duckdb.DuckDBPyRelation) -> Frame:
        # a relation holds no result in DuckDB 2: without a table each reader would compute it again
        name = f"leadline_kept_{next(_numbers)}"
        self._tables.append(name)
        duckdb.execute(f'CREATE TEMP TABLE "{name}" AS {relation.sql_query()}')
        return nw.from_native(duckdb.table(name))
