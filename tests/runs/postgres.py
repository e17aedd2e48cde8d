"""A PostgreSQL server of a test's own, started from Debian's package: a folder, a socket in it, no network."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from adbc_driver_postgresql import dbapi

YAML = """about: A log in a database.
folder: raw
tables:
  accounts:
    database: {env: OUR_DATABASE, table: customers}
  events:
    database: {env: OUR_DATABASE, table: usage.log}
    columns:
      account_id: who
      occurred_at: at
      received_at: seen
      action: {constant: run}
      event_id: id
      value: amount
      module: about.area
actions: {core: [run]}
quarantine: {max_share: 1}
"""
TABLES = (
    "DROP SCHEMA IF EXISTS usage CASCADE",
    "DROP TABLE IF EXISTS customers",
    "CREATE TABLE customers (account_id text, name text, secret text)",
    "INSERT INTO customers VALUES ('a', 'Acme', 'x'), ('b', 'Beta', 'y')",
    "CREATE SCHEMA usage",
    """CREATE TABLE usage.log
       (id bigint, who text, at timestamptz, seen timestamptz, amount numeric, about jsonb, bill money)""",
)


class Postgres:
    """A server that runs, and can be stopped and started again."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        self.url = f"postgresql:///postgres?host={folder}&user=leadline&password=hush"

    def start(self) -> None:
        """Start it, on a socket alone."""
        settings = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        log = str(self.folder / "log")
        self.program("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", log, "-o", settings, "start")

    def stop(self) -> None:
        """Stop it at once, whoever is connected."""
        self.program("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def program(self, name: str, *words: str) -> None:
        """Run one of PostgreSQL's programs, which refuse to be run by root."""
        other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*other, str(self.programs / name), *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def run(self, *statements: str) -> None:
        """Execute statements, each for good."""
        with dbapi.connect(self.url, autocommit=True) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def log(self, *rows: tuple[int, str, str]) -> None:
        """Add rows to the log: an id, who, and when it was received."""
        rest = "{id}.25, jsonb_build_object('area', 'm{id}'), 1"
        values = ", ".join(f"({i}, '{who}', '2024-01-01Z', '{seen}', {rest.format(id=i)})" for i, who, seen in rows)
        self.run(f"INSERT INTO usage.log VALUES {values}")


@contextmanager
def server() -> Iterator[Postgres]:
    """A server in a folder of its own; skipped where PostgreSQL is not installed."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="leadline-postgres-"))  # short, for the name of a socket may not be long
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    made = Postgres(programs[-1], folder)
    try:
        made.program("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "leadline", "-E", "UTF8", "--locale=C")
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder)
