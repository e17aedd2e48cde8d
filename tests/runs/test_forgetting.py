"""`leadline forget`, on a company of three accounts with one published list and one model."""

import json
import shutil
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from leadline import cli
from leadline.experiment import read_experiment
from leadline.features.pseudonym import VARIABLE, People
from leadline.features.sources import open_source, read_source
from leadline.models import tracking
from leadline.problem import Problem
from leadline.runs import removal
from leadline.runs.alone import Busy, alone

SOURCE = """about: Three accounts.
folder: raw
tables: {accounts: {file: accounts.csv}, events: {file: 'events/*.csv'}}
actions: {core: [run]}
"""
QUESTION = "name: small\nquestion: Who?\nsource: small\noutcomes: {mode: activity}\n"
ACCOUNTS = "account_id,name\nacc-1,div & Söhne\nacc-10,td\nacc-2,Two\n"
EVENTS = """account_id,user_id,occurred_at,action
acc-1,ann@x.test,2024-01-01,run
acc-1,bob@x.test,2024-01-02,run
acc-10,ann@x.test,2024-01-02,run
"""
SCORED = pd.DataFrame(
    {
        "account_id": ["acc-1", "acc-10", "acc-2"],
        "name": ["div & Söhne", "td", "Two"],
        "listed_because": ["it fell", "it fell", ""],
        "arm": ["treat", "treat", ""],
    }
)
PAGE = """<!doctype html><table><tr><td class="td"><a href="accounts/acc-1.html">div &amp; Söhne</a></td></tr>
<tr><td><a href="accounts/acc-10.html">td</a> acc-10</td></tr></table><svg><text>div &amp; S…</text></svg>
"""
LEFT = """<!doctype html><table><tr><td class="td">*</td></tr>
<tr><td><a href="accounts/acc-10.html">td</a> acc-10</td></tr></table><svg><text>*</text></svg>
"""
MINE = (b"acc-1 ", b"acc-1,", b'acc-1"', "Söhne".encode(), b"S\\u00f6hne")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_store: Path) -> Path:
    derived = tmp_path / "data" / "derived" / "small"
    for folder in (tmp_path / "data" / "raw" / "events", tmp_path / "experiments"):
        folder.mkdir(parents=True)
    for name in ("training/context", "champions/churn/predictions"):
        (derived / name).parent.mkdir(parents=True)
        SCORED.to_parquet(derived / f"{name}.parquet")
    (tmp_path / "data" / "small.yaml").write_text(SOURCE)
    (tmp_path / "experiments" / "small.yaml").write_text(QUESTION)
    (tmp_path / "experiments" / "plays.yaml").write_text("plays: []\n")
    (tmp_path / "data" / "raw" / "accounts.csv").write_text(ACCOUNTS)
    (tmp_path / "data" / "raw" / "events" / "1.csv").write_text(EVENTS)
    (tmp_path / "data" / "raw" / "events" / "2.csv").write_text(EVENTS.replace("acc-1,", "acc-2,"))
    shutil.copy(empty_store, tmp_path / "experiments")
    SCORED.to_csv(derived.parent / "usage.csv", index=False)
    (tmp_path / "leadline.log").write_text("div & Söhne comes first\nacc-10 comes next\n")
    published(tmp_path / "data" / "published" / "small")
    monkeypatch.setenv(VARIABLE, "a key for the tests")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def published(place: Path) -> None:
    """A date made twice, of which the second is shown."""
    for number in (1, 2):
        folder = place / ".runs" / f"2024-01-08.{number}"
        for name in ("accounts", "crm", "notebooks"):
            (folder / name).mkdir(parents=True)
        SCORED.to_parquet(folder / "scored_accounts.parquet")
        SCORED.to_csv(folder / "scored_accounts.csv", index=False)
        SCORED[["account_id"]].set_axis(["Id__c"], axis=1).to_csv(folder / "crm" / "salesforce.csv", index=False)
        (folder / "report.html").write_text(PAGE, encoding="utf-8")
        (folder / "report.pdf").write_bytes(b"%PDF div & S\xc3\xb6hne")
        for name in ("acc-1", "acc-10"):
            (folder / "accounts" / f"{name}.html").write_text(f"<h1>{name}</h1>")
        shown = nbformat.v4.new_output("stream", text="acc-1 fell\n")
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=[shown])])
        nbformat.write(book, folder / "notebooks" / "05_score.ipynb")
        (folder / "run.json").write_text(json.dumps({"as_of": "2024-01-08T00:00:00", "said": "div & Söhne fell"}))
    (place / "2024-01-08").symlink_to(".runs/2024-01-08.2")
    (place / "latest").symlink_to("2024-01-08")
    (place / ".unfinished").mkdir()
    SCORED.to_parquet(place / ".unfinished" / "scores.parquet")
    (place / "log.jsonl").write_text(
        '{"run": "r", "at": "2024-01-08T00:00:00Z", "event": "done", "said": "acc-1 has 2"}\n'
    )


