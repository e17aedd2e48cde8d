"""What is kept between runs: the next week reads the next week's events, and yields what a full rebuild yields."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from leadline.features import kept
from leadline.features.sources import Source, read_source

START = pd.Timestamp("2024-01-01").as_unit("us")
WEEKS = 22
YAML = """
about: a small log
folder: log
tables: {events: {file: "events*.parquet"}}
actions: {core: [core], view: [view], other: [other]}
quarantine: {max_share: 0.5}
"""
events = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["ann", "bob", None]),
        st.integers(0, WEEKS * 7 * 24),
        st.sampled_from([0, 0, 0, 1, 30, 24 * 7, 24 * 40]),  # hours until it was known
        st.sampled_from(["core", "view", "other"]),
        st.sampled_from(["x", "y", None]),
    ),
    min_size=5,
    max_size=80,
)
relaxed = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def frame(rows: list[tuple]) -> pd.DataFrame:
    """Events of drawn rows, among them one of every action in the first week and one in the last."""
    always = [("a", "ann", hour, 0, action, "x") for hour, action in enumerate(("core", "view", "other"))]
    always += [("a", "ann", 24 * 15, 0, "core", "x")]
    last = [("b", "bob", WEEKS * 7 * 24, 0, "core", "y")]
    log = pd.DataFrame([*always, *rows, *last], columns=["account_id", "user_id", "hour", "late", "action", "module"])
    occurred = START + pd.to_timedelta(log["hour"], unit="h")
    log["occurred_at"] = occurred.astype("datetime64[us]")
    log["received_at"] = (occurred + pd.to_timedelta(log["late"], unit="h")).astype("datetime64[us]")
    return log.drop(columns=["hour", "late"]).astype(
        dict.fromkeys(["account_id", "user_id", "action", "module"], "str")
    )


def source_in(folder) -> Source:
    (folder / "log").mkdir(parents=True, exist_ok=True)
    (folder / "source.yaml").write_text(YAML)
    return read_source(folder / "source.yaml")


def table(source: Source, folder) -> pd.DataFrame:
    files = kept.weekly_table(source, None, folder)
    return pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)


@relaxed
@given(rows=events, week=st.integers(3, WEEKS - 1))
def test_a_week_added_yields_what_a_full_rebuild_yields(tmp_path_factory, rows, week):
    folder = tmp_path_factory.mktemp("log")
    source, log = source_in(folder), frame(rows)
    cut = START + pd.Timedelta(days=7 * week, hours=5)
    log[log["received_at"] < cut].to_parquet(folder / "log" / "events-1.parquet")
    before = table(source, folder / "kept")
    log[log["received_at"] >= cut].to_parquet(folder / "log" / "events-2.parquet")
    after = table(source, folder / "kept")
    pd.testing.assert_frame_equal(after, table(source, folder / "fresh"), check_exact=True)
    pd.testing.assert_frame_equal(after.iloc[: len(before)], before, check_exact=True)


@pytest.fixture
def told(monkeypatch):
    """How many events each run read."""
    read = []
    opened = kept.open_source

    def counting(*given, **named):
        tables = opened(*given, **named)
        read.append(int(tables.rows.set_index("table").loc["events", "rows_in"]))
        return tables

    monkeypatch.setattr(kept, "open_source", counting)
    return read


LOG = [("a", "ann", 24 * day, 0, "core", "x") for day in range(5, 140)]


def test_what_was_read_is_not_read_again_but_where_history_changed(tmp_path, told):
    source, log = source_in(tmp_path), frame(LOG)
    file = tmp_path / "log" / "events-1.parquet"
    log.to_parquet(file)
    first = table(source, tmp_path / "kept")
    assert told == [len(log)]
    pd.testing.assert_frame_equal(table(source, tmp_path / "kept"), first, check_exact=True)
    assert told[1] == (log["received_at"] >= first["as_of"].max()).sum()
    log.drop(index=30).to_parquet(file)  # an event of the past is taken back
    table(source, tmp_path / "kept")
    assert told[2:] == [len(log) - 1]


def test_a_run_that_was_interrupted_leaves_nothing_counted_twice(tmp_path):
    source, log = source_in(tmp_path), frame(LOG)
    cut = START + pd.Timedelta(weeks=12)
    file = tmp_path / "log" / "events-1.parquet"
    log[log["received_at"] < cut].to_parquet(file)
    table(source, tmp_path / "kept")
    noted = (tmp_path / "kept" / kept.NOTE).read_text()
    log.to_parquet(file)
    whole = table(source, tmp_path / "kept")
    (tmp_path / "kept" / kept.NOTE).write_text(noted)  # as if it had stopped just before
    later = pd.concat([log, log.tail(1).assign(received_at=log["received_at"].max() + pd.Timedelta(days=8))])
    later.iloc[-1, later.columns.get_loc("occurred_at")] = later["received_at"].iloc[-1]
    later.to_parquet(file)
    again = table(source, tmp_path / "kept")
    pd.testing.assert_frame_equal(again.iloc[: len(whole)], whole, check_exact=True)
    assert len(again) > len(whole)


def test_blocks_hold_each_week_once(tmp_path, monkeypatch):
    source, log = source_in(tmp_path), frame(LOG)
    log.to_parquet(tmp_path / "log" / "events-1.parquet")
    whole = table(source, tmp_path / "kept")
    monkeypatch.setattr(kept, "EVENTS_A_BLOCK", 40)
    pd.testing.assert_frame_equal(table(source, tmp_path / "blocks"), whole, check_exact=True)
    assert len(list((tmp_path / "blocks" / "users").glob("*.parquet"))) > 1


def test_a_week_without_durations_keeps_the_minutes_of_those_before(tmp_path):
    source, log = source_in(tmp_path), frame(LOG).assign(duration_s=60.0)
    cut = START + pd.Timedelta(weeks=20)
    log.loc[log["received_at"] >= cut, "duration_s"] = None
    log[log["received_at"] < cut].to_parquet(tmp_path / "log" / "events-1.parquet")
    table(source, tmp_path / "kept")
    log[log["received_at"] >= cut].to_parquet(tmp_path / "log" / "events-2.parquet")
    added, fresh = table(source, tmp_path / "kept"), table(source, tmp_path / "fresh")
    assert fresh["minutes_28"].max() == 29  # one a day for 28 days, and the second of day 15
    pd.testing.assert_frame_equal(added, fresh, check_exact=True)
