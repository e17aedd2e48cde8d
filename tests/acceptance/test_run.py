"""The main job through the command line, on a small simulated company: what it publishes, and what a rerun does."""

import json
import os
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from leadline import cli
from leadline.decisions.schema import FORECAST, SCORED_ACCOUNTS, SURVIVAL, THRESHOLDS
from leadline.experiment import Gates
from leadline.problem import GateClosed, Problem
from leadline.runs import flow
from leadline.runs.flow import CHECK, SCORE, TRAIN
from leadline.runs.gates import gates_passed
from leadline.runs.job import open_job
from leadline.runs.learning import trained
from leadline.runs.notebooks import execute
from leadline.runs.publish import PUBLISHED

ROOT = Path(__file__).parents[2]
SMALLER = {"trees: 300": "trees: 60", "bootstrap: 200": "bootstrap: 20", "test_every: month": "test_every: quarter"}

LAST_BUT_ONE = "2024-07-29"

pytestmark = pytest.mark.slow


def leadline(project: Path, *words: str) -> None:
    before, sys.argv = Path.cwd(), ["leadline", *words]
    os.chdir(project)
    try:
        cli.app(standalone_mode=False)
    finally:
        os.chdir(before)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of its own with the demo experiment, made smaller, run for the last week but one and then the last."""
    project = tmp_path_factory.mktemp("project")
    for folder, kind in (("experiments", "*.yaml"), ("notebooks", "*.ipynb"), ("data", "*.yaml")):
        (project / folder).mkdir()
        for file in (ROOT / folder).glob(kind):
            shutil.copy(file, project / folder)
    experiment = project / "experiments" / "demo.yaml"
    text = experiment.read_text() + "models: {trees: 300, bootstrap: 200, trials: 2}\n"
    for usual, small in SMALLER.items():
        assert usual in text
        text = text.replace(usual, small)
    experiment.write_text(text)
    leadline(project, "simulate", "data/raw/demo", "--accounts", "150", "--weeks", "84")
    leadline(project, "run", "experiments/demo.yaml", "--as-of", LAST_BUT_ONE)
    leadline(project, "run", "experiments/demo.yaml")
    return project


@pytest.fixture
def latest(project: Path) -> Path:
    published = project / "data" / "published" / "demo"
    return published / (published / "latest").readlink()


def test_everything_is_published_and_nothing_else(project, latest):
    assert {*PUBLISHED} <= {file.name for file in latest.iterdir()}
    assert {file.name for file in latest.iterdir()} - {*PUBLISHED, "report.pdf"} == {"accounts", "by_csm", "crm"}
    seen = sorted(folder.name for folder in latest.parent.iterdir() if not folder.name.startswith("."))
    assert seen == [LAST_BUT_ONE, latest.name, "latest", "log.jsonl"]
    made = [f"{LAST_BUT_ONE}.1", f"{latest.name}.1"]
    assert sorted(folder.name for folder in (latest.parent / ".runs").iterdir()) == made


def test_the_list_is_whole_and_within_capacity(latest):
    table = pd.read_parquet(latest / "scored_accounts.parquet")
    assert list(table.columns) == list(SCORED_ACCOUNTS.columns)
    listed = table[table["listed_because"] != ""]
    assert 0 < len(listed) <= 40
    assert listed["listed_because"].str.len().gt(10).all()
    assert listed["play"].ne("").all()
    assert set(listed["arm"]) == {"treat", "holdout"}
    assert table["p_churn"].dropna().between(0, 1).all()
    assert not table["account_id"].duplicated().any()
    csv = pd.read_csv(latest / "scored_accounts.csv")
    assert csv["account_id"].tolist() == table["account_id"].tolist()
    assert csv["p_churn"].to_numpy() == pytest.approx(table["p_churn"].to_numpy(), nan_ok=True, abs=1e-9)
    assert list(pd.read_parquet(latest / "thresholds.parquet").columns) == list(THRESHOLDS.columns)


def test_the_forecast_and_the_survival_curves_are_whole(latest):
    forecast, curves = (pd.read_parquet(latest / f"{name}.parquet") for name in ("forecast", "survival"))
    assert list(forecast.columns) == list(FORECAST.columns)
    assert forecast.groupby("measure")["quarters"].apply(list).to_dict() == {
        name: [1, 2] for name in ("grr", "logo_retention", "nrr")
    }
    assert (forecast["low"] <= forecast["high"]).all()
    assert list(curves.columns) == list(SURVIVAL.columns)
    assert (curves.groupby("account_id")["survival"].diff().dropna() <= 0).all()
    scored = pd.read_parquet(latest / "scored_accounts.parquet")["account_id"]
    assert set(curves["account_id"]) == set(scored)


def test_the_report_needs_no_network_and_shows_names_as_text(latest):
    page = (latest / "report.html").read_text(encoding="utf-8")
    addresses = set(re.findall(r'(?:src|href)="(?!#|accounts/)[^"]*"|url\([^)]*\)|@import', page))
    assert not addresses
    briefs = re.findall(r'href="(accounts/[^"]*)"', page)
    assert briefs
    assert all((latest / brief).is_file() for brief in briefs)
    assert "<b>" not in page.replace("&lt;b&gt;", "") or "=SUM Analytics <b>" not in page


def test_the_record_names_versions_seed_data_and_rows(latest):
    record = json.loads((latest / "run.json").read_text())
    assert record["experiment"] == "demo"
    assert record["seed"] == 7
    assert "events.parquet" in record["fingerprints"]["data"]
    assert all(row["rows_in"] == row["rows_used"] + row["rows_quarantined"] + row["rows_excluded"]
               for row in record["rows"])  # fmt: skip
    assert {"churn", "expansion"} == set(record["models"])


def test_the_log_tells_each_step_by_the_run_of_the_record_and_names_no_account(latest):
    text = (latest.parent / "log.jsonl").read_text(encoding="utf-8")
    run_id = json.loads((latest / "run.json").read_text())["run_id"]
    lines = [line for line in map(json.loads, text.splitlines()) if line["run"] == run_id]
    assert [line["name"] for line in lines if line["event"] == "step"] == [*CHECK, *SCORE]
    assert [line["event"] for line in lines if line["event"] != "step"] == ["started", "gates", "published"]
    names = pd.read_parquet(latest / "scored_accounts.parquet")["name"].dropna()
    assert not any(name in text for name in names)


def test_the_notebooks_are_kept_as_executed(latest):
    first = latest.parent / LAST_BUT_ONE / "notebooks"
    assert sorted(file.stem for file in first.iterdir()) == [*CHECK, *TRAIN, *SCORE]
    assert sorted(file.stem for file in (latest / "notebooks").iterdir()) == [*CHECK, *SCORE]
    for file in first.iterdir():
        cells = nbformat.read(file, as_version=4).cells
        assert all(cell.execution_count for cell in cells if cell.cell_type == "code")


def test_a_second_run_trains_no_more_and_gives_the_same_list(project, latest, capsys, monkeypatch):
    """Without a word nothing changes; forced, and interrupted by a step that fails, the old stands until it is done,
    though MLflow is out of reach by then."""
    kinds = [name for name in PUBLISHED if (latest / name).is_file() and name != "run.json"]  # it tells the timings
    before = {name: (latest / name).read_bytes() for name in kinds}
    leadline(project, "run", "experiments/demo.yaml")
    assert "stays as it is" in capsys.readouterr().out
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    report = project / "notebooks" / "08_report.ipynb"
    whole = report.read_text()
    report.write_text(whole.replace("from leadline", "from nowhere"))
    with pytest.raises(Problem, match=r"Notebook 08_report\.ipynb failed in cell"):
        leadline(project, "run", "experiments/demo.yaml", "--force")
    assert (latest.parent / latest.readlink()).name == f"{latest.name}.1"
    report.write_text(whole)
    leadline(project, "run", "experiments/demo.yaml", "--force")
    told = capsys.readouterr().out
    assert "Going on after 07_effects" in told
    assert "MLflow does not answer (the server that MLFLOW_TRACKING_URI names is busy or out of reach)" in told
    assert (latest.parent / latest.readlink()).name == f"{latest.name}.2"
    assert [name for name in before if before[name] != (latest / name).read_bytes()] == []
    timings = json.loads((latest / "run.json").read_text())["timings"]
    assert list(timings) == [file.stem for file in sorted((latest / "notebooks").iterdir())]


def test_a_gate_beyond_its_limit_publishes_nothing(project, latest, tmp_path):
    """The demo's log is of the past, and so a limit by the clock is beyond reach; without one all gates are passed."""
    gates = pd.read_parquet(latest / "gates.parquet")
    assert gates["passed"].all()
    assert {"freshness", "volume", "quarantine", "schema", "missing", "indicators"} <= set(gates["gate"])
    job = open_job(str(project / "experiments" / "demo.yaml"), out=str(tmp_path))
    late = replace(job, experiment=job.experiment.model_copy(update={"gates": Gates(stale_days=10)}))
    scores = pd.read_parquet(latest / "scored_accounts.parquet")
    with pytest.raises(
        GateClosed, match=r"events has been silent for \d+ days \(limit 10 days\) since \w+ \d+, 20"
    ) as closed:
        gates_passed(late, scores, job.as_of + pd.Timedelta(days=30))
    assert closed.value.exit_code == 3


