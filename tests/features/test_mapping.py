"""The mapping language: every form, every type, and a sentence for every mistake in it."""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_files import ACTIONS, MAPPED, NOW, opened, reasons, rows, write

from leadline.features.sources import Tables, open_source, read_source
from leadline.problem import Problem

LOG = """who when what extra area page
         a 2024-01-01 1 x north home
         b 2024-01-02 2 y north shop
         b 2024-01-03 3 x south home"""


def mapped(tmp_path: Path, line: str, **files: str) -> Tables:
    """The log with one more column mapped."""
    return opened(tmp_path, f"{MAPPED}      {line}\n{ACTIONS}", **{"events": LOG, **files})


def column(tables: Tables, name: str) -> list[object]:
    """One column of events in the order of time."""
    return [v for _, v in rows(tables, "events", "occurred_at", name)]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("module: area", ["north", "north", "south"]),
        ("module: {column: area}", ["north", "north", "south"]),
        ("module: {constant: web}", ["web", "web", "web"]),
        ("module: {join: [area, page]}", ["north/home", "north/shop", "south/home"]),
        ("module: {join: [area, page], with: '-'}", ["north-home", "north-shop", "south-home"]),
        ("module: {column: area, map: {north: N, south: S}}", ["N", "N", "S"]),
        ("module: {column: area, map: {north: N}, otherwise: elsewhere}", ["N", "N", "elsewhere"]),
        ("module: {column: area, only: {page: [home]}}", ["north", None, "south"]),
        ("module: {column: area, only: {page: [home], extra: [x, y], who: [b]}}", [None, None, "south"]),
        ("module: {column: what, map: {1: one, 2: two, 3: three}}", ["one", "two", "three"]),
        ("value: what", [1.0, 2.0, 3.0]),
    ],
)
def test_where_a_column_comes_from(tmp_path: Path, line: str, values: list[object]) -> None:
    tables = mapped(tmp_path, line)
    assert column(tables, line.split(":")[0]) == values
    assert reasons(tables) == []


def test_a_lookup_says_what_a_value_stands_for_and_a_map_may_follow(tmp_path: Path) -> None:
    types = "id name\n1 search\n2 edit\n3 find\n9 never"
    lookup = "column: what, lookup: {file: types.csv, key: id, value: name}"
    tables = mapped(tmp_path, f"module: {{{lookup}}}", types=types)
    assert column(tables, "module") == ["search", "edit", "find"]
    chained = f"module: {{{lookup}, map: {{search: seek, find: seek, edit: change}}}}"
    assert column(mapped(tmp_path, chained, types=types), "module") == ["seek", "change", "seek"]


def test_a_large_lookup_reads_like_a_small_one(tmp_path: Path) -> None:
    types = "id name\n" + "\n".join(f"{i} n{i}" for i in range(200))
    tables = mapped(tmp_path, "module: {column: what, lookup: {file: types.csv, key: id, value: name}}", types=types)
    assert column(tables, "module") == ["n1", "n2", "n3"]


@pytest.mark.parametrize(
    "line",
    [
        "module: {column: area, map: {north: N}}",
        "module: {column: area, lookup: {file: types.csv, key: id, value: name}}",
    ],
)
def test_a_value_that_is_not_listed_breaks_the_contract(tmp_path: Path, line: str) -> None:
    tables = mapped(tmp_path, line, types="id name\nnorth N")
    assert reasons(tables) == [("module", "is no text, or not in its mapping", 1)]
    assert tables.quarantine["first_example"].tolist() == ["module=south, account_id=b"]


