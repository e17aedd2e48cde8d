"""The forms of a mapping that make instants, amounts and rows of accounts out of what products export."""

from datetime import datetime
from pathlib import Path

import pytest
from source_files import ACTIONS, MAPPED, opened, reasons, rows

from leadline.features.sources import Tables
from leadline.problem import Problem

LOG = """who when n unit spare code
         a 2024-01-01 10 month - N/A
         b 2024-01-02 20 year x k1
         c 2024-01-03 30 - y -"""


def mapped(tmp_path: Path, line: str, log: str = LOG) -> Tables:
    """The log with one more column mapped."""
    return opened(tmp_path, f"{MAPPED}      {line}\n{ACTIONS}", events=log)


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("module: {first: [spare, unit]}", ["month", "x", "y"]),
        ("module: {first: [nowhere, spare]}", [None, "x", "y"]),
        ("module: {first: [nowhere], optional: true}", [None, None, None]),
        ("module: {first: [{column: code, map: {k1: known}}, {constant: none}]}", ["none", "known", "none"]),
        ("module: {first: [{column: n, only: {unit: [year]}}, unit]}", ["month", "20", None]),
        ("module: {column: nowhere, optional: true}", [None, None, None]),
        ("module: {join: [who, nowhere], optional: true}", [None, None, None]),
        ("module: {column: code, none: [N/A]}", [None, "k1", None]),
        ("module: {column: n, only: {unit: [null]}}", [None, None, "30"]),
        ("value: {column: n, times: 0.5}", [5.0, 10.0, 15.0]),
        ("value: {column: n, times: n, over: [4, 5]}", [5.0, 20.0, 45.0]),
        ("value: {column: n, over: {column: unit, map: {month: 1, year: 12}, otherwise: 10}}", [10.0, 20 / 12, None]),
    ],
)
def test_what_a_form_gives(tmp_path: Path, line: str, values: list[object]) -> None:
    tables = mapped(tmp_path, line)
    used = dict(rows(tables, "events", "account_id", line.split(":")[0]))
    assert [used.get(who) for who in "abc"] == values


def test_an_amount_without_one_of_its_factors_is_set_apart(tmp_path: Path) -> None:
    tables = mapped(tmp_path, "value: {column: n, over: {column: unit, map: {month: 0, year: 12}}}")
    assert rows(tables, "events", "account_id") == [("b",)]
    assert reasons(tables) == [("value", "is no number, or not in its mapping", 2)]
    assert tables.quarantine["first_example"].tolist() == ["value=10, account_id=a"]


def test_cents_become_the_money_that_is_meant(tmp_path: Path) -> None:
    log = "who when n\n" + "\n".join(f"a{n} 2024-01-01 {n}" for n in range(1990, 2010))
    tables = mapped(tmp_path, "value: {column: n, over: 100}", log)
    assert rows(tables, "events", "value") == [(float(f"{n / 100:.2f}"),) for n in range(1990, 2010)]


EPOCHS = """who when n
            a 2024-01-01 1704164645
            b 2024-01-01 1704164645.123456
            c 2024-01-01 1.704164645e9
            d 2024-01-01 -1
            e 2024-01-01 soon
            f 2024-01-01 1e30
            g 2024-01-01 -"""


def test_seconds_since_1970_are_instants(tmp_path: Path) -> None:
    tables = mapped(tmp_path, "received_at: {column: n, epoch: s}", EPOCHS.replace(" -1\n", " 1704153600\n"))
    assert rows(tables, "events", "account_id", "received_at") == [
        ("a", datetime(2024, 1, 2, 3, 4, 5)),
        ("b", datetime(2024, 1, 2, 3, 4, 5, 123456)),
        ("c", datetime(2024, 1, 2, 3, 4, 5)),
        ("d", datetime(2024, 1, 2)),
    ]
    assert reasons(tables) == [
        ("received_at", "is no instant, or not in its mapping", 2),
        ("received_at", "has no value", 1),
    ]


def test_milliseconds(tmp_path: Path) -> None:
    tables = mapped(tmp_path, "received_at: {column: n, epoch: ms}", "who when n\na 1970-01-02 86400001")
    assert rows(tables, "events", "received_at") == [(datetime(1970, 1, 2, 0, 0, 0, 1000),)]


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-01-15T12:00:00", datetime(2024, 1, 15, 11)),
        ("2024-04-15T12:00:00", datetime(2024, 4, 15, 10)),
        ("2024-04-15", datetime(2024, 4, 14, 22)),
        ("2024-04-15T12:00:00Z", datetime(2024, 4, 15, 12)),
        ("2024-04-15T12:00:00.5+05:30", datetime(2024, 4, 15, 6, 30, 0, 500000)),
        ("2024-03-31T02:30:00", None),  # the clocks were put forward over it
    ],
)
def test_a_local_time_becomes_utc(tmp_path: Path, text: str, utc: datetime | None) -> None:
    log = f"who when n\na 2024-01-01 {text}\nb 2024-01-02 2024-01-02T00:00:00Z"
    tables = mapped(tmp_path, "received_at: {column: n, zone: Europe/Berlin}", log)
    received = dict(rows(tables, "events", "account_id", "received_at"))
    assert (received.get("a"), received["b"]) == (utc, datetime(2024, 1, 2))
    assert reasons(tables) == ([] if utc else [("received_at", "is no instant, or not in its mapping", 1)])


def test_a_zone_goes_with_an_epoch_that_counts_local_time(tmp_path: Path) -> None:
    local = int(datetime(2024, 1, 15, 12).timestamp() - datetime(1970, 1, 1).timestamp())
    line = "received_at: {column: n, epoch: s, zone: America/New_York}"
    assert rows(mapped(tmp_path, line, f"who when n\na 2024-01-01 {local}"), "events", "received_at") == [
        (datetime(2024, 1, 15, 17),)
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("value: {column: n, epoch: s}", r"epoch is for columns of type instant, and events\.value is of type number"),
        ("module: {column: n, times: 2}", r"times is for columns of type number, and events\.module is of type text"),
        ("received_at: {column: when, zone: Mars/Base}", "'Mars/Base' is no time zone"),
        ("received_at: {column: when, epoch: us}", r"columns\.received_at\.epoch"),
        ("module: {first: [nowhere, neither]}", "has no column nowhere"),
        ("module: {column: n, first: [unit]}", "give exactly one of column, first, join or constant"),
        ("module: {first: [3]}", r"columns\.module\.first"),
    ],
)
def test_a_mistake_in_a_form_is_a_sentence(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(Problem, match=said):
        mapped(tmp_path, line)


def test_a_column_that_is_needed_cannot_be_optional(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="gives events no account_id"):
        opened(tmp_path, MAPPED.replace("who", "{column: whom, optional: true}") + ACTIONS, events=LOG)
