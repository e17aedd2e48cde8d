"""MLflow: one run a training with its backtest folds as child runs, and the registry of champions and challengers.

The only module that imports mlflow. Models are kept among a run's artifacts as LightGBM text and JSON; loading one
runs no code from it.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from leadline.experiment import Experiment
from leadline.problem import Problem

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
# A server that is down is found out at once, not after minutes of ever longer waits.
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")
from mlflow.artifacts import download_artifacts
from mlflow.entities import Metric, Param
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient
from sqlalchemy.exc import SQLAlchemyError

# after the import, which sets levels of its own
for _name in ("mlflow", "alembic"):
    logging.getLogger(_name).setLevel(logging.ERROR)

CHAMPION, CHALLENGER = "champion", "challenger"
FORGOTTEN_AFTER = "forgotten_after_training"  # tag: how many were forgotten since
BEFORE, ROLLED_BACK = "before", "rolled_back"  # tags: the version it replaced; the one that came back in its place
ABSENT = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
LOGGED = ("auc", "average_precision", "lift_10", "brier", "log_loss", "calibration_slope", "ece",
          "precision_at_capacity", "arr_captured_at_capacity")  # fmt: skip


class Unreachable(Problem):
    """The tracking server, or the store, does not answer."""


@dataclass(frozen=True)
class Registered:
    """A model version in the registry: what it is called, whence it comes, what was noted about it."""

    name: str
    version: str
    run_id: str
    source: str
    tags: Mapping[str, str]

    def folder(self) -> Path:
        """Its model.txt and model.json, in a local folder."""
        return self._fetched(self.source)

    def files(self, name: str = "") -> Path:
        """Another artifact of the run it comes from, or the folder of them all."""
        return self._fetched(f"{self.source.rsplit('/', 1)[0]}/{name}".rstrip("/"))

    def _fetched(self, place: str) -> Path:
        try:
            return Path(download_artifacts(artifact_uri=place))
        except (MlflowException, OSError) as error:
            raise Problem(
                f"The files of {self.name} version {self.version} are not where the registry says ({place}: {error}); "
                "bring them back, train again, or roll back with `leadline rollback`."
            ) from None


def client(experiment: Experiment) -> MlflowClient:
    """The tracking server MLFLOW_TRACKING_URI names, else a SQLite store under the project's experiments/."""
    local = experiment.root / "experiments" / "mlflow.db"
    uri = os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{local.resolve()}"
    return _connected(uri)


@cache
def _connected(uri: str) -> MlflowClient:
    """One client a store: to open one takes a third of a second."""
    return MlflowClient(uri, uri)


def model_name(experiment: Experiment, outcome: str) -> str:
    """What the registry calls the model of an outcome."""
    return f"leadline-{experiment.name}-{outcome}"


def registered(experiment: Experiment, outcome: str, alias: str = CHAMPION) -> Registered | None:
    """The version that carries an alias; None where none does."""
    name = model_name(experiment, outcome)
    with answering():
        return _found(lambda: client(experiment).get_model_version_by_alias(name, alias))


def newest(experiment: Experiment, outcome: str) -> Registered | None:
    """The version that was trained last, whatever became of it; None where none was."""
    mine = f"name = '{model_name(experiment, outcome)}'"
    with answering():
        found = client(experiment).search_model_versions(mine, max_results=1, order_by=["version_number DESC"])
    return _as_registered(found[0]) if found else None


def version(experiment: Experiment, outcome: str, number: str) -> Registered | None:
    """A version by its number, whatever its alias; None where the registry has none such."""
    name = model_name(experiment, outcome)
    with answering():
        return _found(lambda: client(experiment).get_model_version(name, number))


def log_training(
    experiment: Experiment,
    outcome: str,
    artifacts: Path,
    metrics: pd.DataFrame,
    params: Mapping[str, object],
    tags: Mapping[str, str],
    because: str,
) -> Registered:
    """Record a training and register its model as challenger.

    `artifacts` holds model/ and whatever else belongs to the run; `metrics` are the backtest's of this outcome;
    `because` says whether it is to become champion, and stands beside the version in MLflow's pages.
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
    return _register(store, model_name(experiment, outcome), f"{root}/model", run_id, tags, because)


def promote(experiment: Experiment, model: Registered, before: Registered | None) -> None:
    """Make a challenger the champion, noting the champion it replaces so that `roll_back` finds it."""
    store = client(experiment)
    if before is not None:
        store.set_model_version_tag(model.name, model.version, BEFORE, before.version)
    store.set_registered_model_alias(model.name, CHAMPION, model.version)
    store.delete_registered_model_alias(model.name, CHALLENGER)


def roll_back(experiment: Experiment, outcome: str) -> tuple[Registered, Registered]:
    """Make the version that the champion replaced champion again: the one that goes, and the one that is back.

    A Problem where there is no champion, or none before it.
    """
    store, goes = client(experiment), registered(experiment, outcome)
    if goes is None:
        raise Problem(f"Experiment {experiment.name} has no champion for {outcome}; nothing can be rolled back.")
    version = goes.tags.get(BEFORE)
    if version is None:
        raise Problem(f"The champion for {outcome}, version {goes.version}, replaced none; nothing can be rolled back.")
    back = _found(lambda: store.get_model_version(goes.name, version))
    if back is None:
        raise Problem(f"Version {version} for {outcome}, which was champion before, is no longer in the registry.")
    if FORGOTTEN_AFTER in back.tags:
        raise Problem(f"Version {version} for {outcome} had learned from somebody who was forgotten; it stays away.")
    store.set_model_version_tag(goes.name, goes.version, ROLLED_BACK, f"to version {version}")
    store.set_registered_model_alias(goes.name, CHAMPION, version)
    return goes, back


def attach(experiment: Experiment, model: Registered, file: Path) -> None:
    """Add a file, such as the executed notebook, to the run a model comes from."""
    client(experiment).log_artifact(model.run_id, str(file), "notebooks")


def measure(experiment: Experiment, model: Registered, values: Mapping[str, float]) -> None:
    """Add numbers to the run a model comes from."""
    now = int(time.time() * 1000)
    client(experiment).log_batch(model.run_id, metrics=[Metric(name, value, now, 0) for name, value in values.items()])


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
    store: MlflowClient, name: str, source: str, run_id: str, tags: Mapping[str, str], because: str
) -> Registered:
    try:
        store.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    version = store.create_model_version(name, source, run_id=run_id, tags=dict(tags), description=because)
    store.set_registered_model_alias(name, CHALLENGER, version.version)
    return _as_registered(version)


@contextmanager
def answering() -> Iterator[None]:
    """Unreachable where the store gives no answer at all; its address, which may hold a password, stays unsaid."""
    try:
        yield
    except (MlflowException, SQLAlchemyError) as error:
        if isinstance(error, MlflowException) and error.error_code != "INTERNAL_ERROR":
            raise
        told = os.environ.get("MLFLOW_TRACKING_URI")
        where = "the server that MLFLOW_TRACKING_URI names" if told else "experiments/mlflow.db"
        raise Unreachable(f"MLflow does not answer ({where} is busy or out of reach); try again later.") from None


def _found(ask: Callable[[], ModelVersion]) -> Registered | None:
    try:
        return _as_registered(ask())
    except MlflowException as error:
        if error.error_code in ABSENT:
            return None
        raise


def _as_registered(found: ModelVersion) -> Registered:
    return Registered(found.name, str(found.version), found.run_id, found.source, dict(found.tags))
