"""Learning: the final fit and its place in the registry."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from leadline.decisions.csv_safe import write_csv
from leadline.experiment import Experiment
from leadline.models import tracking
from leadline.models.backtest import Backtest
from leadline.models.fitted import Fitted
from leadline.models.train import train
from leadline.reports.backtest_figures import backtest_figures
from leadline.reports.voice import Voice
from leadline.runs.backtesting import TESTED, Tested, first_test, tested
from leadline.runs.forecasting import coverage_metrics, keep_hazard
from leadline.runs.job import Job
from leadline.runs.registry import ForwardTest, judged_beside, version_tags


def trained(job: Job) -> pd.DataFrame:
    """Fit, record and register; a row per outcome: outcome, version, kind, promoted, why, and what the test said."""
    found, d = tested(job), job.training
    models = train(d.snapshots, d.context, d.outcomes, d.columns, job.experiment, found.verdicts, job.as_of)
    table = pd.DataFrame([_registered(job, found, model) for model in models.by_outcome.values()])
    table.to_json(job.work / "trained.json", orient="records", force_ascii=False)
    return table


def _registered(job: Job, found: Tested, model: Fitted) -> dict[str, object]:
    """Register a model as challenger, and make it champion where the promotion rule says so."""
    outcome, judged = model.outcome, found.verdicts[model.outcome]
    predictions, metrics = (_of(frame, outcome) for frame in (found.test.predictions, found.test.metrics))
    champion = tracking.registered(job.experiment, outcome)
    decision = judged_beside(job, champion, ForwardTest(predictions, metrics, judged))
    with TemporaryDirectory() as folder:
        model.save(Path(folder) / "model")
        _keep_test(Path(folder) / "backtest", found)
        _keep_figures(Path(folder) / "figures", found.test, outcome, job.experiment)
        if outcome == "churn":
            keep_hazard(job, first_test(found.test), Path(folder))
        version = tracking.log_training(
            job.experiment, outcome, Path(folder), metrics,
            params=_params(job, model.kind), tags=version_tags(job, outcome), because=decision.sentence,
        )  # fmt: skip
    if outcome == "churn":
        tracking.measure(job.experiment, version, coverage_metrics(job, first_test(found.test)))
    if decision.promoted:
        tracking.promote(job.experiment, version, champion)
    rule = "" if model.rule is None or model.kind != "rule" else f" ({model.rule.name})"
    return {
        "outcome": outcome,
        "version": version.version,
        "kind": f"{model.kind}{rule}",
        "promoted": decision.promoted,
        "why": decision.sentence,
        "forward_test": judged.sentence,
    }


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
        write_csv(figure.table, folder / f"{name}.csv")


def _params(job: Job, kind: str) -> Mapping[str, object]:
    settings = job.experiment.model_dump(mode="json", include={"outcomes", "calendar", "models", "seed"})
    flat = {str(name): value for name, value in pd.json_normalize(settings).iloc[0].items()}
    return {"kind": kind, "indicators": len(job.training.columns), **flat}