def test_names_and_values_are_quoted(tmp_path: Path) -> None:
    events = pd.DataFrame({'a "b"; DROP': ["it's"], "when": ["2024-01-01"], "select": ["'; --"]})
    path = write(
        tmp_path,
        """tables:
  events:
    file: events.csv
    exclude: {select: ["x'); DROP TABLE y; --"]}
    columns:
      account_id: 'a "b"; DROP'
      occurred_at: when
      action: {constant: run}
      module: {column: select, map: {"'; --": "it's {fine}"}}
      value: {column: select, only: {select: ["o'ther"]}}
"""
        + ACTIONS,
        events="",
    )
    events.to_csv(tmp_path / "raw" / "events.csv", index=False)
    tables = open_source(read_source(path), now=NOW)
    assert rows(tables, "events", "account_id", "module", "value") == [("it's", "it's {fine}", None)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "module: aera",
            r"has no column aera \(did you mean area\?\); there is who, when, what, extra, area, page",
        ),
        ("module: {join: [area, pge]}", r"has no column pge \(did you mean page\?\)"),
        ("module: {column: area, only: {pages: [x]}}", r"has no column pages \(did you mean page\?\)"),
        ("module: {column: what, lookup: {file: no.csv, key: a, value: b}}", r"holds no no.csv"),
        (
            "module: {column: what, lookup: {file: types.csv, key: idd, value: name}}",
            r"no column idd .*mean id",
        ),
        (
            "module: {column: what, lookup: {file: types.csv, key: id, value: name}}",
            "gives id 1 two meanings",
        ),
        ("modul: area", r"table events has no column modul \(did you mean module\?\)"),
        ("module: {column: area, constant: x}", "give exactly one of column, first, join or constant"),
        ("module: {map: {a: b}}", "give exactly one of column, first, join or constant"),
        ("module: {column: area, otherwise: x}", "otherwise goes with map or lookup"),
        ("module: {column: area, mapp: {a: b}}", "columns.module.mapp"),
        ("module: [area]", "columns.module"),
    ],
)
def test_a_mistake_in_a_mapping_is_a_sentence(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(Problem, match=said):
        mapped(tmp_path, line, types="id name\n1 a\n1 b")


def parquet(tmp_path: Path, frame: str, line: str = "value: extra") -> Tables:
    """A source of one Parquet file, written by SQL, with one more column mapped."""
    path = write(tmp_path, f"{MAPPED}      {line}\n{ACTIONS}".replace("events.csv", "events.parquet"))
    duckdb.sql(f"COPY ({frame}) TO '{tmp_path}/raw/events.parquet'")
    return open_source(read_source(path), now=NOW)


BASE = "SELECT 'a' AS who, TIMESTAMP '2024-01-01' AS when, "


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("DATE '2024-02-03'", datetime(2024, 2, 3)),
        ("TIMESTAMP '2024-02-03 04:05:06.123456'", datetime(2024, 2, 3, 4, 5, 6, 123456)),
        ("TIMESTAMP_NS '2024-02-03 04:05:06.123456789'", datetime(2024, 2, 3, 4, 5, 6, 123457)),
        ("TIMESTAMP_S '2024-02-03 04:05:06'", datetime(2024, 2, 3, 4, 5, 6)),
        ("TIMESTAMPTZ '2024-02-03 04:05:06+02'", datetime(2024, 2, 3, 2, 5, 6)),
        ("'2024-02-03T04:05:06Z'", datetime(2024, 2, 3, 4, 5, 6)),
        ("'2024-02-03 04:05:06-05:30'", datetime(2024, 2, 3, 9, 35, 6)),
        ("'2024-02-03'", datetime(2024, 2, 3)),
    ],
)
def test_instants_become_naive_utc_in_microseconds(tmp_path: Path, sql: str, value: datetime) -> None:
    tables = parquet(tmp_path, f"{BASE} {sql} AS seen", "received_at: seen")
    relation = tables.relations["events"]
    assert rows(tables, "events", "received_at") == [(value,)]
    assert str(relation.types[relation.columns.index("received_at")]) == "TIMESTAMP"
    assert reasons(tables) == []


