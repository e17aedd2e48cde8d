"""Corruptions of files: what lies there is not the file it should be, or not all of it."""

import csv
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
from spoilt_export import Export, Harmless, Kept, Kind, Quarantined, Spoil, refused
from spoilt_text import text

SECOND = 40  # rows in the second of two files
REPEATED = "is repeated (of each event_id the first row stays)"


def parquet(change: Callable[[bytes], bytes]) -> Spoil:
    """Take the events from Parquet, its bytes changed."""

    def spoil(export: Export) -> None:
        export.only("events")
        content = (export.folder.parent / "parquet" / "events.parquet").read_bytes()
        export.put_bytes("events", change(content), "events.parquet")

    return spoil


def zeroed(content: bytes) -> bytes:
    """The same with zeros where its data lie."""
    middle = len(content) // 2
    return content[:1000] + bytes(middle) + content[1000 + middle :]


def database(make: Callable[[Path], object], table: str = "log") -> Spoil:
    """Take the events from a table of a database file."""

    def spoil(export: Export) -> None:
        export.only("events")
        export.files["events"] = "warehouse.duckdb"
        export.keys["events"] = {"table": table}
        make(export.folder / "warehouse.duckdb")

    return spoil


def warehouse(file: Path) -> None:
    """A DuckDB file with the events in a table of a name that needs quotes."""
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"""CREATE TABLE "x; drop table y" AS FROM '{file.parent}/events.csv'""")


def cut(file: Path) -> None:
    """The first half of a DuckDB file."""
    warehouse(file)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def sqlite(file: Path) -> None:
    """A database file of another kind."""
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE log (account_id TEXT)")


def a_folder(export: Export) -> None:
    """A folder where a file belongs."""
    export.only("events")
    export.file("events").unlink()
    export.file("events").mkdir()


def link(target: str) -> Spoil:
    """A link where a file belongs."""

    def spoil(export: Export) -> None:
        export.only("events")
        export.file("events").rename(export.folder / "moved.csv")
        export.file("events").symlink_to(target)

    return spoil


def unreadable(export: Export) -> None:
    """A file that may not be read."""
    export.only("events")
    export.file("events").chmod(0)


def moved_to(name: str) -> Spoil:
    """Move the export to a folder of another name."""

    def spoil(export: Export) -> None:
        export.only("users")
        shutil.move(export.folder, export.folder.parent / name)
        export.folder = export.folder.parent / name

    return spoil


def second(change: Callable[[str], str], name: str = "events-2.csv") -> Spoil:
    """Take the events from two files, the second half changed."""

    def spoil(export: Export) -> None:
        export.only("events")
        first, *lines = export.file("events").read_text(encoding="utf-8").splitlines()
        export.file("events").unlink()
        halves = lines[:-SECOND], lines[-SECOND:]
        for half, file in zip(halves, ("events-1.csv", name), strict=True):
            content = "\n".join([first, *half]) + "\n"
            (export.folder / file).write_text(content if file == "events-1.csv" else change(content), encoding="utf-8")
        export.files["events"] = "events-*"

    return spoil


def twice(export: Export) -> None:
    """The same file again under another name, found by the same pattern."""
    export.only("events")
    export.files["events"] = "events*.csv"
    shutil.copy(export.folder / "events.csv", export.folder / "events (1).csv")


def without(*columns: str) -> Callable[[str], str]:
    """A CSV text without some of its columns."""

    def change(content: str) -> str:
        rows = list(csv.reader(content.splitlines()))
        keep = [i for i, name in enumerate(rows[0]) if name not in columns]
        return "".join(",".join(row[i] for i in keep) + "\n" for row in rows)

    return change


def same(content: str) -> str:
    """A text as it is."""
    return content


PARQUET = [
    Kind("the events as Parquet", parquet(lambda b: b), Harmless()),
    Kind("half a Parquet file", parquet(lambda b: b[: len(b) // 2]), refused("events.parquet cannot be read")),
    Kind("Parquet without its last byte", parquet(lambda b: b[:-1]), refused("events.parquet cannot be read")),
    Kind("Parquet without its first byte", parquet(lambda b: b[1:]), refused("events.parquet cannot be read")),
    Kind("Parquet with zeros in it", parquet(zeroed), refused("events.parquet cannot be read")),
    Kind("Parquet with another mark", parquet(lambda b: b[:-4] + b"PARE"), refused("events.parquet cannot be read")),
    Kind(
        "CSV named Parquet", parquet(lambda _: b"account_id,action\na,view\n"), refused("events.parquet cannot be read")
    ),
    Kind("an empty Parquet file", parquet(lambda _: b""), refused("events.parquet cannot be read")),
]

PLACES = [
    Kind("no such file", lambda export: export.file("events").unlink(), refused("holds no events.csv", "there is")),
    Kind("no such folder", lambda export: shutil.rmtree(export.folder), refused("raw does not exist")),
    Kind("a file of another kind", text(str, name="events.xlsx"), refused("events.xlsx is neither Parquet nor CSV")),
    Kind("a folder where a file belongs", a_folder, refused("events.csv is no file but a folder")),
    Kind("a link to nowhere", link("nowhere.csv"), refused("events.csv is no file but a link to nowhere")),
    Kind("a link to itself", link("events.csv"), refused("events.csv is no file but a link to nowhere")),
    Kind("a link to the file", link("moved.csv"), Harmless()),
    Kind("a folder named like a pattern", moved_to("raw [2023]*?"), Harmless()),
    Kind("a folder named like SQL", moved_to("'; DROP TABLE accounts; --"), Harmless()),
    Kind("a file named like SQL", text(str, name="x'; drop table y; --.csv"), Harmless()),
    Kind("two files", second(same), Harmless()),
    Kind("two files of other delimiters", second(lambda s: s.replace(",", ";")), Harmless()),
    Kind("the second without a column that may be empty", second(without("value")), Kept()),
    Kind(
        "the second without the action", second(without("action")), Quarantined("events.action", "has no value", SECOND)
    ),
    Kind("the second broken", second(lambda s: s + "x,y\n"), refused("events-2.csv", "Line: ")),
    Kind("the second empty", second(lambda _: ""), refused("events-2.csv is empty")),
    Kind(
        "the second of another kind",
        second(same, "events-2.parquet"),
        refused("events-1.csv", "events-2.parquet", "different kinds"),
    ),
    Kind("the same file twice", twice, Quarantined("events.event_id", REPEATED, 7262)),
    Kind("a DuckDB file", database(warehouse, "x; drop table y"), Harmless()),
    Kind("a table that a DuckDB file lacks", database(warehouse), refused("warehouse.duckdb holds no table log")),
    Kind("half a DuckDB file", database(cut), refused("warehouse.duckdb (table log) cannot be read")),
    Kind("an SQLite file", database(sqlite), refused("warehouse.duckdb (table log) cannot be read")),
    Kind(
        "no database at all",
        database(lambda file: file.write_bytes(b"x" * 9999)),
        refused("warehouse.duckdb (table log) cannot be read"),
    ),
]
if os.geteuid() != 0:  # root may read everything
    PLACES.append(Kind("a file that may not be read", unreadable, refused("events.csv")))

KINDS = [*PARQUET, *PLACES]
