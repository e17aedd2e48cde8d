"""While MLflow is busy or out of reach, accounts are scored by the champions it named last."""

import sqlite3
from pathlib import Path

import pytest
from rich.console import Console
from tests.models.model_tables import experiment

from leadline.experiment import Experiment
from leadline.models import tracking
from leadline.models.tracking import Registered, Unreachable
from leadline.runs import flow, registry
from leadline.runs.job import Job
from leadline.runs.kept_champions import kept_champions
from leadline.runs.registry import champions, champions_there_are

NOBODY = "http://someone:secret@127.0.0.1:9"  # a port that nothing listens on


@pytest.fixture
def settings(tmp_path: Path) -> Experiment:
    return experiment().model_copy(update={"root": tmp_path})


@pytest.fixture
def job(settings: Experiment) -> Job:
    return Job(settings, None, "", settings.derived)


def version(folder: Path, number: str) -> Registered:
    """A version whose artifacts hold only its number."""
    for part in ("model", "backtest"):
        (folder / number / part).mkdir(parents=True, exist_ok=True)
        (folder / number / part / "number.txt").write_text(number)
    return Registered("leadline-small-churn", number, f"run{number}", str(folder / number / "model"), {"as_of": "x"})


def named(monkeypatch: pytest.MonkeyPatch, **found: Registered) -> None:
    monkeypatch.setattr(tracking, "registered", lambda _, outcome: found.get(outcome))


def test_a_server_that_is_not_there_is_told_without_its_address(settings: Experiment, monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", NOBODY)
    with pytest.raises(Unreachable) as told:
        tracking.registered(settings, "churn")
    assert str(told.value).startswith("MLflow does not answer (the server that MLFLOW_TRACKING_URI names is busy")
    assert "secret" not in str(told.value)


def test_a_store_that_is_locked_is_told(settings: Experiment, empty_store: Path, tmp_path: Path, monkeypatch) -> None:
    store = tmp_path / "busy.db"
    store.write_bytes(empty_store.read_bytes())
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{store}?timeout=0.1")
    other = sqlite3.connect(store, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Unreachable, match="busy or out of reach"):
        tracking.registered(settings, "churn")
    other.close()


def test_what_was_named_last_serves_while_there_is_no_answer(job: Job, tmp_path: Path, monkeypatch) -> None:
    named(monkeypatch, churn=version(tmp_path, "1"))
    champions(job)
    named(monkeypatch, churn=version(tmp_path, "2"), expansion=version(tmp_path, "7"))
    champions(job)
    monkeypatch.undo()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", NOBODY)
    found = champions(job)
    assert {outcome: model.version for outcome, model in found.items()} == {"churn": "2", "expansion": "7"}
    assert (found["churn"].folder() / "number.txt").read_text() == "2"
    assert (found["expansion"].files("backtest") / "number.txt").read_text() == "7"


def test_an_outcome_without_a_champion_any_more_is_forgotten(job: Job, tmp_path: Path, monkeypatch) -> None:
    named(monkeypatch, churn=version(tmp_path, "1"), expansion=version(tmp_path, "7"))
    champions(job)
    named(monkeypatch, churn=version(tmp_path, "1"))
    champions(job)
    assert set(kept_champions(job)) == {"churn"}


def test_a_copy_that_was_cut_off_is_made_again(job: Job, tmp_path: Path, monkeypatch) -> None:
    named(monkeypatch, churn=version(tmp_path, "1"))
    champions(job)
    (job.work / "champions" / "churn" / "version.json").unlink()
    assert kept_champions(job) == {}
    champions(job)
    assert set(kept_champions(job)) == {"churn"}


def test_with_nothing_kept_the_silence_is_told(job: Job, monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", NOBODY)
    with pytest.raises(Unreachable):
        champions_there_are(job)


def test_a_run_says_that_training_waits(job: Job, monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", NOBODY)
    console = Console(record=True, width=200)
    assert not flow._answers(console, job)
    assert "scored by the models it named last; training waits." in console.export_text()
    assert registry.kept_champions(job) == {}
