"""Parquet tables made up by hypothesis, whose columns are of types that fit, but for one that may be of any."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st
from whole_sources import ACTIONS, IDS, INSTANTS, NOW, RECENT, SOME_NUMBERS, ZONES, Made, mostly

from leadline.features.contract import CONTRACT
from leadline.features.sources import Tables, open_source, read_source

TEXT, CODED, ZONED = pa.string(), pa.dictionary(pa.int32(), pa.string()), pa.timestamp("us", "Europe/Berlin")
SECONDS, MILLIS, MICROS, NANOS = (pa.timestamp(unit) for unit in ("s", "ms", "us", "ns"))
MONEY = pa.decimal128(20, 2)
LEAP = date(2024, 2, 29)
ANY: dict[pa.DataType, st.SearchStrategy[object]] = {
    TEXT: IDS,
    CODED: ACTIONS,
    pa.int64(): st.integers(-(2**63), 2**63 - 1) | st.integers(0, 20),
    pa.uint8(): st.integers(0, 255),
    pa.float64(): SOME_NUMBERS,
    pa.float32(): st.floats(width=32),
    MONEY: st.decimals(-(10**15), 10**15, places=2),
    pa.bool_(): st.booleans(),
    pa.date32(): st.dates() | st.sampled_from([date.min, date.max, LEAP]),
    SECONDS: INSTANTS,
    MILLIS: INSTANTS,
    MICROS: INSTANTS,
    ZONED: st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES),
    NANOS: st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)),
    pa.binary(): st.binary(max_size=3),
    pa.list_(pa.int64()): st.lists(st.integers(0, 3), max_size=2),
    pa.null(): st.none(),
}
FITTING = {
    "text": [TEXT, CODED, pa.int64(), pa.float64()],
    "instant": [SECONDS, MILLIS, MICROS, NANOS, ZONED, pa.date32()],
    "number": [pa.float64(), pa.float32(), pa.int64(), pa.uint8(), MONEY],
    "boolean": [pa.bool_(), pa.uint8()],
}


def _usual(kind: pa.DataType) -> st.SearchStrategy[object]:
    """Values that break no rule, of a type that has such."""
    if pa.types.is_timestamp(kind):
        return RECENT
    few = {TEXT: ("a", "b", "run"), CODED: ("a", "b", "look"), pa.bool_(): (True, False), pa.date32(): (LEAP,)}
    numbers = (0, 1) if pa.types.is_integer(kind) or pa.types.is_floating(kind) or kind == MONEY else ()
    return st.sampled_from(few.get(kind, numbers)) if few.get(kind, numbers) else ANY[kind]


@dataclass(frozen=True)
class Typed:
    """A table, and the types of its columns."""

    made: Made
    kinds: dict[str, pa.DataType]


@st.composite
def typed(draw: st.DrawFn, name: str) -> Typed:
    """A table of every column but the action, now and then one of them of a type that need not fit."""
    columns = [c for c in CONTRACT[name].columns if c.name != "action"]
    kinds = {c.name: draw(st.sampled_from(FITTING[c.type])) for c in columns}
    if odd := draw(st.sampled_from([None] * len(kinds) + list(kinds))):
        kinds[odd] = draw(st.sampled_from(list(ANY)))
    cells = [mostly(_usual(kind), ANY[kind] | st.none()) for kind in kinds.values()]
    least = 4 if draw(st.integers(0, 20)) else 0
    return Typed(Made(name, tuple(kinds), tuple(draw(st.lists(st.tuples(*cells), min_size=least, max_size=12)))), kinds)


def opened_typed(folder: Path, tables: Iterable[Typed]) -> Tables:
    """Write tables as Parquet and open them; whatever an event is, its action is run."""
    mapped = {}
    for table in tables:
        name, kinds = table.made.name, table.kinds
        columns = zip(*table.made.rows, strict=True) if table.made.rows else ([] for _ in kinds)
        arrays = [pa.array(list(values), kind) for values, kind in zip(columns, kinds.values(), strict=True)]
        pq.write_table(pa.table(dict(zip(kinds, arrays, strict=True))), folder / f"{name}.parquet", store_schema=False)
        mapped[name] = {"file": f"{name}.parquet", "columns": {column: column for column in kinds}}
    mapped["events"]["columns"]["action"] = {"constant": "run"}
    said = {"about": "Made up.", "folder": ".", "tables": mapped, "actions": {"core": ["run"]}}
    (folder / "made.yaml").write_text(json.dumps(said | {"quarantine": {"max_share": 1}}), encoding="utf-8")
    return open_source(read_source(folder / "made.yaml"), now=NOW)
