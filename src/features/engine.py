"""Where Narwhals expressions run: DuckDB in this process, or a plain pandas frame."""

from itertools import count
from typing import Any, Protocol

import duckdb
import narwhals as nw
import pandas as pd

Frame = Any  # a Narwhals frame, lazy or not: the expressions are the same
_numbers = count()


class Engine(Protocol):
    """The little in which backends differ."""

    def table(self, frame: pd.DataFrame) -> Frame:
        """A small pandas frame as a frame of this engine."""

    def keep(self, frame: Frame) -> Frame:
        """The same frame, computed once and read many times."""

    def collect(self, frame: Frame) -> pd.DataFrame:
        """The result as pandas."""


class PandasEngine:
    """Plain pandas frames: tests and notebook cells."""

    def table(self, frame: pd.DataFrame) -> Frame:
        return nw.from_native(frame)

    def keep(self, frame: Frame) -> Frame:
        return frame

    def collect(self, frame: Frame) -> pd.DataFrame:
        return frame.to_native().reset_index(drop=True)


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