def trained(project: Path) -> tracking.Registered:
    """A champion whose forward test tells of all three."""
    settings, files = read_experiment(project / "experiments" / "small.yaml"), project / "files"
    (files / "backtest").mkdir(parents=True)
    (files / "model").mkdir()
    (files / "model" / "model.txt").write_text("tree\n")
    SCORED.to_parquet(files / "backtest" / "predictions.parquet")
    metrics = pd.DataFrame(columns=["model", "slice", "metric", "value"])
    found = tracking.log_training(settings, "churn", files, metrics, {}, {"as_of": "2024-01-08"}, "It is the first.")
    tracking.promote(settings, found, None)
    shutil.rmtree(files)
    return found


def forget(monkeypatch: pytest.MonkeyPatch, *told: str) -> None:
    monkeypatch.setattr(sys, "argv", ["leadline", "forget", "small", *told])
    cli.app(standalone_mode=False)


def everything(project: Path) -> dict[str, bytes]:
    """Every file that was written, by its name."""
    places = [project / "data" / name for name in ("derived", "published", "forgotten")] + [project / "experiments"]
    files = [f for place in places for f in place.rglob("*") if f.is_file() and not f.is_symlink()]
    return {f.relative_to(project).as_posix(): f.read_bytes() for f in files}


def test_an_account_is_gone_from_all_that_was_written(project, monkeypatch, capsys):
    champion = trained(project)
    monkeypatch.setattr(removal, "not_printed", lambda *_: "there is no Chromium here")
    forget(monkeypatch, "--account", "acc-1")
    place = project / "data" / "published" / "small"
    shown = place / "latest"
    left = SCORED.iloc[1:].reset_index(drop=True)
    pd.testing.assert_frame_equal(pd.read_parquet(shown / "scored_accounts.parquet"), left)
    assert (shown / "scored_accounts.csv").read_text().splitlines()[1:] == ["acc-10,td,it fell,treat", "acc-2,Two,,"]
    assert (shown / "crm" / "salesforce.csv").read_text() == "Id__c\nacc-10\nacc-2\n"
    assert (shown / "report.html").read_text("utf-8") == LEFT.replace("*", "(removed on request)")
    assert [file.name for file in (shown / "accounts").iterdir()] == ["acc-10.html"]
    assert not (shown / "report.pdf").exists()
    note = json.loads((shown / "run.json").read_text())["removed_on_request"]
    assert [set(row) for row in note] == [{"what", "on"}]
    assert sorted(f.name for f in (place / ".runs").iterdir()) == ["2024-01-08.1", "2024-01-08.3"]
    assert sorted(f.name for f in place.iterdir()) == [".lock", ".runs", "2024-01-08", "latest", "log.jsonl"]
    assert [f.name for f in (project / "data" / "derived" / "small").iterdir()] == ["champions"]
    pd.testing.assert_frame_equal(pd.read_parquet(champion.files("backtest") / "predictions.parquet"), left)
    version = tracking.registered(read_experiment(project / "experiments" / "small.yaml"), "churn")
    assert version.tags["forgotten_after_training"] == "1"
    files = everything(project)
    assert [(name, word) for name, data in files.items() for word in MINE if word in data] == []
    assert len(files) > 20
    told = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "The account is now on the list" in told
    assert (project / "leadline.log").read_text() == "(removed on request) comes first\nacc-10 comes next\n"
    changed = ("derived/small 1 1", "published/small 13 5", "MLflow's runs of small 1 0", "leadline.log 2")
    searched = ("derived/small 1 0", "published/small 16 0", "MLflow's runs of small 2 0", "mlflow.db 1 0")
    assert [row for row in (*changed, *searched) if row not in told] == []
    assert "1.csv They are yours to delete" in told