def executed(project: Path, name: str, tmp_path: Path, **parameters: str) -> list[dict]:
    """The outputs of an analyst's notebook."""
    execute((name,), project, tmp_path, {"experiment": str(project / "experiments" / "demo.yaml"), **parameters})
    cells = nbformat.read(tmp_path / f"{name}.ipynb", as_version=4).cells
    return [out for cell in cells for out in cell.get("outputs", [])]


def figures(outputs: list[dict]) -> list[str]:
    return ["".join(out["data"]["image/svg+xml"]) for out in outputs if "image/svg+xml" in out.get("data", {})]


def test_an_analyst_reads_why_an_account_scored_so(project, latest, tmp_path):
    """Figures of all accounts, of one and of a column, and what moved; the riskiest account is the default."""
    drawn = figures(executed(project, "09_explain", tmp_path, out=str(tmp_path / "out")))
    assert len(drawn) == 4
    table = pd.read_parquet(latest / "scored_accounts.parquet")
    riskiest = table.loc[table["p_churn"] == table["p_churn"].max(), "name"]  # a plain rule gives many the same chance
    assert any(name in drawn[2] for name in riskiest)
    with pytest.raises(Problem, match="Account nobody was not scored as of this date"):
        executed(project, "09_explain", tmp_path, out=str(tmp_path / "out"), account="nobody")


