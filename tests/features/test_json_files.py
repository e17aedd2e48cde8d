"""JSON files: fields inside fields by dotted names, lists of which each element is a row, damaged lines."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from source_files import NOW, reasons, rows, write

from leadline.features.fields import steps
from leadline.features.sources import Tables, open_source, read_source
from leadline.problem import Problem

YAML = """tables:
  events:
    file: log.jsonl
    columns:
      account_id: who
      occurred_at: at
      action: {constant: run}
"""
END = "actions: {core: [run]}\nquarantine: {max_share: 1}\n"


def line(**more: object) -> dict[str, object]:
    """One object of the log."""
    return {"who": "a", "at": "2024-01-01"} | more


def read(tmp_path: Path, objects: list[object], more: str = "", yaml: str = YAML) -> Tables:
    """A log of JSON lines, with one more column mapped."""
    path = write(tmp_path, f"{yaml}{more}\n{END}")
    text = "".join(json.dumps(one) + "\n" for one in objects)
    (tmp_path / "raw" / "log.jsonl").write_text(text, encoding="utf-8")
    return open_source(read_source(path), now=NOW)


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("plan", {"plan": "pro"}),
        ("properties.plan", {"properties": {"plan": "pro"}}),
        ("a.b.c", {"a": {"b": {"c": "pro"}}}),
        ("properties.$insert_id", {"properties": {"$insert_id": "pro"}}),
        ("properties.Report Type", {"properties": {"Report Type": "pro"}}),
        ('properties."my.key"', {"properties": {"my.key": "pro"}}),
        ("groups.company.1", {"groups": {"company": ["free", "pro"]}}),
        ("it's.a/b.c~d", {"it's": {"a/b": {"c~d": "pro"}}}),
    ],
)
def test_a_field_is_reached_by_its_dotted_name(tmp_path: Path, name: str, inside: dict) -> None:
    tables = read(tmp_path, [line(**inside), line()], f"      module: {json.dumps(name)}")
    assert sorted(rows(tables, "events", "module"), key=str) == [("pro",), (None,)]


KEY = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters='"'), min_size=1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(KEY, min_size=1, max_size=3), st.text(st.characters(exclude_categories=["C"]), min_size=1))
def test_any_key_can_be_reached_and_any_text_comes_out_as_it_was(tmp_path: Path, keys: list[str], text: str) -> None:
    keys = ["k" + keys[0], *keys[1:]]  # so that it is none of the log's own
    inside: object = text
    for key in reversed(keys):
        inside = {key: inside}
    name = ".".join(f'"{key}"' for key in keys)
    assert steps(name) == tuple(keys)
    tables = read(tmp_path, [line(**inside)], f"      module: {json.dumps(name, ensure_ascii=False)}")
    assert rows(tables, "events", "module") == [(text,)]


def test_values_are_read_as_text_and_lose_nothing(tmp_path: Path) -> None:
    values = ["007", 9007199254740993, 12345678901234567890123, 1.5, True, "", None, {"a": [1]}]
    tables = read(tmp_path, [line(v=v) for v in values], "      user_id: v")
    expected = ["007", "1.5", "12345678901234567890123", "9007199254740993", "true", '{"a":[1]}']
    given = [v for (v,) in rows(tables, "events", "user_id")]
    assert sorted(v for v in given if v is not None) == sorted(expected)
    assert given.count(None) == 2


def test_a_row_that_is_no_object_is_set_apart(tmp_path: Path) -> None:
    tables = read(tmp_path, [line(), 3, [1], "x"])
    assert reasons(tables) == [("occurred_at", "has no value", 3)]


def test_packed_files_and_arrays_are_read_too(tmp_path: Path) -> None:
    path = write(tmp_path, f"{YAML}{END}".replace("log.jsonl", '"*.gz"'))
    (tmp_path / "raw" / "one.gz").write_bytes(gzip.compress(json.dumps(line()).encode()))
    (tmp_path / "raw" / "two.json.gz").write_bytes(gzip.compress(json.dumps([line(), line()]).encode()))
    assert len(rows(open_source(read_source(path), now=NOW), "events", "action")) == 3


def test_a_field_of_later_rows_only_is_found_all_the_same(tmp_path: Path) -> None:
    tables = read(tmp_path, [line()] * 12_000 + [line(late="x")], "      module: late")
    assert rows(tables, "events", "module").count(("x",)) == 1


def test_columns_that_nothing_reads_are_named_by_their_first_part(tmp_path: Path) -> None:
    tables = read(tmp_path, [line(a={"b": 1, "c": 2}, d=3, e={"f": 1})], "      module: a.b")
    assert tables.rows["columns_not_read"].tolist() == ["d, e"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"who": "a", "at": "2024-01-01"}\n{"who": "b"', r"log.jsonl cannot be read \(.*line 3"),
        (b'{"who": "a",\n{"who": "b"}\n', r"log.jsonl cannot be read"),
        ('{"who": "é", "at": "2024-01-01"}\n'.encode("latin-1"), "cannot be read"),
        (b"", "log.jsonl holds no rows for events; export it again"),
        (b'{"whom": "a", "at": "2024-01-01"}\n', r"has no column who \(did you mean whom\?\); there is whom, at"),
    ],
)
def test_a_damaged_json_file_is_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = write(tmp_path, f"{YAML}{END}")
    (tmp_path / "raw" / "log.jsonl").write_bytes(content)
    with pytest.raises(Problem, match=said):
        open_source(read_source(path), now=NOW)


def test_a_misspelt_field_is_a_sentence_with_the_near_miss(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"has no column p\.paln \(did you mean p\.plan\?\); there is who, at, p\.plan"):
        read(tmp_path, [line(p={"plan": "x"})], "      module: p.paln")


BY_ITEM = """tables:
  events:
    file: log.jsonl
    each: items.data
    columns:
      account_id: who
      occurred_at: at
      action: {constant: run}
      module: items.data.name
      value: items.data.price.amount
"""


def test_each_element_of_a_list_is_a_row(tmp_path: Path) -> None:
    items = [{"name": "x", "price": {"amount": 5}}, {"name": "y", "price": {"amount": 7}}]
    objects = [line(items={"data": items}), line(who="b", items={"data": items[:1]}), line(who="c", items={"data": []})]
    tables = read(tmp_path, objects, yaml=BY_ITEM)
    assert rows(tables, "events", "account_id", "module", "value") == [
        ("a", "x", 5.0),
        ("a", "y", 7.0),
        ("b", "x", 5.0),
    ]
    assert tables.rows[["rows_in", "rows_used"]].values.tolist() == [[3, 3]]


@pytest.mark.parametrize(
    ("objects", "said"),
    [
        ([line(items={"date": []})], r"has no list items\.data \(did you mean items\.date\?\)"),
        ([line(items={"data": 3})], "cannot be read .*Expected ARRAY"),
    ],
)
def test_a_list_that_is_none_is_a_sentence(tmp_path: Path, objects: list[object], said: str) -> None:
    with pytest.raises(Problem, match=said):
        read(tmp_path, objects, yaml=BY_ITEM)
