"""Daily volumes: which local day an event belongs to, and since when it was known."""

from pathlib import Path

import pandas as pd
from source_files import EVENTS, opened

from leadline.experiment import Calendar
from leadline.features.volumes import COLUMNS, daily_volumes

ALONE = EVENTS.replace(", view: [look]", "")
BOTH = "tables: {accounts: {file: accounts.csv}, events: {file: events.csv}}\n" + ALONE.split("\n", 1)[1]
REGIONS = "account_id region\na APAC\nb -\n"


def volumes(folder: Path, events: str, timezone: str = "UTC", accounts: str = REGIONS) -> list[list[str]]:
    """The rows as words, instants as month, day and hour."""
    found = daily_volumes(opened(folder, BOTH, events=events, accounts=accounts), Calendar(timezone=timezone))
    assert list(found.columns) == COLUMNS
    text = {name: found[name].dt.strftime("%m-%dT%H") for name in ("day", "known_at")}
    return found.assign(**text).fillna("-").astype(str).to_numpy().tolist()


def test_events_are_counted_by_day_module_and_region(tmp_path):
    events = """
        account_id occurred_at action module
        a 2024-03-04T10:00:00 run boards
        a 2024-03-04T23:59:59 run boards
        a 2024-03-05T00:00:00 run boards
        a 2024-03-04T10:00:00 run files
        b 2024-03-04T10:00:00 run boards
        b 2024-03-04T10:00:00 run -
    """
    assert volumes(tmp_path, events) == [
        ["03-04T00", "03-05T00", "boards", "APAC", "2"],
        ["03-04T00", "03-05T00", "boards", "-", "1"],
        ["03-04T00", "03-05T00", "files", "APAC", "1"],
        ["03-04T00", "03-05T00", "-", "-", "1"],
        ["03-05T00", "03-06T00", "boards", "APAC", "1"],
    ]


def test_a_late_event_is_known_from_the_midnight_after_it_was_received(tmp_path):
    events = """
        account_id occurred_at received_at action
        a 2024-03-04T10:00:00 2024-03-04T10:00:00 run
        a 2024-03-04T10:00:00 2024-03-06T23:59:00 run
        a 2024-03-04T10:00:00 2024-03-07T00:00:00 run
    """
    assert [row[:2] for row in volumes(tmp_path, events)] == [
        ["03-04T00", "03-05T00"],
        ["03-04T00", "03-07T00"],
        ["03-04T00", "03-08T00"],
    ]


def test_days_are_those_of_the_team_also_where_the_clock_is_changed(tmp_path):
    events = """
        account_id occurred_at action
        a 2024-03-30T22:59:00 run
        a 2024-03-30T23:00:00 run
        a 2024-03-31T21:59:00 run
        a 2024-03-31T22:00:00 run
    """
    assert [[*row[:2], row[4]] for row in volumes(tmp_path, events, "Europe/Berlin")] == [
        ["03-30T00", "03-30T23", "1"],
        ["03-31T00", "03-31T22", "2"],
        ["04-01T00", "04-01T22", "1"],
    ]


def test_a_log_without_module_or_region(tmp_path):
    events = "account_id occurred_at action\na 2024-03-04T10:00:00 run\na 2024-03-04T11:00:00 run\n"
    found = daily_volumes(opened(tmp_path, ALONE, events=events), Calendar())
    assert found["events"].tolist() == [2]
    assert found[["module", "region"]].isna().all(axis=None)
    assert found.dtypes.astype(str).tolist() == ["datetime64[us]", "datetime64[us]", "str", "str", "int64"]


def test_what_an_as_of_date_knew_are_the_rows_known_by_then(tmp_path):
    """Against a count of the log itself, event by event."""
    moments = pd.date_range("2024-03-01T05:00", periods=60, freq="7h")
    received = [at + pd.Timedelta(hours=(i * 13) % 90) for i, at in enumerate(moments)]
    log = list(zip(moments, received, strict=True))
    lines = [f"a {at:%Y-%m-%dT%H:%M:%S} {then:%Y-%m-%dT%H:%M:%S} run" for at, then in log]
    tables = opened(tmp_path, ALONE, events="\n".join(["account_id occurred_at received_at action", *lines]))
    found = daily_volumes(tables, Calendar(timezone="Asia/Shanghai"))
    for as_of in pd.date_range("2024-03-01T16:00", periods=20, freq="D"):
        known = [at for at, then in log if at < as_of and then < as_of]
        assert found.loc[found["known_at"] <= as_of, "events"].sum() == len(known)
