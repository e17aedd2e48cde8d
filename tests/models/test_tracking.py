"""MLflow in a store of its own, in a folder whose name has a space."""

from pathlib import Path

import pandas as pd
import pytest
from model_tables import experiment

from leadline.experiment import Experiment
from leadline.models import tracking
from leadline.models.fitted import Fitted, load
from leadline.models.rule import Rule

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


def record(settings: Experiment, folder: Path, fitted: Fitted, alias: str = "champion") -> tracking.Registered:
    fitted.save(folder / "model")
    (folder / "backtest").mkdir()
    (folder / "backtest" / "verdicts.json").write_text("{}")
    tags = {"as_of": "2024-05-01T00:00:00"}
    return tracking.log_training(settings, "churn", folder, METRICS, {"kind": fitted.kind}, tags, alias)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    (tmp_path / "a place" / "experiments").mkdir(parents=True)
    return experiment().model_copy(update={"root": tmp_path / "a place"})


def test_a_training_is_recorded_registered_and_found_again(
    settings: Experiment, tmp_path: Path, capfd: pytest.CaptureFixture
) -> None:
    assert tracking.registered(settings, "churn") is None
    first = record(settings, tmp_path / "first", model(-1.0))
    assert (first.name, first.version, first.alias) == ("leadline-small-churn", "1", "champion")

    found = tracking.registered(settings, "churn")
    assert found == first
    assert load(found.folder()) == model(-1.0)
    assert (found.files("backtest") / "verdicts.json").read_text() == "{}"
    assert tracking.registered(settings, "expansion") is None

    other = record(settings, tmp_path / "other", model(-2.0), "challenger")
    assert (other.version, other.alias) == ("2", "challenger")
    assert load(tracking.registered(settings, "churn").folder()) == model(-1.0)
    newer = record(settings, tmp_path / "newer", model(-3.0))
    assert (newer.version, newer.alias) == ("3", "champion")
    assert load(tracking.registered(settings, "churn").folder()) == model(-3.0)

    assert load(tracking.version(settings, "churn", "1").folder()) == model(-1.0)
    assert tracking.version(settings, "churn", "1").run_id == first.run_id
    assert tracking.version(settings, "churn", "4") is None
    assert tracking.version(settings, "expansion", "1") is None

    assert sorted(p.name for p in (settings.root / "experiments").iterdir()) == ["mlflow.db", "mlruns"]
    assert not list((settings.root / "experiments").rglob("*.pkl"))
    noise = capfd.readouterr()
    assert (noise.out, noise.err) == ("", "")


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
