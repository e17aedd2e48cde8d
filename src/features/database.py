"""A table of a database, read through ADBC as a stream of Arrow batches; its connection string is told to nobody."""
# ruff: noqa: S608

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from typing import Any

import pyarrow as pa
from adbc_driver_manager import Error
from adbc_driver_manager.dbapi import Connection

from leadline.features.fields import steps
from leadline.features.mapping import Database
from leadline.features.sql_text import quoted
from leadline.problem import Problem

# What a driver says may quote the connection string, so of that only these words are passed on.
REASONS = (
    "password authentication failed",
    "Connection refused",
    "No such file or directory",
    "could not translate host name",
    "timeout expired",
    "no pg_hba.conf entry",
    "server closed the connection unexpectedly",
    "terminating connection",
    "permission denied",
    "does not exist",
)


class Table:
    """A table of a connected database."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self.connection = connection
        self.where = f"Table {database.table} of the database in {database.env}"
        self.sql = ".".join(map(quoted, steps(database.table)))

    def schema(self) -> pa.Schema:
        """Its columns."""
        with self.answering() as cursor:
            cursor.execute(f"SELECT * FROM {self.sql} LIMIT 0")
            return cursor.fetch_record_batch().schema

    def newest(self, column: str, until: str) -> pa.Scalar:
        """The greatest value of a column that is not beyond another, which is given in SQL."""
        with self.answering() as cursor:
            cursor.execute(f"SELECT max({quoted(column)}) AS newest FROM {self.sql} WHERE {quoted(column)} <= {until}")
            return cursor.fetch_arrow_table().column("newest")[0]

    def batches(self, columns: list[str], condition: str) -> Iterator[pa.RecordBatch]:
        """The rows that meet a condition, batch by batch; a Problem where the connection is lost on the way."""
        with self.answering() as cursor:
            cursor.execute(f"SELECT {', '.join(map(quoted, columns))} FROM {self.sql} WHERE {condition}")
            reader = cursor.fetch_record_batch()
        while True:
            with self.answering():
                batch = next(reader, None)
            if batch is None:
                return
            yield batch

    @contextmanager
    def answering(self) -> Iterator[Any]:
        """A cursor; what the driver complains of becomes a Problem."""
        try:
            yield self.connection.cursor()
        except (Error, OSError, pa.ArrowException) as error:
            raise Problem(f"{self.where} cannot be read{_reason(error)}; mend that and run the same again.") from None


@contextmanager
def connected(database: Database) -> Iterator[Table]:
    """The table of a database, while connected to it; a Problem where that cannot be."""
    try:
        driver = import_module(f"adbc_driver_{database.driver}.dbapi")
    except ImportError:
        package = f"adbc-driver-{database.driver}"
        raise Problem(f"There is no ADBC driver {database.driver} here; install {package}, or mend driver.") from None
    where = os.environ.get(database.env)
    if not where:
        raise Problem(f"The environment variable {database.env} is not set; let it hold the connection string.")
    try:
        connection = driver.connect(where, autocommit=True)
    except (Error, OSError) as error:
        said = f"The database in {database.env} cannot be reached{_reason(error)}"
        raise Problem(f"{said}; see that it runs, and that the variable holds its connection string.") from None
    with closing(connection):
        yield Table(database, connection)


def _reason(error: Exception) -> str:
    said = next((reason for reason in REASONS if reason in str(error)), None)
    return f" ({said})" if said else ""
