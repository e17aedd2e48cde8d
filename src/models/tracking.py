"""MLflow: one run a training with its backtest folds as child runs, and the registry of champions.

The only module that imports mlflow. Models are kept among a run's artifacts as LightGBM text and JSON; loading one
runs no code from it.
"""

import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from leadline.experiment import Experiment

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
from mlflow.artifacts import download_artifacts
from mlflow.entities import Metric, Param
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

# after the import, which sets levels of its own
for _name in ("mlflow", "alembic"):
    logging.getLogger(_name).setLevel(logging.ERROR)

LOGGED = ("auc", "average_precision", "lift_10", "brier", "log_loss", "calibration_slope", "ece",
          "precision_at_capacity", "arr_captured_at_capacity")  # fmt: skip


@dataclass(frozen=True)
class Registered:
    """A model version in the registry: what it is called, whence it comes, what was noted about it."""

    name: str
    version: str
    run_id: str
    source: str
    alias: str
    tags: Mapping[str, str]

    def folder(self) -> Path:
        """Its model.txt and model.json, in a local folder."""
        return Path(download_artifacts(artifact_uri=self.source))

    def files(self, name: str) -> Path:
        """Another artifact of the run it comes from."""
        return Path(download_artifacts(artifact_uri=f"{self.source.rsplit('/', 1)[0]}/{name}"))


def client(experiment: Experiment) -> MlflowClient:
    """The tracking server MLFLOW_TRACKING_URI names, else a SQLite store under the project's experiments/."""
    local = experiment.root / "experiments" / "mlflow.db"
    uri = os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{local.resolve()}"
    return MlflowClient(uri, uri)


def model_name(experiment: Experiment, outcome: str) -> str:
    """What the registry calls the model of an outcome."""
    return f"leadline-{experiment.name}-{outcome}"


def registered(experiment: Experiment, outcome: str, alias: str = "champion") -> Registered | None:
    """The version that carries an alias; None where none does."""
    name = model_name(experiment, outcome)
    try:
        found = client(experiment).get_model_version_by_alias(name, alias)
    except MlflowException as error:
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            return None
        raise
    return Registered(name, str(found.version), found.run_id, found.source, alias, dict(found.tags))


def version(experiment: Experiment, outcome: str, number: str) -> Registered | None:
    """A version by its number, whatever its alias; None where the registry has none such."""
    name = model_name(experiment, outcome)
    try:
        found = client(experiment).get_model_version(name, number)
    except MlflowException as error:
        if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            return None
        raise
    return Registered(name, str(found.version), found.run_id, found.source, "", dict(found.tags))


def log_training(
    experiment: Experiment,
    outcome: str,
    artifacts: Path,
    metrics: pd.DataFrame,
    params: Mapping[str, object],
    tags: Mapping[str, str],
    alias: str,
) -> Registered:
    """Record a training and register its model under an alias.

    `artifacts` holds model/ and whatever else belongs to the run; `metrics` are the backtest's of this outcome.
    """
    store = client(experiment)
    run = store.create_run(
        _experiment_id(store, experiment), run_name=f"{outcome} as of {tags['as_of'][:10]}", tags=dict(tags)
    )
    run_id, root = run.info.run_id, run.info.artifact_uri
    store.log_batch(run_id, metrics=_ours(metrics), params=[Param(k, str(v)[:500]) for k, v in params.items()])
    store.log_artifacts(run_id, str(artifacts))
    _log_folds(store, run, metrics)
    store.set_terminated(run_id)
    return _register(store, model_name(experiment, outcome), f"{root}/model", run_id, tags, alias)


def attach(experiment: Experiment, model: Registered, file: Path) -> None:
    """Add a file, such as the executed notebook, to the run a model comes from."""
    client(experiment).log_artifact(model.run_id, str(file), "notebooks")


def _experiment_id(store: MlflowClient, experiment: Experiment) -> str:
    name = f"leadline-{experiment.name}"
    found = store.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    local = not os.environ.get("MLFLOW_TRACKING_URI")
    place = (experiment.root / "experiments" / "mlruns").resolve().as_uri() if local else None
    return str(store.create_experiment(name, artifact_location=place))


def _ours(metrics: pd.DataFrame, where: str = "all") -> list[Metric]:
    rows = metrics[(metrics["slice"] == where) & metrics["metric"].isin(LOGGED) & metrics["value"].notna()]
    now = int(time.time() * 1000)
    found = zip(rows["model"], rows["metric"], rows["value"], strict=True)
    return [
        Metric(metric if model == "p" else f"{model}.{metric}", float(value), now, 0) for model, metric, value in found
    ]


def _log_folds(store: MlflowClient, parent: object, metrics: pd.DataFrame) -> None:
    """One child run a test date of the backtest."""
    info = parent.info  # type: ignore[attr-defined]
    for where in [name for name in metrics["slice"].unique() if str(name).startswith("as of ")]:
        tags = {"mlflow.parentRunId": info.run_id}
        child = store.create_run(info.experiment_id, run_name=str(where), tags=tags)
        store.log_batch(child.info.run_id, metrics=_ours(metrics, str(where)))
        store.set_terminated(child.info.run_id)


def _register(
    store: MlflowClient, name: str, source: str, run_id: str, tags: Mapping[str, str], alias: str
) -> Registered:
    try:
        store.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    version = store.create_model_version(name, source, run_id=run_id, tags=dict(tags))
    store.set_registered_model_alias(name, alias, version.version)
    return Registered(name, str(version.version), run_id, source, alias, dict(tags))
