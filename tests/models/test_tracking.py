"""MLflow in a store of its own, in a folder whose name has a space."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from model_tables import experiment

from leadline.experiment import Experiment
from leadline.models import tracking
from leadline.models.fitted import Fitted, load
from leadline.models.rule import Rule
from leadline.problem import Problem

METRICS = pd.DataFrame(
    [
        ("churn", "p", "all", "auc", 0.8),
        ("churn", "recency", "all", "auc", 0.7),
        ("churn", "p", "all", "ece", float("nan")),
        ("churn", "p", "as of 2024-01-01", "auc", 0.9),
        ("churn", "p", "as of 2024-04-01", "auc", 0.6),
        ("churn", "p", "segment: O'Brien / Söhne", "auc", 0.6),
    ],
    columns=["outcome", "model", "slice", "metric", "value"],
)


def model(intercept: float) -> Fitted:
    return Fitted("churn", "rule", (), 0.1, 10, 1, "abc", rule=Rule("base_rate", intercept=intercept))


def record(settings: Experiment, folder: Path, fitted: Fitted) -> tracking.Registered:
    fitted.save(folder / "model")
    (folder / "backtest").mkdir()
    (folder / "backtest" / "verdicts.json").write_text("{}")
    tags = {"as_of": "2024-05-01T00:00:00"}
    return tracking.log_training(settings, "churn", folder, METRICS, {"kind": fitted.kind}, tags, "It is the first.")


def crowned(settings: Experiment, folder: Path, fitted: Fitted) -> tracking.Registered:
    before = tracking.registered(settings, "churn")
    found = record(settings, folder, fitted)
    tracking.promote(settings, found, before)
    return found


def versions(settings: Experiment) -> tuple[str | None, ...]:
    """The champion's version, the challenger's, and that of the newest training."""
    found = (tracking.registered(settings, "churn"), tracking.registered(settings, "churn", "challenger"),
             tracking.newest(settings, "churn"))  # fmt: skip
    return tuple(model and model.version for model in found)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_store: Path) -> Experiment:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    folder = tmp_path / "a place" / "experiments"
    folder.mkdir(parents=True)
    shutil.copy(empty_store, folder)
    return experiment().model_copy(update={"root": tmp_path / "a place"})


def test_a_training_is_recorded_registered_and_found_again(
    settings: Experiment, tmp_path: Path, capfd: pytest.CaptureFixture
) -> None:
    assert versions(settings) == (None, None, None)
    first = record(settings, tmp_path / "first", model(-1.0))
    assert (first.name, first.version) == ("leadline-small-churn", "1")
    assert versions(settings) == (None, "1", "1")

    tracking.promote(settings, first, None)
    assert versions(settings) == ("1", None, "1")
    found = tracking.registered(settings, "churn")
    assert found == first
    assert load(found.folder()) == model(-1.0)
    assert (found.files("backtest") / "verdicts.json").read_text() == "{}"
    assert tracking.registered(settings, "expansion") is None

    assert tracking.version(settings, "churn", "1").run_id == first.run_id
    assert tracking.version(settings, "churn", "4") is None
    assert tracking.version(settings, "expansion", "1") is None

    assert sorted(p.name for p in (settings.root / "experiments").iterdir()) == ["mlflow.db", "mlruns"]
    assert not list((settings.root / "experiments").rglob("*.pkl"))
    store = tracking.client(settings)
    assert store.get_model_version(first.name, "1").description == "It is the first."
    noise = capfd.readouterr()
    assert (noise.out, noise.err) == ("", "")


def test_a_challenger_leaves_the_champion_where_it_is(settings: Experiment, tmp_path: Path) -> None:
    crowned(settings, tmp_path / "first", model(-1.0))
    record(settings, tmp_path / "second", model(-2.0))
    assert versions(settings) == ("1", "2", "2")
    record(settings, tmp_path / "third", model(-3.0))
    assert versions(settings) == ("1", "3", "3")
    assert load(tracking.registered(settings, "churn").folder()) == model(-1.0)


def test_rolling_back_goes_back_step_by_step_and_keeps_what_was_rolled_back(
    settings: Experiment, tmp_path: Path
) -> None:
    for number in (1, 2, 3):
        crowned(settings, tmp_path / str(number), model(-float(number)))
    assert versions(settings) == ("3", None, "3")
    goes, back = tracking.roll_back(settings, "churn")
    assert (goes.version, back.version) == ("3", "2")
    assert versions(settings) == ("2", None, "3")
    assert load(tracking.registered(settings, "churn").folder()) == model(-2.0)
    assert tracking.newest(settings, "churn").tags["rolled_back"] == "to version 2"

    crowned(settings, tmp_path / "4", model(-4.0))
    assert versions(settings) == ("4", None, "4")
    assert [tracking.roll_back(settings, "churn")[1].version for _ in range(2)] == ["2", "1"]
    with pytest.raises(Problem, match="The champion for churn, version 1, replaced none"):
        tracking.roll_back(settings, "churn")
    assert versions(settings) == ("1", None, "4")


def test_without_a_champion_or_the_version_before_it_nothing_is_rolled_back(
    settings: Experiment, tmp_path: Path
) -> None:
    with pytest.raises(Problem, match="no champion for churn"):
        tracking.roll_back(settings, "churn")
    for number in (1, 2):
        crowned(settings, tmp_path / str(number), model(-float(number)))
    tracking.client(settings).delete_model_version("leadline-small-churn", "1")
    with pytest.raises(Problem, match=r"Version 1 for churn, .* is no longer in the registry"):
        tracking.roll_back(settings, "churn")
    assert versions(settings) == ("2", None, "2")


def test_a_version_that_learned_from_somebody_forgotten_stays_away(settings: Experiment, tmp_path: Path) -> None:
    for number in (1, 2):
        crowned(settings, tmp_path / str(number), model(-float(number)))
    store = tracking.client(settings)
    store.set_model_version_tag("leadline-small-churn", "1", tracking.FORGOTTEN_AFTER, "1")
    with pytest.raises(Problem, match="Version 1 for churn had learned from somebody who was forgotten"):
        tracking.roll_back(settings, "churn")
    assert versions(settings) == ("2", None, "2")


def test_the_newest_of_many_is_by_number_and_of_this_experiment(settings: Experiment, tmp_path: Path) -> None:
    first = record(settings, tmp_path / "first", model(-1.0))
    for _ in range(9):
        tracking.client(settings).create_model_version(first.name, first.source)
    record(settings.model_copy(update={"name": "small-churn"}), tmp_path / "other", model(-1.0))
    assert tracking.newest(settings, "churn").version == "10"


def test_files_that_are_gone_are_a_problem_that_says_so(settings: Experiment, tmp_path: Path) -> None:
    first = record(settings, tmp_path / "first", model(-1.0))
    shutil.rmtree(settings.root / "experiments" / "mlruns")
    for fetch in (first.folder, lambda: first.files("backtest")):
        with pytest.raises(Problem, match="files of leadline-small-churn version 1 are not where the registry says"):
            fetch()


def test_each_test_date_is_a_run_under_the_training(settings: Experiment, tmp_path: Path) -> None:
    trained = record(settings, tmp_path / "first", model(-1.0))
    store = tracking.client(settings)
    run = store.get_run(trained.run_id)
    assert run.data.metrics == {"auc": 0.8, "recency.auc": 0.7}
    assert run.data.params == {"kind": "rule"}
    children = store.search_runs([run.info.experiment_id], f"tags.`mlflow.parentRunId` = '{trained.run_id}'")
    assert {(child.info.run_name, child.data.metrics["auc"]) for child in children} == {
        ("as of 2024-01-01", 0.9),
        ("as of 2024-04-01", 0.6),
    }
    assert {child.info.status for child in children} == {"FINISHED"}
