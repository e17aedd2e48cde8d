"""Learning: the forward test, the final fit and its place in the registry."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from leadline.experiment import Experiment
from leadline.models import tracking
from leadline.models.backtest import Backtest, backtest
from leadline.models.train import train
from leadline.models.verdict import Verdict, verdict
from leadline.problem import Problem
from leadline.reports.backtest_figures import backtest_figures
from leadline.reports.voice import Voice
from leadline.runs.job import Job

TESTED = ("predictions", "metrics", "folds", "alone")


@dataclass(frozen=True)
class Tested:
    """The forward test and what it says of each outcome's model."""

    test: Backtest
    verdicts: dict[str, Verdict]


def backtested(job: Job) -> Tested:
    """The forward test up to the as-of date; its frames are kept for training."""
    d = job.training
    test = backtest(d.snapshots, d.context, d.outcomes, d.columns, job.experiment)
    folder = job.work / "backtest"
    folder.mkdir(parents=True, exist_ok=True)
    for name in TESTED:
        getattr(test, name).to_parquet(folder / f"{name}.parquet")
    return Tested(test, judged(job, test))


def judged(job: Job, test: Backtest) -> dict[str, Verdict]:
    """A verdict for each outcome."""
    language, outcomes = job.experiment.language, job.experiment.models.outcomes
    return {name: verdict(test.metrics, test.alone, name, language) for name in outcomes}


def tested(job: Job) -> Tested:
    """The forward test that was kept, else a new one."""
    folder = job.work / "backtest"
    if not all((folder / f"{name}.parquet").is_file() for name in TESTED):
        return backtested(job)
    test = Backtest(**{name: pd.read_parquet(folder / f"{name}.parquet") for name in TESTED})
    return Tested(test, judged(job, test))


def trained(job: Job) -> dict[str, str]:
    """Fit, record and register; says of each outcome what is now used, and why."""
    found, d = tested(job), job.training
    models = train(d.snapshots, d.context, d.outcomes, d.columns, job.experiment, found.verdicts, job.as_of)
    said = {}
    for outcome, model in models.by_outcome.items():
        with TemporaryDirectory() as folder:
            model.save(Path(folder) / "model")
            _keep_test(Path(folder) / "backtest", found)
            _keep_figures(Path(folder) / "figures", found.test, outcome, job.experiment)
            registered = tracking.log_training(
                job.experiment, outcome, Path(folder), _of(found.test.metrics, outcome),
                params=_params(job, model.kind), tags=_tags(job), alias="champion",
            )  # fmt: skip
        said[outcome] = f"version {registered.version} ({model.kind}): {found.verdicts[outcome].sentence}"
    (job.work / "trained.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    return said


def champions(job: Job) -> dict[str, tracking.Registered]:
    """The registered champions; a Problem if there is none for churn."""
    found = {name: tracking.registered(job.experiment, name) for name in job.experiment.models.outcomes}
    if found["churn"] is None:
        raise Problem(
            f"Experiment {job.experiment.name} has no trained model yet; run `leadline train` on it, or the training "
            "notebook."
        )
    return {name: model for name, model in found.items() if model is not None}


def _of(frame: pd.DataFrame, outcome: str) -> pd.DataFrame:
    return frame[frame["outcome"] == outcome]


def _keep_test(folder: Path, found: Tested) -> None:
    folder.mkdir()
    for name in TESTED:
        getattr(found.test, name).to_parquet(folder / f"{name}.parquet")
    verdicts = {name: asdict(v) for name, v in found.verdicts.items()}
    (folder / "verdicts.json").write_text(json.dumps(verdicts, ensure_ascii=False, indent=1), encoding="utf-8")


def _keep_figures(folder: Path, test: Backtest, outcome: str, experiment: Experiment) -> None:
    """The figures of an outcome's forward test as SVG, each with its table; none where it was not tested."""
    predictions, metrics = _of(test.predictions, outcome), _of(test.metrics, outcome)
    if predictions.empty:
        return
    folder.mkdir()
    voice = Voice(experiment.language, experiment.value.currency)
    for name, figure in backtest_figures(predictions, metrics, voice).items():
        (folder / f"{name}.svg").write_text(figure.svg, encoding="utf-8")
        figure.table.to_csv(folder / f"{name}.csv", index=False)


def _params(job: Job, kind: str) -> Mapping[str, object]:
    settings = job.experiment.model_dump(mode="json", include={"outcomes", "calendar", "models", "seed"})
    flat = {str(name): value for name, value in pd.json_normalize(settings).iloc[0].items()}
    return {"kind": kind, "indicators": len(job.training.columns), **flat}


def _tags(job: Job) -> dict[str, str]:
    made_from = {name: str(job.fingerprint[name]) for name in ("settings", "code")}
    data = json.dumps(job.fingerprint["data"], sort_keys=True)
    return {**made_from, "data": data[:5000], "as_of": job.as_of.isoformat()}
