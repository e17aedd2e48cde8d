"""What a training leaves in MLflow beside its models."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from tests.models.model_tables import COLUMNS, company, experiment

from leadline.features.dataset import Dataset
from leadline.models import tracking
from leadline.runs.learning import trained
from leadline.runs.registry import champions

SECRET = "hunter2hunter2"


@pytest.fixture(scope="module")
def job(without_forecast: None, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """A small company's training, with contraction beside churn, recorded in a store of its own."""
    folder = tmp_path_factory.mktemp("project")
    asked = experiment(bootstrap=5, outcomes=("churn", "contraction"))
    asked = asked.model_copy(update={"root": folder, "messages": ("TEAM_URL",)})
    (folder / "experiments").mkdir()
    made_from = {"settings": "s", "code": "c", "data": {"events.parquet": "d"}, "forgotten": ""}
    frames = Dataset(*company(), COLUMNS)
    job = SimpleNamespace(
        experiment=asked,
        training=frames,
        work=folder,
        as_of=pd.Timestamp("2023-04-01"),
        fingerprint=made_from,
        made_from=made_from,
    )
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("MLFLOW_TRACKING_URI", raising=False)
        environment.setenv("TEAM_URL", f"slack://{SECRET}")
        trained(job)
        yield job


def test_a_model_is_registered_for_each_outcome_asked_for(job: SimpleNamespace) -> None:
    assert list(champions(job)) == ["churn", "contraction"]
    assert tracking.registered(job.experiment, "expansion") is None


@pytest.mark.parametrize("outcome", ["churn", "contraction"])
def test_a_run_holds_the_figures_of_its_forward_test_and_their_tables(job: SimpleNamespace, outcome: str) -> None:
    folder: Path = champions(job)[outcome].files("figures")
    names = ["auc_by_date", "calibration", "gains", "lift", "lift_by_date", "roc"]
    assert sorted(file.stem for file in folder.glob("*.svg")) == names
    assert sorted(file.stem for file in folder.glob("*.csv")) == names
    rows = pd.read_parquet(champions(job)[outcome].files("backtest") / "predictions.parquet")
    table = pd.read_csv(folder / "calibration.csv")
    assert table.loc[table["model"] == "p", "n"].sum() == (rows["outcome"] == outcome).sum()


def test_nothing_that_mlflow_keeps_holds_a_secret(job: SimpleNamespace) -> None:
    kept = [file for file in (job.experiment.root / "experiments").rglob("*") if file.is_file()]
    assert {file.name for file in kept} >= {"mlflow.db", "model.txt", "verdicts.json", "predictions.parquet"}
    assert [file for file in kept if SECRET.encode() in file.read_bytes()] == []
    params = tracking.client(job.experiment).get_run(champions(job)["churn"].run_id).data.params
    assert {name.split(".")[0] for name in params} == {"kind", "indicators", "outcomes", "calendar", "models", "seed"}
