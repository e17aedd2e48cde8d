"""A value that is read comes out as it was, or its row is set apart: nothing is rounded into another value."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_files import NOW, reasons, rows, write

from leadline.features.sources import Tables, open_source, read_source

YAML = """tables:
  events:
    file: log.parquet
    columns:
      account_id: who
      occurred_at: when
      action: {constant: run}
      TARGET: extra
actions: {core: [run]}
quarantine: {max_share: 1}
"""
LARGEST = 10**15  # of the contract; double precision holds every whole number up to nine times as much
INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2024, 1, 1))
FEW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(folder: Path, values: list[object], kind: pa.DataType, target: str) -> Tables:
    """A Parquet file with one row for each value, of which a column is mapped, and a good row before them."""
    path = write(folder, YAML.replace("TARGET", target))
    columns = {
        "who": [f"a{i:03d}" for i in range(len(values) + 1)],
        "when": [datetime(1970, 6, 1)] * (len(values) + 1),
        "extra": pa.array([None, *values], kind),
    }
    pq.write_table(pa.table(columns), folder / "raw" / "log.parquet")
    return open_source(read_source(path), now=NOW)


def came_out(tables: Tables, target: str) -> dict[int, object]:
    """What came out of each value, by its number; a row that was set apart is not there."""
    return {int(who[1:]) - 1: value for who, value in rows(tables, "events", "account_id", target) if who != "a000"}


@FEW
@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=20))
def test_ids_of_64_bits_are_text_digit_by_digit(tmp_path: Path, ids: list[int]) -> None:
    tables = read(tmp_path, ids, pa.int64(), "user_id")
    assert came_out(tables, "user_id") == {i: str(value) for i, value in enumerate(ids)}


@FEW
@given(st.lists(st.text("0123456789-+.eE ", min_size=1, max_size=25), min_size=1, max_size=20))
def test_what_looks_like_a_number_stays_the_text_it_was(tmp_path: Path, ids: list[str]) -> None:
    tables = read(tmp_path, ids, pa.string(), "user_id")
    assert came_out(tables, "user_id") == {i: text if text.strip() else None for i, text in enumerate(ids)}


@FEW
@given(
    st.lists(
        st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(LARGEST - 9, LARGEST + 9)), min_size=1, max_size=20
    )
)
def test_a_whole_number_comes_out_exactly_or_is_set_apart(tmp_path: Path, numbers: list[int]) -> None:
    exact = {i: float(n) for i, n in enumerate(numbers) if abs(n) <= LARGEST}
    assert came_out(read(tmp_path, numbers, pa.int64(), "value"), "value") == exact
    assert came_out(read(tmp_path, list(map(str, numbers)), pa.string(), "value"), "value") == exact


@FEW
@given(st.lists(st.decimals(-(10**17), 10**17, places=4), min_size=1, max_size=20))
def test_a_decimal_is_the_nearest_double_and_right_before_its_point(tmp_path: Path, numbers: list[Decimal]) -> None:
    near = {i: float(n) for i, n in enumerate(numbers) if abs(float(n)) <= LARGEST}
    assert came_out(read(tmp_path, numbers, pa.decimal128(38, 4), "value"), "value") == near
    assert came_out(read(tmp_path, list(map(str, numbers)), pa.string(), "value"), "value") == near


@FEW
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_a_double_comes_out_bit_by_bit(tmp_path: Path, numbers: list[float]) -> None:
    held = {i: n for i, n in enumerate(numbers) if abs(n) <= LARGEST}
    assert came_out(read(tmp_path, numbers, pa.float64(), "value"), "value") == held


@FEW
@given(st.lists(INSTANTS, min_size=1, max_size=20), st.integers(-840, 840))
def test_an_instant_of_any_zone_comes_out_to_the_microsecond(tmp_path: Path, utc: list[datetime], minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    zoned = [at.replace(tzinfo=UTC).astimezone(zone) for at in utc]
    expected = dict(enumerate(utc))
    assert came_out(read(tmp_path, utc, pa.timestamp("us", "UTC"), "received_at"), "received_at") == expected
    assert came_out(read(tmp_path, utc, pa.timestamp("us"), "received_at"), "received_at") == expected
    texts = [at.isoformat(sep=" ") for at in zoned]
    assert came_out(read(tmp_path, texts, pa.string(), "received_at"), "received_at") == expected


@pytest.mark.parametrize(
    ("value", "kind", "target", "expected"),
    [
        ("007", pa.string(), "user_id", "007"),
        (Decimal("7.50"), pa.decimal128(10, 2), "user_id", "7.50"),
        (2**64 - 1, pa.uint64(), "user_id", "18446744073709551615"),
        ("1000000000000000", pa.string(), "value", 1e15),
        ("0.10000000000000001", pa.string(), "value", 0.1),
        ("33.3333333333333333", pa.string(), "value", 33.333333333333336),
    ],
)
def test_values_on_the_edge(tmp_path: Path, value: object, kind: pa.DataType, target: str, expected: object) -> None:
    assert came_out(read(tmp_path, [value], kind, target), target) == {0: expected}


@pytest.mark.parametrize("value", ["1e400", "nan", "inf", "0x10", "1,5"])
def test_a_text_that_no_number_holds_is_set_apart_with_what_was_written(tmp_path: Path, value: str) -> None:
    tables = read(tmp_path, [value], pa.string(), "value")
    assert reasons(tables) == [("value", "is no number, or not in its mapping", 1)]
    assert tables.quarantine["first_example"].tolist() == [f"value={value}, account_id=a001"]
