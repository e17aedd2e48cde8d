"""Corruptions of tables: columns that are missing, renamed, of another type or in another order; tables missing."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from spoilt_export import OPTIONAL, Export, Harmless, Kept, Kind, Quarantined, Spoil, refused

RANGE = "lies outside 1970-01-02 to 9999-12-31"


def table(change: Callable[[pa.Table], pa.Table], name: str = "events") -> Spoil:
    """Take a table from Parquet, changed."""

    def spoil(export: Export) -> None:
        export.only(name)
        parquet = pq.read_table(export.folder.parent / "parquet" / f"{name}.parquet")
        export.file(name).unlink()
        export.files[name] = f"{name}.parquet"
        pq.write_table(change(parquet), export.file(name), store_schema=False)

    return spoil


def column(name: str, change: Callable[[pa.ChunkedArray], pa.Array], of: str = "events") -> Spoil:
    """Change a column of a Parquet file."""

    def changed(whole: pa.Table) -> pa.Table:
        return whole.set_column(whole.schema.get_field_index(name), name, change(whole[name]))

    return table(changed, of)


def typed(name: str, kind: pa.DataType, of: str = "events", *, safe: bool = True) -> Spoil:
    """Write a column of a Parquet file in another type."""
    return column(name, lambda values: values.cast(kind, safe=safe), of)


def first(name: str, value: object, kind: pa.DataType, of: str = "events") -> Spoil:
    """Put a value of some type into the first row of a column."""

    def change(values: pa.ChunkedArray) -> pa.Array:
        return pa.chunked_array([pa.array([value], kind), values[1:].cast(kind).combine_chunks()])

    return column(name, change, of)


def dropped(name: str, of: str = "events") -> Spoil:
    """Leave a column out."""
    return table(lambda whole: whole.drop_columns([name]), of)


def renamed(name: str, to: str, of: str = "events") -> Spoil:
    """Give a column another name."""
    return table(lambda whole: whole.rename_columns({name: to}), of)


def nested(values: pa.ChunkedArray) -> pa.Array:
    """Each value as a list of one."""
    return pa.array([[v] for v in values.to_pylist()])


def absent(*names: str) -> Spoil:
    """Remove tables' files."""

    def spoil(export: Export) -> None:
        for name in names:
            export.file(name).unlink()
            if name in OPTIONAL:
                del export.files[name]

    return spoil


def mapped(**keys: object) -> Spoil:
    """Say something else of the events in the YAML."""

    def spoil(export: Export) -> None:
        export.only("events")
        export.keys["events"] = keys

    return spoil


def sql_names(export: Export) -> None:
    """Give columns the names of SQL, with quotes in them."""
    export.only("events")
    head, *rows = export.rows("events")
    names = dict(zip(head, (f"x'\"; drop table {name}; --" for name in head), strict=True))
    export.put("events", [list(names.values()), *rows])
    export.keys["events"] = {"columns": names}


MISSING = [
    Kind("events without accounts", dropped("account_id"), refused("events.parquet gives events no account_id")),
    Kind("events without times", dropped("occurred_at"), refused("events.parquet gives events no occurred_at")),
    Kind("events without actions", dropped("action"), refused("events.parquet gives events no action")),
    Kind("events without users", dropped("user_id"), Kept()),
    Kind("events without ids", dropped("event_id"), Kept()),
    Kind(
        "terms without money",
        dropped("mrr", "subscriptions"),
        refused("subscriptions.parquet gives subscriptions no mrr"),
    ),
    Kind("a column renamed", renamed("action", "actoin"), refused("no action (did you mean actoin?)")),
    Kind("a column more", table(lambda t: t.append_column("x", pa.nulls(len(t)))), Harmless()),
    Kind("columns in another order", table(lambda t: t.select(sorted(t.column_names))), Harmless()),
    Kind("rows in another order", table(lambda t: t.sort_by([("event_id", "descending")])), Harmless()),
    Kind("no rows", table(lambda t: t.slice(0, 0)), refused("events.parquet holds no rows for events")),
    Kind(
        "accounts without rows",
        table(lambda t: t.slice(0, 0), "accounts"),
        refused("accounts.parquet holds no rows for accounts"),
    ),
    Kind(
        "tickets without rows",
        table(lambda t: t.slice(0, 0), "tickets"),
        refused("tickets.parquet holds no rows for tickets"),
    ),
    Kind(
        "one account",
        table(lambda t: t.slice(0, 1), "accounts"),
        refused("events.csv", "events.account_id is not among the accounts"),
    ),
    Kind("no events", absent("events"), refused("holds no events.csv")),
    Kind("no accounts", absent("accounts"), refused("holds no accounts.csv")),
    Kind("none of the tables that may be absent", absent(*OPTIONAL), Harmless()),
]

