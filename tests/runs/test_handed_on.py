"""What earlier weeks handed on is read from what they published."""

import json
from pathlib import Path

import pandas as pd
import pytest

from leadline.decisions.standing import entered, nobody
from leadline.experiment import Experiment, Following
from leadline.runs.handed_on import handed_on

NOW = pd.Timestamp("2024-03-04")


@pytest.fixture
def settings(tmp_path: Path) -> Experiment:
    return Experiment(name="small", question="?", source="small", outcomes={"mode": "activity"}, root=tmp_path)


def publish(settings: Experiment, day: str, crossings: int, account: str) -> None:
    folder, as_of = settings.published / day, pd.Timestamp(day)
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"as_of": as_of.isoformat()}))
    rows = [("crossings", 0 if crossings > 20 else 40, crossings), ("value", 10, 1)]
    table = pd.DataFrame(rows, columns=["indicator", "capacity", "alerts"]).assign(as_of=as_of, group="all")
    table.to_parquet(folder / "thresholds.parquet")
    standing = entered(nobody(), pd.Series([account], dtype="str"), as_of, Following(), first=True)
    standing.to_parquet(folder / "standing.parquet")


def test_before_anything_was_published_nothing_is_handed_on(settings: Experiment) -> None:
    found = handed_on(settings, NOW)
    assert found.thresholds.empty
    assert found.standing.empty
    assert found.calm == ()


def test_the_newest_before_the_date_is_taken_and_calm_weeks_of_all(settings: Experiment) -> None:
    """The week of 99 crossings was a flood; what was published for the date itself or later does not count."""
    for day, crossings, account in (
        ("2024-02-12", 7, "a"),
        ("2024-02-19", 99, "b"),
        ("2024-02-26", 9, "c"),
        ("2024-03-04", 5, "d"),
    ):
        publish(settings, day, crossings, account)
    found = handed_on(settings, NOW)
    assert found.standing["account_id"].tolist() == ["c"]
    assert found.standing["until"].tolist() == [pd.Timestamp("2024-03-25")]
    assert found.thresholds["as_of"].unique().tolist() == [pd.Timestamp("2024-02-26")]
    assert found.calm == (7, 9)


def test_a_list_published_without_a_standing_hands_on_nobody(settings: Experiment) -> None:
    publish(settings, "2024-02-26", 9, "c")
    (settings.published / "2024-02-26" / "standing.parquet").unlink()
    assert handed_on(settings, NOW).standing.empty
