"""Runs with nobody watching: weeks that were missed, the log, and who is told; the notebooks are stood in for."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pandas as pd
import pytest
from rich.console import Console

from leadline.experiment import Calendar, Experiment, Outcomes
from leadline.problem import DiskFull, GateClosed, Problem
from leadline.runs import flow, messages, run_log
from leadline.runs.gates import FILE as GATES
from leadline.runs.job import Job
from leadline.runs.publish import PUBLISHED
from leadline.runs.watching import unnamed

ACCOUNTS = "SELECT 'a1' AS account_id, 'Northwind Ltd' AS name UNION ALL SELECT '7', NULL"
LAST = pd.Timestamp("2024-12-29 20:00")
STEPS = ["01_check", "05_score", "06_thresholds_and_list", "07_effects", "08_report"]
SENTENCE = "Northwind Ltd (a1) is there 7 times; mend it."


def gates_of(strain: float) -> pd.DataFrame:
    row = {"gate": "quarantine", "place": "events", "value": strain / 10, "limit": 0.1, "strain": strain}
    return pd.DataFrame([{**row, "since": pd.NaT, "passed": strain <= 1}])


class Company:
    """An experiment whose notebooks write what they should, or raise what they are told to for a date."""

    def __init__(self, root: Path) -> None:
        self.experiment = Experiment(
            name="demo", question="Who?", source="demo", outcomes=Outcomes(mode="contract"),
            calendar=Calendar(timezone="Europe/Berlin"), messages=("TEAM",), root=root,
        )  # fmt: skip
        self.fails: dict[str, BaseException] = {}
        self.asked: list[str] = []
        self.told: list[tuple[str, str]] = []

    def open(self, experiment: str, data: str, as_of: str) -> Job:
        job = Job(self.experiment, None, as_of, self.experiment.derived)
        tables = SimpleNamespace(known_until=LAST, relations={"accounts": duckdb.sql(ACCOUNTS)})
        job.__dict__.update(source=SimpleNamespace(tables={}), tables=tables, made_from={})
        return job

    def execute(self, names, root, executed: Path, parameters: dict[str, str], finished: Callable[[str], None]) -> None:
        out, at = executed.parent, parameters["as_of"]
        day = f"{pd.Timestamp(at).tz_convert('Europe/Berlin'):%Y-%m-%d}"
        self.asked.append(day)
        gates_of(2 if day in self.fails else 0.6).to_parquet(out / GATES)
        finished(names[0])
        if day in self.fails:
            raise self.fails[day]
        for name in sorted({*PUBLISHED} - {GATES}):
            if name.endswith(".parquet"):
                gates_of(0).to_parquet(out / name)
            elif "." in name:
                (out / name).write_text(json.dumps({"as_of": f"{pd.Timestamp(at).tz_localize(None)}"}))
            else:
                (out / name).mkdir(exist_ok=True)
        (out / "summary.txt").write_text("12 accounts to talk to.\nARR at stake: 1 USD.\n")
        if "05_score" in names:
            (out / "scores.parquet").write_text("")
        for name in names[1:]:
            finished(name)

    def run(self, as_of: str = "") -> None:
        flow.run(Console(), Path("demo.yaml"), None, as_of, force=False)

    def catch_up(self, as_of: str = "") -> None:
        flow.catch_up(Console(), Path("demo.yaml"), None, as_of)

    @property
    def log(self) -> list[dict]:
        return [json.loads(line) for line in (self.experiment.published / "log.jsonl").read_text().splitlines()]

    @property
    def days(self) -> list[str]:
        return sorted(folder.name for folder in self.experiment.published.glob("[0-9]*"))


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Company:
    made = Company(tmp_path)
    monkeypatch.setattr(flow, "open_job", made.open)
    monkeypatch.setattr(flow, "execute", made.execute)
    monkeypatch.setattr(flow, "why_train", lambda _: "")
    monkeypatch.setattr(flow, "_made_from", lambda *_: {})
    monkeypatch.setattr(flow, "not_printed", lambda *_: "no browser")
    monkeypatch.setattr(messages, "_sent", lambda address, *text: made.told.append(text) or "")
    return made


def test_missed_weeks_are_published_oldest_first(company):
    company.run("2024-12-02")
    company.catch_up()
    assert company.asked == company.days == ["2024-12-02", "2024-12-09", "2024-12-16", "2024-12-23"]


def test_a_week_that_fails_ends_it_and_is_the_first_of_the_next_time(company):
    company.run("2024-12-02")
    company.fails["2024-12-16"] = GateClosed("Nothing was published.")
    with pytest.raises(GateClosed):
        company.catch_up()
    assert company.asked == ["2024-12-02", "2024-12-09", "2024-12-16"]
    assert company.days == ["2024-12-02", "2024-12-09"]
    company.fails.clear()
    company.catch_up()
    assert company.asked[3:] == ["2024-12-16", "2024-12-23"]


def test_where_nothing_is_missing_it_says_so_and_tells_nobody(company, capsys):
    company.run()
    company.told.clear()
    company.catch_up()
    assert "No week is missing up to 2024-12-23." in capsys.readouterr().out
    assert company.asked == ["2024-12-23"]
    assert company.told == []


def test_where_nothing_is_published_the_last_week_is_the_first(company):
    company.catch_up()
    assert company.days == ["2024-12-23"]


def test_after_a_date_between_two_weeks_come_the_weeks(company):
    company.run("2024-12-11")
    company.catch_up("2024-12-18")
    assert company.days == ["2024-12-11", "2024-12-16"]


def seen(line: dict) -> dict:
    """A line without what differs from run to run."""
    assert re.fullmatch(r"[0-9a-f]{12}", line["run"])
    assert pd.Timestamp(line["at"]).tzinfo is not None
    assert line.get("seconds", 0.0) >= 0
    return {key: value for key, value in line.items() if key not in ("run", "at", "seconds", "level")}


def test_a_run_that_publishes_line_by_line(company):
    company.run()
    day = {"as_of": "2024-12-23"}
    near = "6.0% of the rows of events were set apart (limit 10%)"
    assert [seen(line) for line in company.log] == [
        {"event": "started", "command": "run"},
        {"event": "step", "name": "01_check", **day},
        {"event": "step", "name": "05_score", **day},
        {"event": "gates", "passed": 1, "near": [near], "closed": [], **day},
        *({"event": "step", "name": name, **day} for name in STEPS[2:]),
        {"event": "published", **day},
        {"event": "message", "to": "TEAM", **day},
    ]
    assert len({line["run"] for line in company.log}) == 1
    record = json.loads((company.experiment.published / "latest" / "run.json").read_text())
    assert record["run_id"] == company.log[0]["run"]


def test_a_gate_that_closes_is_in_the_log_with_its_exit_code(company):
    company.fails["2024-12-23"] = GateClosed(SENTENCE)
    with pytest.raises(GateClosed):
        company.run()
    *_, gates, refused, _message = company.log
    assert gates["closed"] == ["20% of the rows of events were set apart (limit 10%)"]
    assert (refused["event"], refused["exit_code"], refused["level"]) == ("refused", 3, "error")
    assert refused["said"] == "(an account) ((an account)) is there 7 times; mend it."
    assert company.told == [("demo, 2024-12-23: not published", f"{SENTENCE}\nExit code 3.")]


def test_what_nobody_thought_of_is_logged_by_its_kind_alone(company):
    company.fails["2024-12-23"] = KeyError("Northwind Ltd")
    with pytest.raises(KeyError):
        company.run()
    failed = next(line for line in company.log if line["event"] == "failed")
    assert failed["said"] == "Unforeseen (KeyError); the error stream has the rest."
    assert failed["exit_code"] == 1
    assert "Northwind" not in (company.experiment.published / "log.jsonl").read_text()


def test_a_full_disk_publishes_nothing_and_is_told_even_where_the_log_has_no_room(company, monkeypatch):
    company.run("2024-12-16")
    folder = company.experiment.published
    monkeypatch.setattr(run_log, "FILE", "/dev/full")
    with pytest.raises(DiskFull) as full:
        company.run()
    assert company.days == ["2024-12-16"]
    monkeypatch.undo()
    assert f"{full.value}" == "The disk is full: what is published stays as it was; make room and run again."
    assert (folder / "latest").resolve().name == "2024-12-16.1"


def test_a_file_that_no_disk_has_room_for_leaves_a_line_in_the_log(company):
    full = OSError(28, "No space left on device", "scores.parquet")
    company.fails["2024-12-23"] = full
    with pytest.raises(DiskFull):
        company.run()
    assert seen(company.log[-2])["said"].startswith("The disk is full (scores.parquet): what is published stays")
    company.fails.clear()
    company.run()
    assert company.days == ["2024-12-23"]


def test_a_secret_in_a_sentence_is_neither_logged_nor_sent(company, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_DSN", "host=db password=hunter2")
    company.fails["2024-12-23"] = Problem("No answer from host=db password=hunter2; try postgresql://ann:s3cret@db/x.")
    with pytest.raises(Problem):
        company.run()
    log = (company.experiment.published / "log.jsonl").read_text()
    for told in (log, company.told[0][1]):
        assert "No answer from (WAREHOUSE_DSN); try postgresql://(hidden)@db/x." in told
        assert "hunter2" not in told
        assert "s3cret" not in told


def test_who_stops_a_run_is_not_told_of_it(company):
    company.fails["2024-12-23"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        company.run()
    assert seen(company.log[-1])["said"] == "Interrupted by hand."
    assert company.told == []


def test_a_run_stopped_before_its_last_step_is_published_by_the_next(company, monkeypatch):
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(flow, "not_printed", lambda *_: sys.exit())
        company.run()
    assert company.days == []
    company.run()
    assert company.days == ["2024-12-23"]
    assert [line["name"] for line in company.log if line["event"] == "step"] == [*STEPS, STEPS[-1]]


def test_a_source_that_cannot_be_opened_is_told_as_well(company, monkeypatch):
    def refuse(_: Job) -> str:
        raise Problem("The log is not there.")

    monkeypatch.setattr(Job, "day", property(refuse))
    with pytest.raises(Problem):
        company.catch_up()
    assert [line["event"] for line in company.log] == ["started", "refused", "message"]
    assert company.told == [("demo: not published", "The log is not there.\nExit code 1.")]


def test_the_team_reads_the_verdict_and_where_the_report_lies(company):
    company.run()
    page = company.experiment.published / "2024-12-23" / "report.html"
    verdict = "12 accounts to talk to.\nARR at stake: 1 USD."
    assert company.told == [("demo, 2024-12-23: published", f"{verdict}\n\nReport: {page}")]
    company.run()  # published already
    assert len(company.told) == 1
    assert company.log[-1]["said"] == "2024-12-23 is published already, and stays as it is."


def test_a_message_that_is_not_sent_fails_no_run_and_names_no_address(company, monkeypatch, capfd):
    monkeypatch.undo()
    for name, stand_in in {"open_job": company.open, "execute": company.execute, "why_train": lambda _: "",
                           "_made_from": lambda *_: {}, "not_printed": lambda *_: "no browser"}.items():  # fmt: skip
        monkeypatch.setattr(flow, name, stand_in)
    monkeypatch.setenv("TEAM", "json://127.0.0.1:1/t0psecret")
    company.run()
    assert company.days == ["2024-12-23"]
    said = "The message to TEAM was not sent: it could not be delivered."
    shown = capfd.readouterr()
    assert said in shown.err
    assert seen(company.log[-1])["said"] == "it could not be delivered"
    assert "t0psecret" not in shown.out + shown.err + (company.experiment.published / "log.jsonl").read_text()


@pytest.mark.parametrize(
    ("sentence", "without"),
    [
        ("Account acme would be scored 2 times.", "Account (an account) would be scored 2 times."),
        ("Acme Corp and acme differ.", "(an account) and (an account) differ."),
        ("acmes and 42 stay.", "acmes and 42 stay."),
        ("a.b? (c)", "(an account)"),
    ],
)
def test_sentences_lose_the_names_of_accounts_and_nothing_else(sentence, without):
    assert unnamed(sentence, {"acme", "Acme Corp", "42", "a.b? (c)"}) == without