def test_an_analyst_tries_an_indicator(project, tmp_path):
    outputs = executed(project, "14_try_indicator", tmp_path, out=str(tmp_path / "out"))
    assert "core_per_active_day" in "".join(out.get("text", "") for out in outputs)
    assert len(figures(outputs)) == 1


def test_features_of_given_pairs_are_those_of_the_weekly_table(project, latest, tmp_path):
    source = ["demo", "--data", str(project / "data" / "raw" / "demo")]
    weekly = tmp_path / "weekly.parquet"
    leadline(project, "features", *source, "--out", str(weekly))
    table = pd.read_parquet(weekly)
    some = table[table["as_of"] == pd.Timestamp(latest.name)].sample(20, random_state=1)
    some[["account_id", "as_of"]].to_csv(tmp_path / "pairs.csv", index=False)
    leadline(project, "features", *source, "--pairs", str(tmp_path / "pairs.csv"), "--out", str(tmp_path / "p.parquet"))
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "p.parquet"), some.reset_index(drop=True))


def test_an_analyst_compares_two_experiments(project, tmp_path):
    """A backtest of the second writes its predictions and metrics, and keeps what the notebook reads."""
    other = (project / "experiments" / "demo.yaml").read_text().replace("name: demo", "name: fewer")
    (project / "experiments" / "fewer.yaml").write_text(other.replace("trees: 60", "trees: 20"))
    leadline(project, "backtest", "experiments/demo.yaml")
    leadline(project, "backtest", "experiments/fewer.yaml", "--out", str(tmp_path / "out"))
    predictions = pd.read_parquet(tmp_path / "out" / "predictions.parquet")
    named = ["outcome", "account_id", "as_of", "observed", "p", "base_rate", "recency", "decline", "fullness",
             "renewal_curve", "logistic", "arr", "due_for_renewal"]  # fmt: skip
    assert list(predictions.columns)[: len(named)] == named
    assert "churn" in set(predictions["outcome"])
    assert (tmp_path / "out" / "metrics.parquet").is_file()
    forecast = pd.read_parquet(tmp_path / "out" / "forecast.parquet")
    assert {"estimate", "low", "high", "actual", "held"} <= set(forecast.columns)
    assert (tmp_path / "out" / "survival.parquet").is_file()
    outputs = executed(project, "15_compare", tmp_path, other=str(project / "experiments" / "fewer.yaml"))
    shown = "".join("".join(out.get("data", {}).get("text/plain", "")) for out in outputs)
    assert "models.trees" in shown
    assert "average_precision" in shown


