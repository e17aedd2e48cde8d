"""Time: nothing known at or after an as-of date moves an indicator, nor does the order of rows."""

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadline.features.catalogue import catalogue, declared
from leadline.features.engine import DuckDBEngine, PandasEngine
from leadline.features.indicator import columns_of
from leadline.features.snapshots import Log, available, snapshots
from leadline.problem import Problem

START = pd.Timestamp("2024-01-01").as_unit("us")
DATES = [START + pd.Timedelta(days=d) for d in (28, 63, 126)]

row = st.tuples(
    st.sampled_from("ab"),
    st.sampled_from(["ann", "bob", "cid", None]),
    st.integers(0, 130 * 24),  # hour it occurred
    st.sampled_from([0, 0, 0, 1, 30, 24 * 7, 24 * 40]),  # hours until it was known
    st.sampled_from(["core", "view", "other"]),
    st.sampled_from(["x", "y", None]),
)
logs = st.lists(row, min_size=1, max_size=120)
relaxed = settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def events_of(rows: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["account_id", "user_id", "hour", "late", "action", "module"])
    occurred = START + pd.to_timedelta(frame["hour"], unit="h")
    frame["occurred_at"] = occurred.astype("datetime64[us]")
    frame["received_at"] = (occurred + pd.to_timedelta(frame["late"], unit="h")).astype("datetime64[us]")
    text = ["account_id", "user_id", "action", "module", "session_id"]
    frame["session_id"] = None
    frame["duration_s"] = (frame["hour"] % 7).astype("float64")
    return frame.astype(dict.fromkeys(text, "str"))


def table(engine, events: pd.DataFrame, dates=tuple(DATES)) -> pd.DataFrame:
    accounts = pd.DataFrame({"account_id": ["a", "b"], "created_at": START - pd.Timedelta(days=1)})
    accounts["created_at"] = accounts["created_at"].astype("datetime64[us]")
    frames = {"events": engine.table(events), "accounts": engine.table(accounts)}
    log = Log(frames, ("core",), ("view",))
    grid = accounts[["account_id"]].merge(pd.DataFrame({"as_of": list(dates)}), how="cross")
    grid["as_of"] = grid["as_of"].astype("datetime64[us]")
    return snapshots(engine, log, grid, available(catalogue(), log))


def same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(left, right, check_dtype=False, rtol=1e-12, atol=1e-12)


@relaxed
@given(logs, st.sampled_from(DATES))
def test_what_is_known_later_changes_no_earlier_snapshot(rows, date):
    events = events_of(rows)
    full = table(DuckDBEngine(), events)
    cut = events[events["received_at"] < date]
    same(table(DuckDBEngine(), cut, [date]), full[full["as_of"] == date].reset_index(drop=True))


@relaxed
@given(logs, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    same(table(DuckDBEngine(), events_of(rows)), table(DuckDBEngine(), events_of(shuffled)))


def test_every_indicator_has_a_literal_test():
    tests = Path(__file__).parent.joinpath("indicators").glob("test_*.py")
    named = set(re.findall(r'value\(\s*"(\w+)"', "".join(file.read_text() for file in tests)))
    wanted = {i.name: {c.name for c in (i.in_module("m") if i.per_module else i).columns()} for i in declared()}
    assert [name for name, columns in wanted.items() if not named & columns] == []


def test_every_sentence_is_filled_in_both_languages():
    for column in columns_of(catalogue()):
        for language in ("en", "zh"):
            sentence = column.reason(0.25, float("nan"), language)
            assert "{" not in sentence
            assert "nan" not in sentence


def test_too_many_instants_within_the_week_are_refused():
    events = events_of([("a", "ann", 5, 0, "core", "x")])
    dates = [START + pd.Timedelta(days=30, hours=h) for h in range(15)]
    with pytest.raises(Problem, match="15 different instants within the week"):
        table(PandasEngine(), events, dates)
