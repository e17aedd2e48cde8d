"""How the last runs of an experiment went, and what is due."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape

from leadline.experiment import Experiment, read_experiment
from leadline.features.calendar import day_of
from leadline.problem import Problem
from leadline.runs import run_log
from leadline.runs.job import Job, open_job
from leadline.runs.printing import section
from leadline.runs.retraining import why_train
from leadline.runs.weeks_due import newest_published, next_week, unpublished
from leadline.settings import read_yaml

LAST = 10
COLUMNS = ["as of", "began", "took", "how it went"]
ENDS = ("published", "done", "refused", "failed")


def print_status(console: Console, experiments: Sequence[Path], data: Path | None) -> None:
    """For each experiment, by default every one of the project: its last runs, newest first, and what is due."""
    for file in experiments or _every():
        settings = read_experiment(file)
        lines, unread = run_log.lines(settings.published)
        section(console, settings.name, last_runs(lines, settings))
        if unread:
            told = f"Lines of {run_log.FILE} that could not be read: {unread}."
            console.print(told, soft_wrap=True)
        for sentence in _due(open_job(str(file), str(data or ""))):
            console.print(escape(sentence), soft_wrap=True)


def _every() -> list[Path]:
    """The experiments of the project; beside them lie plays and fields, which ask no question."""
    files = sorted(Path("experiments").glob("*.yaml"))
    found = [file for file in files if "question" in read_yaml(file, "Experiment")]
    if not found:
        raise Problem("There is no experiment in experiments/; run inside a Leadline project, or name one.")
    return found


def last_runs(lines: Sequence[dict[str, Any]], experiment: Experiment) -> pd.DataFrame:
    """The last runs in a log's lines, newest first, in words and by the clock of the experiment's calendar."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        runs.setdefault(line["run"], []).append(line)
    newest = list(reversed(runs.values()))[:LAST]
    return pd.DataFrame([_in_words(run, experiment.calendar.timezone) for run in newest], columns=COLUMNS)


def _in_words(run: list[dict[str, Any]], zone: str) -> tuple[str, ...]:
    as_of = next((line["as_of"] for line in run if "as_of" in line), "-")
    began = pd.Timestamp(run[0]["at"]).tz_convert(zone)
    end = next((line for line in run if line["event"] in ENDS), None)
    if end is None:
        step = next((line["name"] for line in reversed(run) if line["event"] == "step"), "the start")
        return as_of, f"{began:%Y-%m-%d %H:%M}", "-", f"stopped, or still going on, after {step}"
    how = {"published": "published", "done": end.get("said")}.get(end["event"], f"{end['event']}: {end.get('said')}")
    return as_of, f"{began:%Y-%m-%d %H:%M}", _took(end["seconds"]), str(how)


def _took(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _due(job: Job) -> list[str]:
    """Sentences on the weeks and the training that are due, or on why that cannot be told."""
    try:
        return due(job)
    except Problem as problem:
        return [f"What is due cannot be told: {problem}"]


def due(job: Job) -> list[str]:
    """Sentences on how far the log and the lists reach, the weeks that are due, and whether training is."""
    calendar, newest, why = job.experiment.calendar, newest_published(job.experiment), why_train(job)
    published = "Nothing is published yet" if newest is None else f"The newest list is of {day_of(calendar, newest)}"
    weeks = unpublished(job)
    return [
        f"{published}; the log ends on {day_of(calendar, pd.Timestamp(job.tables.known_until))}.",
        f"To publish: {', '.join(weeks)}." if weeks else f"Next week to publish: {next_week(job)}.",
        f"Training is due: {why}." if why else "Training is not due.",
    ]
