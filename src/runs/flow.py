"""The runs: which notebooks, in which order, into which folder, and when a model is trained again."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.markup import escape

from leadline.experiment import Experiment, read_experiment
from leadline.models import tracking
from leadline.models.coverage import coverage
from leadline.problem import GateClosed, Problem
from leadline.runs import gates
from leadline.runs.alone import alone
from leadline.runs.backtesting import backtested, first_test
from leadline.runs.forecasting import forecast_tested
from leadline.runs.interrupted import Staged, staged
from leadline.runs.job import Job, open_job
from leadline.runs.notebooks import execute
from leadline.runs.printing import section
from leadline.runs.printing_pdf import not_printed
from leadline.runs.publish import publish
from leadline.runs.pulling import fetched
from leadline.runs.record import add_timings
from leadline.runs.registry import champions, champions_there_are
from leadline.runs.retraining import why_train
from leadline.runs.views import comparison, lasting
from leadline.runs.watching import Watch, watched
from leadline.runs.weeks_due import unpublished

CHECK = ("01_check",)
TRAIN = ("02_indicators", "03_backtest", "04_train")
SCORE = ("05_score", "06_thresholds_and_list", "07_effects", "08_report")
GATED = SCORE[0]  # reckons the gates
HANDED_ON = ("summary.txt", "scores.parquet")


def train(console: Console, experiment: Path, data: Path | None, as_of: str) -> None:
    """Derive, backtest, fit and register; prints what became of each model."""
    job = fetched(open_job(str(experiment), str(data or ""), as_of))
    _execute(job, experiment, (*CHECK, *TRAIN), job.work / "training-notebooks", job.work)
    for found in json.loads((job.work / "trained.json").read_text(encoding="utf-8")):
        console.print(f"\n[bold]{found['outcome']}[/bold]: version {found['version']}, {found['kind']}", soft_wrap=True)
        for line in (found["why"], found["forward_test"]):
            console.print(escape(line), soft_wrap=True)


def rollback(console: Console, experiment: Path, outcome: str) -> None:
    """Bring back the champions that were replaced last; a Problem where no outcome asked for had any."""
    settings = read_experiment(experiment)
    told = {name: _rolled_back(settings, name) for name in ((outcome,) if outcome else settings.models.outcomes)}
    if not any(done for done, _ in told.values()):
        raise Problem(" ".join(line for _, line in told.values()))
    for name, (_, line) in told.items():
        console.print(f"[bold]{name}[/bold]: {escape(line)}", soft_wrap=True)


def _rolled_back(settings: Experiment, outcome: str) -> tuple[bool, str]:
    """Whether the champion of an outcome was rolled back, and a sentence on it."""
    try:
        goes, back = tracking.roll_back(settings, outcome)
    except Problem as problem:
        return False, str(problem)
    return True, f"Version {back.version} is champion again; version {goes.version} was rolled back, and is kept."


def score(console: Console, experiment: Path, data: Path | None, as_of: str, force: bool) -> None:
    """Score with the champions there are, and publish."""
    job = open_job(str(experiment), str(data or ""), as_of)
    with watched(job, "score") as watch, alone(job.experiment.published):
        champions(job)
        if not _stands(console, watch, force):
            _answers(console, job)
            _score(console, watch, experiment, (*CHECK, *SCORE))


def run(console: Console, experiment: Path, data: Path | None, as_of: str, force: bool) -> None:
    """Check, train if due, score and report."""
    job = open_job(str(experiment), str(data or ""), as_of)
    with watched(job, "run") as watch, alone(job.experiment.published):
        if not _stands(console, watch, force):
            due = _answers(console, job) and why_train(job)
            _score(console, watch, experiment, (*CHECK, *(TRAIN if due else ()), *SCORE))


def catch_up(console: Console, experiment: Path, data: Path | None, as_of: str) -> None:
    """Run for every weekly date that is not published, oldest first, up to the date asked for; the first that fails
    ends it."""
    job = open_job(str(experiment), str(data or ""), as_of)
    with watched(job, "catch up") as watch:
        days = unpublished(job)
        said = f"To publish: {', '.join(days)}." if days else f"No week is missing up to {job.day}."
        watch.done(said)
    console.print(said, soft_wrap=True)
    for day in days:
        run(console, experiment, data, day, force=False)


def _stands(console: Console, watch: Watch, force: bool) -> bool:
    """Whether the date is published already, and is to stay so; says so."""
    job = watch.job
    folder = job.experiment.published / job.day
    if force or not folder.exists():
        return False
    said = f"{job.day} is published already, and stays as it is"
    watch.done(f"{said}.")
    console.print(
        f"{said}: {folder / 'report.html'}\nWith --force it is made again, and the old one kept.", soft_wrap=True
    )
    return True


def _answers(console: Console, job: Job) -> bool:
    """Whether MLflow answers; if not, says what that means for this run."""
    try:
        tracking.registered(job.experiment, "churn")
    except tracking.Unreachable as silence:
        console.print(
            f"{silence} Until then accounts are scored by the models it named last; training waits.", soft_wrap=True
        )
        return False
    return True


def _score(console: Console, watch: Watch, experiment: Path, names: tuple[str, ...]) -> None:
    job = watch.job
    place = staged(job.experiment.published)
    out = place.folder
    _go_on(console, watch, experiment, names, place)
    lines = (out / "summary.txt").read_text(encoding="utf-8").splitlines()
    place.write(names[:-1], _made_from(job, names))  # should it be stopped from here on, the last step is done again
    for name in HANDED_ON:
        (out / name).unlink(missing_ok=True)  # gone, if it was stopped after this once
    no_pdf = not_printed(out / "report.html", out / "report.pdf", job.as_of)
    add_timings(out / "run.json", out / "notebooks", watch.run_id)
    folder = publish(out, job.experiment.published, job.day)
    place.note.unlink()
    watch.published(lines, folder / "report.html")
    console.print()
    for line in lines:
        console.print(escape(line), soft_wrap=True)
    console.print(f"\nReport:  {folder / 'report.html'}\nList:    {folder / 'scored_accounts.csv'}", soft_wrap=True)
    printed = f"none: {no_pdf}." if no_pdf else str(folder / "report.pdf")
    console.print(f"PDF:     {escape(printed)}", soft_wrap=True)
    console.print("Runs:    make ui", soft_wrap=True)


def _go_on(console: Console, watch: Watch, experiment: Path, names: tuple[str, ...], place: Staged) -> None:
    """Execute the notebooks that an interrupted run from the same data, settings, code and models left to do."""
    job = watch.job
    finished = place.finished(_made_from(job, names))
    if finished:
        console.print(f"Going on after {finished[-1]}, where an earlier run was interrupted.", soft_wrap=True)
    else:
        place.empty()

    def noted(name: str) -> None:
        finished.append(name)
        place.write(finished, _made_from(job, names))
        watch.step(name)
        if name == GATED:
            watch.gates(place.folder / gates.FILE)

    try:
        _execute(job, experiment, names[len(finished) :], place.folder / "notebooks", place.folder, noted)
    except GateClosed:
        watch.gates(place.folder / gates.FILE)
        raise


def _made_from(job: Job, names: tuple[str, ...]) -> dict[str, object]:
    """What the steps of a run are made from: the models as well, which a training among them replaces."""
    runs = {name: model.run_id for name, model in champions_there_are(job).items()}
    return {**job.made_from, "steps": list(names), "models": runs}


def _execute(
    job: Job,
    experiment: Path,
    names: tuple[str, ...],
    executed: Path,
    out: Path,
    finished: Callable[[str], None] = lambda _: None,
) -> None:
    parameters = {
        "experiment": str(experiment.resolve()),
        "data": str(job.data.resolve()) if job.data else "",
        "as_of": job.as_of.tz_localize("UTC").isoformat(),
        "out": str(out.resolve()),
    }
    execute(names, job.experiment.root, executed, parameters, finished)


def print_backtest(console: Console, experiment: Path, data: Path | None, out: Path | None) -> None:
    """Forward tests on the terminal, and as Parquet where asked: predictions, metrics, forecast, survival."""
    job = fetched(open_job(str(experiment), str(data or "")))
    with console.status("Deriving indicators and testing forward"):
        found = backtested(job)
        outlook = forecast_tested(job, first_test(found.test))
    for outcome, judged in found.verdicts.items():
        for title, table in _tables(found.test.metrics, outcome):
            section(console, title, table, numbers=True)
        console.print(escape(judged.sentence), soft_wrap=True)
    section(console, "forecast: did the 80% intervals hold?", coverage(outlook.forecast))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name in ("predictions", "metrics"):
            getattr(found.test, name).to_parquet(out / f"{name}.parquet")
        for name in outlook._fields:
            getattr(outlook, name).to_parquet(out / f"{name}.parquet")
        console.print(f"Wrote predictions, metrics, forecast and survival, each as .parquet, to {out}.", soft_wrap=True)


def _tables(metrics: pd.DataFrame, outcome: str) -> list[tuple[str, pd.DataFrame]]:
    everyone, due = (comparison(metrics, outcome, part) for part in ("all", "due_for_renewal"))
    parts = [] if due.empty or due.equals(everyone) else [(f"{outcome}, due for renewal", due)]
    return [(outcome, everyone), *parts, (f"{outcome}, over time", lasting(metrics, outcome))]