@pytest.mark.parametrize(
    ("sql", "target", "value"),
    [
        ("7::TINYINT", "user_id", "7"),
        ("7.0::DOUBLE", "user_id", "7"),
        ("7.5::DOUBLE", "user_id", "7.5"),
        ("7::DECIMAL(18, 2)", "user_id", "7"),
        ("uuid '00000000-0000-0000-0000-000000000001'", "user_id", "00000000-0000-0000-0000-000000000001"),
        ("''", "user_id", None),
        ("'NaN'::DOUBLE", "value", None),
        ("'NaN'::DOUBLE", "user_id", None),
        ("true", "module", "true"),
        ("2.5::FLOAT", "value", 2.5),
        ("3::UBIGINT", "value", 3.0),
        ("'1e3'", "value", 1000.0),
        ("NULL::INTEGER", "received_by", None),
    ],
)
def test_values_of_any_type_become_those_of_the_contract(tmp_path: Path, sql: str, target: str, value: object) -> None:
    target = "session_id" if target == "received_by" else target
    tables = parquet(tmp_path, f"{BASE} {sql} AS extra", f"{target}: extra")
    assert rows(tables, "events", target) == [(value,)]
    assert reasons(tables) == []


@pytest.mark.parametrize(
    ("sql", "target", "kind"),
    [
        ("1640995200", "received_at", "instant"),
        ("true", "value", "number"),
        ("[1, 2]", "module", "text"),
        ("'x'::BLOB", "module", "text"),
        ("DATE '2024-01-01'", "value", "number"),
    ],
)
def test_a_column_of_a_wrong_type_is_refused(tmp_path: Path, sql: str, target: str, kind: str) -> None:
    with pytest.raises(Problem, match=rf"{target} must be {kind}, and what is mapped there is not \(first: "):
        parquet(tmp_path, f"{BASE} {sql} AS extra", f"{target}: extra")


def test_a_column_without_values_may_have_any_type(tmp_path: Path) -> None:
    tables = parquet(tmp_path, f"{BASE} NULL::INTEGER AS extra", "duration_s: {column: extra}")
    assert rows(tables, "events", "duration_s") == [(None,)]
    path = write(tmp_path, f"{MAPPED}      module: extra\n{ACTIONS}".replace("events.csv", "events.parquet"))
    duckdb.sql(f"COPY ({BASE} NULL::BLOB AS extra) TO '{tmp_path}/raw/events.parquet'")
    assert rows(open_source(read_source(path), now=NOW), "events", "module") == [(None,)]


def test_a_value_that_a_column_can_never_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="extra is TINYINT and can never be 'many'"):
        parquet(tmp_path, f"{BASE} 1::TINYINT AS extra", "module: {column: extra, map: {many: x}}")


def test_whole_numbers_are_booleans_only_where_they_are_0_or_1(tmp_path: Path) -> None:
    yaml = """tables:
  events: {file: events.csv}
  subscriptions: {file: terms.parquet}
"""
    path = write(tmp_path, yaml + ACTIONS, events="account_id occurred_at action\na 2024-01-01 run")
    term = "SELECT 'a' AS account_id, DATE '2024-01-01' AS start_date, DATE '2024-03-01' AS end_date, 1 AS mrr"
    duckdb.sql(f"COPY ({term}, range AS auto_renew FROM range(3)) TO '{tmp_path}/raw/terms.parquet'")
    tables = open_source(read_source(path), now=NOW)
    assert rows(tables, "subscriptions", "auto_renew") == [(False,), (True,)]
    assert reasons(tables) == [("auto_renew", "is no boolean, or not in its mapping", 1)]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2024, 1, 1)),
    st.integers(-14 * 60, 14 * 60),
)
def test_an_offset_is_taken_off(tmp_path: Path, utc: datetime, minutes: int) -> None:
    local = utc + timedelta(minutes=minutes)
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    text = f"{local.isoformat(sep=' ')}{sign}{hours:02}:{rest:02}"
    path = write(tmp_path, MAPPED + ACTIONS, events="who when\n")
    (tmp_path / "raw" / "events.csv").write_text(f"who,when\na,{text}\n", encoding="utf-8")
    assert rows(open_source(read_source(path), now=NOW), "events", "occurred_at") == [(utc,)]
