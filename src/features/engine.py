"""Where Narwhals expressions run: DuckDB and Polars in this process, or a plain pandas frame."""

from datetime import datetime
from itertools import count
from typing import Any, Protocol

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl

Frame = Any  # a Narwhals frame, lazy or not: the expressions are the same
EPOCH = datetime(1970, 1, 1)
_numbers = count()


class Engine(Protocol):
    """The little in which backends differ."""

    def table(self, frame: pd.DataFrame) -> Frame:
        """A small pandas frame as a frame of this engine."""

    def take(self, frame: Frame) -> Frame:
        """A frame of the engine before this one (see `after_cells`) as a frame of this engine."""

    def keep(self, frame: Frame) -> Frame:
        """The same frame, computed once and read many times."""

    def collect(self, frame: Frame) -> pd.DataFrame:
        """The result as pandas."""

    def in_microseconds(self, frame: Frame) -> Frame:
        """The same frame with every instant as microseconds since 1970, for exact arithmetic on every engine."""

    def after_cells(self) -> "Engine":
        """The engine for what is made of cells: hundreds of steps over few rows."""


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

    def take(self, frame: Frame) -> Frame:
        return frame

    def keep(self, frame: Frame) -> Frame:
        return frame

    def collect(self, frame: Frame) -> pd.DataFrame:
        return frame.to_native().reset_index(drop=True)

    def in_microseconds(self, frame: Frame) -> Frame:
        return in_microseconds(frame)

    def after_cells(self) -> Engine:
        return self


class PolarsEngine:
    """Polars in this process: it plans a step in next to no time, and its steps share their work."""

    def table(self, frame: pd.DataFrame) -> Frame:
        return nw.from_native(pl.from_pandas(frame).lazy())

    def take(self, frame: Frame) -> Frame:
        """Read a frame of DuckDB (whose sums of whole numbers are wider than any that Polars counts with)."""
        rows = frame.collect("polars")
        wide = [nw.col(name).cast(nw.Int64) for name, kind in rows.schema.items() if kind == nw.Decimal]
        return rows.with_columns(*wide).lazy()

    def keep(self, frame: Frame) -> Frame:
        return frame.collect().lazy()

    def collect(self, frame: Frame) -> pd.DataFrame:
        return frame.collect("pandas").to_native()

    def in_microseconds(self, frame: Frame) -> Frame:
        return in_microseconds(frame)

    def after_cells(self) -> Engine:
        return self


class DuckDBEngine:
    """DuckDB's default connection, for logs larger than memory; what is kept are temporary tables, dropped by `close`.

    It takes longer to plan a hundred expressions than to compute them: what is made of cells is for Polars.
    """

    def __init__(self) -> None:
        self._tables: list[str] = []

    def table(self, frame: pd.DataFrame) -> Frame:
        return self._stored(duckdb.from_df(frame))

    def take(self, frame: Frame) -> Frame:
        return frame

    def keep(self, frame: Frame) -> Frame:
        return self._stored(frame.to_native())

    def collect(self, frame: Frame) -> pd.DataFrame:
        return frame.to_native().df()

    def in_microseconds(self, frame: Frame) -> Frame:
        return in_microseconds(frame)

    def after_cells(self) -> Engine:
        return PolarsEngine()

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
