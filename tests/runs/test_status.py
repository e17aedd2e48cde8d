"""What `leadline status` says, of logs a person can read."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from leadline import cli
from leadline.experiment import Calendar, Experiment, Outcomes
from leadline.features import calendar
from leadline.models.tracking import Registered
from leadline.problem import Problem
from leadline.runs import retraining, run_log, status
from leadline.runs.job import Job
from leadline.runs.retraining import why_train
from leadline.runs.status import due, last_runs

DEMO = Experiment(
    name="demo", question="Who?", source="demo", outcomes=Outcomes(mode="contract"),
    calendar=Calendar(timezone="Europe/Berlin"),
)  # fmt: skip
LOG = """\
{"run": "r1", "at": "2024-12-02T05:00:00Z", "event": "started", "command": "run"}
{"run": "r1", "at": "2024-12-02T05:04:12Z", "event": "published", "as_of": "2024-12-02", "seconds": 252.4}
{"run": "r1", "at": "2024-12-02T05:04:13Z", "event": "message", "as_of": "2024-12-02", "to": "TEAM"}
{"run": "r2", "at": "2024-12-09T05:00:00Z", "event": "started", "command": "run"}
{"run": "r3", "at": "2024-12-09T05:00:01Z", "event": "started", "command": "run"}
{"run": "r3", "at": "2024-12-09T05:00:02Z", "event": "refused", "as_of": "2024-12-09", "exit_code": 4, "seconds": 0.6, "said": "Another run is going on."}
{"run": "r2", "at": "2024-12-09T05:01:00Z", "event": "step", "as_of": "2024-12-09", "name": "01_check", "seconds": 60}
{"run": "r4", "at": "2024-12-09T23:30:00Z", "event": "started", "command": "catch up"}
{"run": "r4", "at": "2024-12-09T23:30:03Z", "event": "done", "as_of": "2024-12-09", "seconds": 3.2, "said": "To publish: 2024-12-09."}
{"run": "r5", "at": "2024-12-16T05:00:00Z", "event": "started", "command": "run"}
{"run": "r5", "at": "2024-12-16T05:00:59Z", "event": "failed", "exit_code": 1, "seconds": 59.8, "said": "Unforeseen (OSError)."}
"""  # noqa: E501
TABLE = [
    ("-", "2024-12-16 06:00", "1 min 0 s", "failed: Unforeseen (OSError)."),
    ("2024-12-09", "2024-12-10 00:30", "3 s", "To publish: 2024-12-09."),
    ("2024-12-09", "2024-12-09 06:00", "1 s", "refused: Another run is going on."),
    ("2024-12-09", "2024-12-09 06:00", "-", "stopped, or still going on, after 01_check"),
    ("2024-12-02", "2024-12-02 06:00", "4 min 12 s", "published"),
]


def test_the_last_runs_newest_first():
    lines = [json.loads(line) for line in LOG.splitlines()]
    assert list(last_runs(lines, DEMO).itertuples(index=False, name=None)) == TABLE
    many = [{**line, "run": f"{line['run']}-{n}"} for n in range(5) for line in lines[:2]]
    assert len(last_runs(many * 3, DEMO)) == 5
    assert len(last_runs([{**lines[0], "run": str(n)} for n in range(30)], DEMO)) == status.LAST


def test_lines_that_were_cut_off_are_counted(tmp_path):
    (tmp_path / "log.jsonl").write_text(LOG + '{"run": "r6", "at\n7\n[]\n{"event": "started"}\n')
    lines, unread = run_log.lines(tmp_path)
    assert (len(lines), unread) == (len(LOG.splitlines()), 4)
    assert run_log.lines(tmp_path / "nothing") == ([], 0)


def job_at(root: Path, as_of: str, published: str = "") -> Job:
    """A job as of a Berlin date, after a list was published for another."""
    experiment = DEMO.model_copy(update={"root": root})
    if published:
        folder = experiment.published / published
        folder.mkdir(parents=True)
        record = {"as_of": calendar.as_of_instant(experiment.calendar, published).isoformat()}
        (folder / "run.json").write_text(json.dumps(record))
    job = Job(experiment, None, as_of, root)
    job.__dict__.update(tables=SimpleNamespace(known_until=pd.Timestamp("2024-12-29 23:30")), fingerprint={
        "settings": "s", "code": "c", "forgotten": ""})  # fmt: skip
    return job


@pytest.mark.parametrize(
    ("published", "first", "second"),
    [
        ("", "Nothing is published yet; the log ends on 2024-12-30.", "To publish: 2024-12-23."),
        ("2024-12-09", "The newest list is of 2024-12-09; the log ends on 2024-12-30.",
         "To publish: 2024-12-16, 2024-12-23."),
        ("2024-12-23", "The newest list is of 2024-12-23; the log ends on 2024-12-30.",
         "Next week to publish: 2024-12-30."),
    ],
)  # fmt: skip
def test_weeks_that_are_due(tmp_path, monkeypatch, published, first, second):
    monkeypatch.setattr(status, "why_train", lambda _: "")
    assert due(job_at(tmp_path, "2024-12-23", published)) == [first, second, "Training is not due."]


def version(as_of: str, settings: str = "s", **tags: str) -> Registered:
    noted = {"as_of": as_of, "settings": settings, "code": "c", **tags}
    return Registered("leadline-demo-churn", "3", "r", "", noted)


@pytest.mark.parametrize(
    ("champion", "newest", "why"),
    [
        (None, None, "there is no model yet"),
        (version("2024-12-02"), version("2024-12-02"), ""),
        (version("2024-12-02", "other"), version("2024-12-02", "other"), "settings or code have changed"),
        (version("2024-12-02", "other"), version("2024-12-02"), ""),
        (version("2024-12-02"), version("2024-12-02", "other"), ""),
        (version("2024-11-24"), version("2024-11-24"), "28 days of outcomes have settled since version 3"),
        (version("2024-11-26"), version("2024-11-26"), ""),
        (
            version("2024-12-02", forgotten="one"),
            version("2024-12-02", forgotten="one"),
            "somebody from whom version 3 had learned was forgotten",
        ),
        (version("2024-12-02", forgotten="one"), version("2024-12-02", forgotten=""), ""),
    ],
)
def test_when_to_train_and_why(tmp_path, monkeypatch, champion, newest, why):
    monkeypatch.setattr(retraining.tracking, "registered", lambda *_: champion)
    monkeypatch.setattr(retraining.tracking, "newest", lambda *_: newest)
    assert why_train(job_at(tmp_path, "2024-12-23")) == why


def a_project(root: Path) -> None:
    (root / "experiments").mkdir(parents=True)
    (root / "experiments" / "plays.yaml").write_text("plays: []\n")
    text = "name: demo\nquestion: Who?\nsource: demo\noutcomes: {mode: contract}\ncalendar: {timezone: Europe/Berlin}\n"
    (root / "experiments" / "demo.yaml").write_text(text)
    (root / "data" / "published" / "demo").mkdir(parents=True)
    (root / "data" / "published" / "demo" / "log.jsonl").write_text(LOG + "{\n")


def test_the_command_shows_every_experiment_though_its_source_is_away(tmp_path, monkeypatch, capsys):
    a_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["leadline", "status"])
    cli.app(standalone_mode=False)
    printed = " ".join(capsys.readouterr().out.split())
    assert "how it went" in printed
    for word in ("2024-12-02 06:00", "4 min 12 s", "Lines of log.jsonl that could not be read: 1."):
        assert word in printed
    assert "What is due cannot be told: Source file" in printed


def test_outside_a_project_it_says_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["leadline", "status"])
    with pytest.raises(Problem, match="There is no experiment in experiments/"):
        cli.app(standalone_mode=False)