TYPES = [
    Kind(
        "times as seconds", typed("occurred_at", pa.int64()), refused("events.parquet", "occurred_at must be instant")
    ),
    Kind(
        "times as fractions of days",
        column("occurred_at", lambda v: pc.cast(v.cast(pa.int64()), pa.float64())),
        refused("occurred_at must be instant"),
    ),
    Kind("times as days", typed("occurred_at", pa.date32(), safe=False), Kept()),
    Kind("times as texts", typed("occurred_at", pa.string()), Harmless()),
    Kind("times in milliseconds", typed("occurred_at", pa.timestamp("ms")), Harmless()),
    Kind("times in nanoseconds", typed("occurred_at", pa.timestamp("ns")), Harmless()),
    Kind("times with a zone", typed("occurred_at", pa.timestamp("us", "UTC")), Harmless()),
    Kind("times of another zone", typed("occurred_at", pa.timestamp("us", "America/Los_Angeles")), Harmless()),
    Kind(
        "times of a day alone",
        column("occurred_at", lambda v: pc.cast(v, pa.time64("us"))),
        refused("occurred_at must be instant"),
    ),
    Kind(
        "a time of the year 1",
        first("occurred_at", -62_135_596_800_000_000, pa.timestamp("us")),
        Quarantined("events.occurred_at", RANGE, 1),
    ),
    Kind(
        "a time of the year 294246",
        first("received_at", 2**63 - 2, pa.timestamp("us")),
        Quarantined("events.received_at", "lies in the future", 1),
    ),
    Kind(
        "an endless time",
        first("received_at", 2**63 - 1, pa.timestamp("us")),
        Quarantined("events.received_at", "lies in the future", 1),
    ),
    Kind(
        "a day of the year 5 million",
        first("end_date", 2**31 - 2, pa.date32(), "subscriptions"),
        Quarantined("subscriptions.end_date", "is no instant, or not in its mapping", 1),
    ),
    Kind(
        "an endless day",
        first("end_date", 2**31 - 1, pa.date32(), "subscriptions"),
        Quarantined("subscriptions.end_date", RANGE, 1),
    ),
    Kind("texts in a dictionary", typed("action", pa.dictionary(pa.int32(), pa.string())), Harmless()),
    Kind("texts as bytes", typed("action", pa.binary()), refused("events.parquet", "action must be text")),
    Kind("ids as texts", typed("event_id", pa.string()), Harmless()),
    Kind("ids as fractions", typed("event_id", pa.float64()), Harmless()),
    Kind(
        "ids all alike", column("event_id", lambda v: pa.array([7] * len(v))), refused("events.event_id", "is repeated")
    ),
    Kind("ids all empty", column("event_id", lambda v: pa.nulls(len(v), pa.int64())), Kept()),
    Kind("lists", column("action", nested), refused("events.parquet", "action must be text")),
    Kind("numbers as texts", typed("mrr", pa.string(), "subscriptions"), Harmless()),
    Kind("numbers as decimals", typed("mrr", pa.decimal128(38, 10), "subscriptions", safe=False), Harmless()),
    Kind("whole numbers as fractions", typed("seats", pa.float64(), "subscriptions"), Harmless()),
    Kind(
        "a number that is none",
        first("mrr", float("nan"), pa.float64(), "subscriptions"),
        Quarantined("subscriptions.mrr", "has no value", 1),
    ),
    Kind(
        "an endless number",
        first("mrr", float("inf"), pa.float64(), "subscriptions"),
        Quarantined("subscriptions.mrr", "is no number, or not in its mapping", 1),
    ),
    Kind(
        "an enormous number",
        first("mrr", 1e300, pa.float64(), "subscriptions"),
        Quarantined("subscriptions.mrr", "is above 1e+15", 1),
    ),
    Kind(
        "numbers as truths",
        column("mrr", lambda v: pc.greater(v, 5), "subscriptions"),
        refused("subscriptions.parquet", "mrr must be number"),
    ),
    Kind("truths as numbers", typed("auto_renew", pa.int8(), "subscriptions"), Harmless()),
    Kind(
        "a truth of 2",
        first("auto_renew", 2, pa.int8(), "subscriptions"),
        Quarantined("subscriptions.auto_renew", "is no boolean, or not in its mapping", 1),
    ),
    Kind("truths as texts", typed("auto_renew", pa.string(), "subscriptions"), Harmless()),
    Kind("an empty column of no type", column("value", lambda v: pa.nulls(len(v))), Kept()),
    Kind("an id of a thousand letters", first("user_id", "u" * 1000, pa.string()), Kept()),
]

NAMES = [
    Kind("columns named like SQL", sql_names, Harmless()),
    Kind(
        "a column the file lacks",
        mapped(columns={"account_id": "account_id", "occurred_at": "when", "action": "action"}),
        refused("events.csv has no column when"),
    ),
    Kind("values that are SQL, left out", mapped(exclude={"action": ["x'); DROP TABLE accounts; --"]}), Harmless()),
    Kind(
        "everything left out",
        mapped(exclude={"account_id": [f"a{i:05d}" for i in range(100)]}),
        refused("events.csv holds no rows for events"),
    ),
]

KINDS = [*MISSING, *TYPES, *NAMES]
