"""What an earlier list said: its model by version, its chances where it is of the very date."""

import json
from pathlib import Path

import pandas as pd
import pytest

from leadline.experiment import Experiment
from leadline.models import tracking
from leadline.models.fitted import Fitted
from leadline.models.rule import Rule
from leadline.runs.earlier import said_then

THEN = pd.Timestamp("2024-03-04")


def model(intercept: float) -> Fitted:
    return Fitted("churn", "rule", (), 0.1, 10, 1, "abc", rule=Rule("base_rate", intercept=intercept))


def train(settings: Experiment, folder: Path, fitted: Fitted) -> tracking.Registered:
    fitted.save(folder / "model")
    metrics = pd.DataFrame(columns=["outcome", "model", "slice", "metric", "value"])
    return tracking.log_training(settings, "churn", folder, metrics, {}, {"as_of": "2024-01-01"}, because="")


def publish(settings: Experiment, day: str, of: tracking.Registered, **chances: float) -> None:
    folder = settings.published / day
    folder.mkdir(parents=True)
    noted = {"version": of.version, "run": of.run_id}
    record = {"as_of": pd.Timestamp(day).isoformat(), "models": {"churn": noted}}
    (folder / "run.json").write_text(json.dumps(record))
    table = pd.DataFrame({"account_id": list(chances), "p_churn": list(chances.values())})
    table.to_parquet(folder / "scored_accounts.parquet")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Experiment:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    (tmp_path / "experiments").mkdir()
    outcomes = {"mode": "activity"}
    return Experiment(name="small", question="Who leaves?", source="small", outcomes=outcomes, root=tmp_path)


def test_nothing_published_nothing_said(settings: Experiment) -> None:
    assert said_then(settings, THEN) is None


def test_the_list_of_the_date_is_taken_with_its_model_and_its_chances(settings: Experiment, tmp_path: Path) -> None:
    first, second = (train(settings, tmp_path / name, model(x)) for name, x in (("a", -1.0), ("b", -2.0)))
    publish(settings, "2024-02-05", second, a=0.5)
    publish(settings, "2024-03-04", first, a=0.2, b=0.3)
    publish(settings, "2024-03-11", second, a=0.9)
    (settings.published / "latest").symlink_to("2024-03-11")
    found = said_then(settings, THEN)
    assert found.model == model(-1.0)
    assert found.published.to_dict() == {"a": 0.2, "b": 0.3}


def test_an_older_list_tells_the_model_alone(settings: Experiment, tmp_path: Path) -> None:
    publish(settings, "2024-02-26", train(settings, tmp_path / "a", model(-1.0)), a=0.2)
    found = said_then(settings, THEN)
    assert found.model == model(-1.0)
    assert found.published.empty
    assert said_then(settings, pd.Timestamp("2024-02-25")) is None


def test_a_registry_begun_anew_does_not_know_the_model(settings: Experiment, tmp_path: Path) -> None:
    train(settings, tmp_path / "a", model(-1.0))
    publish(settings, "2024-03-04", tracking.Registered("", "1", "another run", "", {}), a=0.2)
    assert said_then(settings, THEN) is None
    publish(settings, "2024-03-03", tracking.Registered("", "7", "another run", "", {}), a=0.2)
    assert said_then(settings, pd.Timestamp("2024-03-03")) is None


def test_todays_champion_is_not_asked_for_and_another_is_passed_over_while_mlflow_is_silent(
    settings: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = train(settings, tmp_path / "a", model(-1.0))
    publish(settings, "2024-03-04", first, a=0.2)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    assert said_then(settings, THEN, first).model == model(-1.0)
    assert said_then(settings, THEN) is None
