"""A source that cannot be used is refused in one sentence that says what, where and how to mend it."""

import sys
from pathlib import Path

import pytest

from leadline import cli

SOURCE = """
about: A small log.
folder: raw
tables:
  events:
    file: events.csv
    columns: {account_id: account, user_id: user, occurred_at: at, action: action}
actions: {core: [save], view: [look], other: [login]}
"""
EXPERIMENT = """
name: small
question: Who will fall silent?
source: small
outcomes: {mode: activity}
"""
ROWS = [f"acme,u{i % 3},2024-01-{i % 28 + 1:02d}T10:00:00,{a}" for i in range(60) for a in ("save", "look", "login")]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("data/raw", "experiments"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "data" / "small.yaml").write_text(SOURCE)
    (tmp_path / "experiments" / "small.yaml").write_text(EXPERIMENT)
    write(tmp_path, ROWS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(project: Path, rows: list[str], header: str = "account,user,at,action") -> None:
    (project / "data" / "raw" / "events.csv").write_text("\n".join([header, *rows]) + "\n")


def refusal(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    """What a command says on the error stream when it exits with 1."""
    monkeypatch.setattr(sys, "argv", ["leadline", *words])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return " ".join(said.split())


def spoil_column(project: Path) -> None:
    write(project, ROWS, "account,user,when,action")


def spoil_type(project: Path) -> None:
    write(project, [row.replace("2024-01", "the month of") for row in ROWS])


def spoil_empty(project: Path) -> None:
    write(project, [])


def spoil_action(project: Path) -> None:
    write(project, [row.replace("login", "logout") for row in ROWS])


def spoil_named_action(project: Path) -> None:
    file = project / "data" / "small.yaml"
    file.write_text(SOURCE.replace("[save]", "[save]").replace("[login]", "[login, save]"))


def spoil_future(project: Path) -> None:
    write(project, [row.replace("2024-", "2524-") for row in ROWS])


def spoil_path(project: Path) -> None:
    (project / "data" / "raw" / "events.csv").unlink()


SPOILT = [
    (spoil_column, ["events", "at", "account, user, when, action"]),
    (spoil_type, ["events", "at", "180", "the month of"]),
    (spoil_empty, ["events", "no rows"]),
    (spoil_action, ["events", "action", "60", "logout"]),
    (spoil_named_action, ["save", "save"]),
    (spoil_future, ["events", "at", "180", "future", "2524-"]),
    (spoil_path, ["events.csv"]),
]


@pytest.mark.parametrize(("spoil", "named"), SPOILT, ids=[spoil.__name__ for spoil, _ in SPOILT])
@pytest.mark.parametrize("command", ["check", "run", "features"])
def test_a_spoilt_source_is_refused_and_nothing_is_written_but_that_in_the_log(
    project, capsys, monkeypatch, spoil, named, command
):
    spoil(project)
    before = sorted(project.rglob("*"))
    words = {
        "check": ["check", "data/small.yaml"],
        "run": ["run", "experiments/small.yaml"],
        "features": ["features", "small", "--out", "out.parquet"],
    }
    said = refusal(capsys, monkeypatch, *words[command])
    assert said.startswith("leadline: ")
    assert all(word in said for word in named), said
    log = project / "data" / "published" / "small" / "log.jsonl"
    assert log.is_file() == (command == "run")
    assert command != "run" or '"refused"' in log.read_text(encoding="utf-8")
    assert sorted({*project.rglob("*")} - {log, log.parent, log.parent.parent}) == before


def test_a_folder_that_does_not_exist(project, capsys, monkeypatch):
    said = refusal(capsys, monkeypatch, "check", "small", "--data", str(project / "nowhere"))
    assert "nowhere" in said


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (EXPERIMENT.replace("activity", "guess"), ["outcomes.mode", "'contract' or 'activity'"]),
        (EXPERIMENT + "capcity: {csms: 2}\n", ["capcity"]),
        (EXPERIMENT.replace("source: small", "source: other"), ["other.yaml", "does not exist"]),
        ("name: [", ["not valid YAML"]),
    ],
)
def test_a_wrong_experiment_is_refused(project, capsys, monkeypatch, text, named):
    (project / "experiments" / "small.yaml").write_text(text)
    said = refusal(capsys, monkeypatch, "run", "experiments/small.yaml")
    assert all(word in said for word in named), said


def test_an_experiment_that_is_not_there(project, capsys, monkeypatch):
    said = refusal(capsys, monkeypatch, "run", "experiments/none.yaml")
    assert "none.yaml does not exist" in said


def test_contract_outcomes_without_subscriptions(project, capsys, monkeypatch):
    text = EXPERIMENT.replace("activity", "contract") + "calendar: {first: 2024-01-08, every: week}\n"
    (project / "experiments" / "small.yaml").write_text(text)
    said = refusal(capsys, monkeypatch, "backtest", "experiments/small.yaml")
    assert "maps no table subscriptions" in said