def test_the_rows_are_no_longer_read(project, monkeypatch):
    forget(monkeypatch, "--account", "acc-1")
    tables = open_source(read_source(project / "data" / "small.yaml"))
    found = tables.rows[["table", "rows_in", "rows_used", "rows_excluded"]].to_numpy().tolist()
    assert found == [["accounts", 3, 2, 1], ["events", 6, 4, 2]]


def test_a_person_is_forgotten_by_address_or_by_pseudonym_and_twice_is_no_harm(project, monkeypatch, capsys):
    ann = People(project / "data").pseudonym("ann@x.test")
    notebook = project / "data" / "published" / "small" / "latest" / "notebooks" / "05_score.ipynb"
    for number, asked in enumerate(("Ann@X.test", ann)):
        notebook.write_text(notebook.read_text().replace("acc-1 fell", f"{ann} of acc-1 fell"))
        forget(monkeypatch, "--user", asked)
        assert nbformat.read(notebook, 4).cells[0].outputs[0].text == "(removed on request) of acc-1 fell\n"
        said = ("is now on the list", "was on the list already; everything was cleaned again")[number]
        assert f"The user {said}" in " ".join(capsys.readouterr().out.split())
        notebook.write_text(notebook.read_text().replace("(removed on request) of ", ""))
    listed = (project / "data" / "forgotten" / "small.csv").read_text()
    assert listed.count("\n") == 2
    assert "ann" not in listed
    assert ann not in listed
    tables = open_source(read_source(project / "data" / "small.yaml"))
    assert tables.rows["rows_excluded"].tolist() == [0, 4]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (("--account", "acc-11"), r"never heard of the account acc-11 \(did you mean acc-1"),
        (("--user", "eve@x.test"), "never heard of the user eve@x.test"),
        ((), "Give one of --account and --user"),
        (("--account", "acc-1", "--user", "7"), "Give one of --account and --user"),
    ],
)
def test_nobody_is_forgotten_by_mistake(project, monkeypatch, told, said):
    before = everything(project)
    with pytest.raises(Problem, match=said):
        forget(monkeypatch, *told)
    assert {name: data for name, data in everything(project).items() if not name.endswith(".lock")} == before


def test_an_account_whose_raw_rows_are_deleted_already_is_known_from_lists(project, monkeypatch):
    (project / "data" / "raw" / "accounts.csv").write_text("account_id,name\nacc-10,td\nacc-2,Two\n")
    (project / "data" / "raw" / "events" / "1.csv").write_text(EVENTS.replace("acc-1,", "acc-10,"))
    forget(monkeypatch, "--account", "acc-1")
    assert [(name, word) for name, data in everything(project).items() for word in MINE if word in data] == []


def test_what_cannot_be_cleaned_is_said_and_is_no_success(project, monkeypatch):
    model = project / "data" / "derived" / "small" / "champions" / "churn" / "model.txt"
    model.write_text("feature_names=acc-1\n")
    monkeypatch.setattr(removal, "over_runs", lambda *_: (_ for _ in ()).throw(tracking.Unreachable("MLflow is away.")))
    with pytest.raises(Problem, match=r"Mentions are left in derived/small \(1\)\. MLflow is away\. Mend that"):
        forget(monkeypatch, "--account", "acc-1")
    listed = pd.read_csv(project / "data" / "forgotten" / "small.csv")
    assert listed["mentions_left"].tolist() == [1]


def test_while_a_run_goes_on_nothing_is_forgotten(project, monkeypatch):
    with alone(project / "data" / "published" / "small"), pytest.raises(Busy):
        forget(monkeypatch, "--account", "acc-1")
    assert not (project / "data" / "forgotten").exists()