def test_replay_writes_alerts_within_capacity(project, tmp_path):
    leadline(project, "replay", "experiments/demo.yaml", "--out", str(tmp_path / "out"))
    alerts = pd.read_parquet(tmp_path / "out" / "alerts.parquet")
    assert list(alerts.columns)[:6] == ["policy", "as_of", "account_id", "group", "indicator", "capacity"]
    assert set(alerts["policy"]) >= {"dynamic", "fixed_fall", "top_k"}
    weekly = alerts[alerts["policy"] == "dynamic"].groupby("as_of").size()
    books = pd.read_parquet(project / "data" / "raw" / "demo" / "accounts.parquet")["csm"].nunique()
    assert weekly.max() <= 10 * books
    assert weekly.median() >= 9 * books
    summary = pd.read_parquet(tmp_path / "out" / "summary.parquet").set_index("policy")
    assert summary.loc["dynamic", "flicker"] < 0.05
    thresholds = pd.read_parquet(tmp_path / "out" / "thresholds.parquet")
    assert list(thresholds.columns) == list(THRESHOLDS.columns)


def test_after_a_rollback_accounts_are_scored_by_the_version_before(project, tmp_path, monkeypatch, capsys):
    here = str(project / "experiments" / "demo.yaml")
    monkeypatch.setattr(
        flow, "execute", lambda *_: trained(open_job(here, as_of=LAST_BUT_ONE))
    )  # as 04_train does, with no kernels
    leadline(project, "train", "experiments/demo.yaml", "--as-of", LAST_BUT_ONE)
    assert "churn: version 2" in capsys.readouterr().out
    monkeypatch.undo()
    leadline(project, "rollback", "experiments/demo.yaml", "--outcome", "expansion")
    execute(SCORE[:2], project, tmp_path, {"experiment": here, "out": str(tmp_path / "out")})
    accounts = pd.read_parquet(tmp_path / "out" / "scored_accounts.parquet")
    assert accounts["model_version"].unique() == "churn 2, expansion 1"


def test_a_week_takes_up_what_the_week_before_handed_on(latest):
    before = pd.read_parquet(latest.parent / LAST_BUT_ONE / "standing.parquet")
    goes_on = before[(before["state"] == "listed") & (before["until"] > pd.Timestamp(latest.name))]
    assert len(goes_on) > 3
    now = pd.read_parquet(latest / "standing.parquet").set_index("account_id")["since"]
    assert (now.reindex(goes_on["account_id"]) < pd.Timestamp(latest.name)).sum() > 3
    table = pd.read_parquet(latest / "scored_accounts.parquet").set_index("account_id")
    staying = table.reindex(goes_on["account_id"])["listed_because"]
    assert staying.str.contains("on the list since").sum() > 3
