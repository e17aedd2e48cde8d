"""Whole sources made up by hypothesis: any text in any cell, any type in any column, repeated, empty, or all alike."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from leadline.features.contract import CONTRACT
from leadline.features.contract_columns import Column
from leadline.features.sources import Tables, open_source, read_source

NOW = datetime(2024, 6, 1)
YAML = """about: Made up.
folder: {folder}
tables: {{{tables}}}
actions: {{core: [run], view: [look]}}
quarantine: {{max_share: 1}}
"""
OTHERS = [name for name in CONTRACT if name not in ("events", "accounts")]
Rows = tuple[tuple[object, ...], ...]

ODD = (
    "",
    " ",
    " ",
    " ",
    "\t\r\n",
    "a\0",
    "é",
    "e\u0301",
    "\u202e",
    "👩‍🚀",
    "'; DROP TABLE events; --",
    '"',
    "=1+1",
    "NULL",
    "nan",
    "ａ",
)
IDS = st.sampled_from(("a", "b", "a", "b", "A", " a", "12", "12.0", *ODD)) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=4
)
ACTIONS = st.sampled_from(("run", "look", "run", "look", "hop", *ODD))
ZONES = st.sampled_from([UTC, *map(ZoneInfo, ("Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"))])
DAYS = st.sampled_from(
    [datetime(2024, 2, 29), datetime(2024, 3, 31, 2, 30), datetime(2023, 10, 29, 2, 30), NOW, datetime(1970, 1, 1)]
)
RECENT = st.datetimes(datetime(2023, 12, 1), NOW)
INSTANTS = st.one_of(RECENT, DAYS, st.datetimes())
ODD_INSTANTS = (
    "2023-02-29", "31/12/2023", "1704067200", "2023-12-31T23:59:60", "infinity", "epoch", "9999-12-31", "10000-01-01",
    "0044-03-15 (BC)", "2024-01-01T10:00:00+25:00", "2024-03-31T02:30:00 Europe/Berlin", "2024-01-01T24:00:00",
)  # fmt: skip
SOME_NUMBERS = st.sampled_from((0.0, 1.0, 9.99, -1.0, 1e15, 1e16, 1e300, 5e-324)) | st.floats()
ODD_NUMBERS = ("1,5", "1.234,50", "$5", "inf", "-inf", "NaN", "1e400", "0x1F", " 7 ", "1_000", "--1", "١٢")
TRUTHS = st.sampled_from(("true", "FALSE", "yes", "0", "1", "2", "t", "maybe"))


@dataclass(frozen=True)
class Made:
    """A table: its columns, and its rows of texts (None: no value)."""

    name: str
    columns: tuple[str, ...]
    rows: Rows


def _instant_text(at: datetime, zone: object, form: str) -> str:
    if form == "zoned" and 1 < at.year < 9999:
        return at.replace(tzinfo=zone).isoformat()
    return at.isoformat(sep=" ") if form == "plain" else str(at.date())


def mostly(usual: st.SearchStrategy, other: st.SearchStrategy) -> st.SearchStrategy:
    """Seven times the one, once the other; st.one_of would count equal strategies once."""
    return st.integers(1, 8).flatmap(lambda n: other if n == 5 else usual)


def texts(column: Column) -> st.SearchStrategy[str | None]:
    """What a CSV file may say in a column: mostly what the contract asks for, now and then anything."""
    forms = st.sampled_from(("plain", "plain", "day", "zoned"))
    plain = {
        "instant": st.builds(_instant_text, INSTANTS, ZONES, forms) | st.sampled_from(ODD_INSTANTS),
        "number": SOME_NUMBERS.map(repr) | st.sampled_from(ODD_NUMBERS),
        "boolean": TRUTHS,
        "text": ACTIONS if column.name == "action" else IDS,
    }[column.type]
    usual = {
        "instant": st.builds(_instant_text, RECENT, ZONES, forms),
        "number": st.sampled_from(("0", "1", "0.5", "10")),
        "boolean": st.sampled_from(("true", "false")),
        "text": st.sampled_from(column.one_of or ("a", "b", "run", "look")),
    }[column.type]
    return mostly(usual, st.one_of(plain, st.sampled_from(ODD), st.none()))


@st.composite
def made(draw: st.DrawFn, name: str, most: int = 12) -> Made:
    """A table of the contract: all required columns, some of the others, rows repeated now and then."""
    table = CONTRACT[name]
    columns = [c for c in table.columns if (c.required and not c.filled_by) or draw(st.booleans())]
    least = 4 if draw(st.integers(0, 20)) else 0
    rows = draw(st.lists(st.tuples(*map(texts, columns)), min_size=least, max_size=most))
    again = draw(st.lists(st.sampled_from(rows), max_size=2)) if rows else []
    return Made(name, tuple(c.name for c in columns), (*rows, *again))


def with_good_events(events: Made) -> Made:
    """The same with a row of each action that the YAML names, so that it is read."""
    good = {"account_id": "a", "occurred_at": "2024-01-01", "received_at": "2024-01-01"}
    more = tuple(tuple({**good, "action": action}.get(c) for c in events.columns) for action in ("run", "look"))
    return replace(events, rows=(*events.rows, *more))


@st.composite
def sources(draw: st.DrawFn) -> tuple[Made, ...]:
    """Events and up to three other tables; nearly always with events enough to be read."""
    events = draw(made("events"))
    others = draw(st.sampled_from([(), *((name,) for name in OTHERS), ("users", "subscriptions")]))
    known = Made("accounts", ("account_id",), (("a",), ("b",), ("12",)))
    accounts = draw(st.sampled_from([(), (known,), (draw(made("accounts", 4)),)]))
    good = events if draw(st.integers(0, 20)) == 7 else with_good_events(events)
    return (good, *accounts, *(draw(made(name, 5)) for name in others))


def opened(folder: Path, tables: Iterable[Made], kind: str, **form: object) -> Tables:
    """Write a source as CSV or Parquet, every cell a text, and open it at a fixed present."""
    (folder / kind).mkdir(exist_ok=True)
    write = {"csv": _write_csv, "parquet": _write_parquet}[kind]
    for table in tables:
        write(folder / kind / f"{table.name}.{kind}", table, form)
    files = ", ".join(f"{table.name}: {{file: {table.name}.{kind}}}" for table in tables)
    (folder / "made.yaml").write_text(YAML.format(folder=kind, tables=files), encoding="utf-8")
    return open_source(read_source(folder / "made.yaml"), now=NOW)


def _write_csv(file: Path, table: Made, form: dict[str, object]) -> None:
    text = io.StringIO()
    csv.writer(text, **{"quoting": csv.QUOTE_ALL, **form}).writerows([table.columns, *table.rows])
    file.write_bytes(text.getvalue().encode())


def _write_parquet(file: Path, table: Made, _: dict[str, object]) -> None:
    columns = zip(*table.rows, strict=True) if table.rows else ([] for _ in table.columns)
    arrays = [pa.array(list(values), pa.string()) for values in columns]
    pq.write_table(pa.table(dict(zip(table.columns, arrays, strict=True))), file, store_schema=False)
