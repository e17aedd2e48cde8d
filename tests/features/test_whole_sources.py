"""Of whatever lies in the files, every row is used, quarantined or excluded, or a sentence says why none is."""

import contextlib
import csv
import os
import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typed_sources import Typed, opened_typed, typed
from whole_sources import NOW, Made, made, opened, sources, with_good_events

from leadline.features.contract import CONTRACT
from leadline.features.contract_columns import Column
from leadline.features.sources import Tables
from leadline.problem import Problem

EXAMPLES = int(os.environ.get("LEADLINE_EXAMPLES", "25"))
MANY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
FORMS = ({}, {"quoting": csv.QUOTE_MINIMAL}, {"delimiter": ";"}, {"lineterminator": "\n"})
COUNTS = ["rows_in", "rows_used", "rows_quarantined", "rows_excluded"]


def result(folder: Path, tables: tuple[Made, ...], kind: str, **form: object) -> Tables | str:
    """An opened source, or the sentence that refuses it."""
    try:
        return opened(folder, tables, kind, **form)
    except Problem as problem:
        said = str(problem)
        assert said.endswith(".")
        assert "\n" not in said
        return said.replace(f"/{kind}/", "/").replace(f".{kind}", "")


def content(tables: Tables | str) -> object:
    """All that is read: the rows of every table, and what is in quarantine; or the sentence."""
    if isinstance(tables, str):
        return re.sub(r"\(first: .*|there is .*", "", tables)  # which row comes first is the file's affair
    rows = {name: Counter(map(repr, relation.fetchall())) for name, relation in tables.relations.items()}
    return rows, sorted(tables.quarantine[["table", "column", "reason", "rows"]].itertuples(index=False, name=None))


def assert_accounted(tables: Tables, there: dict[str, int]) -> None:
    counts = tables.rows.set_index("table")[COUNTS]
    assert counts["rows_in"].to_dict() == there
    assert (counts["rows_in"] == counts[COUNTS[1:]].sum(axis=1)).all()
    quarantined = tables.quarantine.groupby("table")["rows"].sum().to_dict()
    assert {t: n for t, n in counts["rows_quarantined"].items() if n} == quarantined
    assert counts["rows_used"].to_dict() == {t: len(tables.relations[t].fetchall()) for t in there}


def assert_kept(tables: Tables) -> None:
    """What may be used obeys the contract, row by row; what is derived is not asked."""
    accounts = {row[0] for row in tables.relations["accounts"].fetchall()}
    for name in tables.rows["table"]:
        table, relation = CONTRACT[name], tables.relations[name]
        rows = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
        assert accounts >= {row["account_id"] for row in rows} or "accounts" not in tables.rows["table"].tolist()
        keys = [tuple(row[k] for k in table.key) for row in rows if table.key and row[table.key[-1]] is not None]
        assert len(keys) == len(set(keys))
        columns = [c for c in table.columns if (name, c.name) != ("accounts", "created_at")]  # filled where it is empty
        for row in rows:
            assert [c.name for c in columns if not _obeys(c, row)] == [], row


def _obeys(column: Column, row: dict[str, Any]) -> bool:
    value = row[column.name]
    if value is None:
        return not column.required
    if column.type == "text":
        return bool(value.strip(" \t\r\n")) and (not column.one_of or value in column.one_of)
    if column.type == "number":
        return (-column.at_most if column.negative else 0) <= value <= column.at_most
    if column.type == "instant":
        other = row.get(str(column.not_before)) or value
        latest = NOW if column.past else datetime(9999, 12, 31, 23, 59, 59, 999999)
        return datetime(1970, 1, 2) <= value <= latest and value >= other
    return value in (True, False)


@MANY
@given(tables=sources(), seed=st.integers(0, 99))
def test_texts_are_accounted_for_alike_in_csv_and_parquet_and_in_any_order(
    tmp_path: Path, tables: tuple[Made, ...], seed: int
) -> None:
    as_csv = result(tmp_path, tables, "csv")
    if isinstance(as_csv, Tables):
        assert_accounted(as_csv, {table.name: len(table.rows) for table in tables})
        assert_kept(as_csv)
    read = content(as_csv)  # now, for events stay in the file that is written next
    shuffled = tuple(Made(t.name, t.columns, tuple(Random(seed).sample(t.rows, len(t.rows)))) for t in tables)
    again = result(tmp_path, shuffled, "csv", **FORMS[seed % len(FORMS)])
    assert read == content(again) == content(result(tmp_path, tables, "parquet"))


@MANY
@given(events=typed("events"), terms=typed("subscriptions"))
def test_columns_of_any_type_are_accounted_for_or_refused(tmp_path: Path, events: Typed, terms: Typed) -> None:
    with contextlib.suppress(Problem):
        tables = opened_typed(tmp_path, (events, terms))
        assert_accounted(tables, {"events": len(events.made.rows), "subscriptions": len(terms.made.rows)})
        assert_kept(tables)


@MANY
@given(events=made("events"), late=st.data())
def test_what_is_known_later_changes_nothing_that_was_known_before(
    tmp_path: Path, events: Made, late: st.DataObject
) -> None:
    now_known = with_good_events(events)
    when = now_known.columns.index("received_at" if "received_at" in now_known.columns else "occurred_at")
    rows = late.draw(st.lists(st.sampled_from(now_known.rows), max_size=8))
    later = tuple((*row[:when], "2024-03-01", *row[when + 1 :]) for row in rows)
    before = _known_before(opened(tmp_path, (now_known,), "csv"), "2024-03-01")
    after = opened(tmp_path, (Made("events", now_known.columns, (*now_known.rows, *later)),), "csv")
    assert _known_before(after, "2024-03-01") == before


def _known_before(tables: Tables, instant: str) -> tuple[list[tuple], list[tuple]]:
    """The events known before an instant, and the accounts known by then."""
    events = tables.relations["events"].filter(f"received_at < '{instant}'").order("ALL")
    accounts = tables.relations["accounts"].filter(f"created_at < '{instant}'").order("ALL")
    return events.fetchall(), accounts.fetchall()
