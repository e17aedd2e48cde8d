"""Training by the registry's rule, on a small company: what becomes champion, when it is due, and the way back."""

import json
import os
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest
from tests.models.model_tables import COLUMNS, company, experiment

from leadline import cli
from leadline.experiment import Experiment
from leadline.features.dataset import Dataset
from leadline.models import tracking
from leadline.problem import Problem
from leadline.runs import backtesting, learning
from leadline.runs.job import Job
from leadline.runs.registry import forward_test, judged_beside, version_tags
from leadline.runs.retraining import why_train

pytestmark = pytest.mark.usefixtures("without_forecast")
DATA = Dataset(*company(months=11), columns=COLUMNS)
AT = pd.Timestamp("2022-11-01")


def small(root: Path, **changed: object) -> Experiment:
    return experiment().model_copy(update={"root": root, **changed})


def job_of(settings: Experiment, at: pd.Timestamp = AT, recipe: str = "a", data: Dataset = DATA) -> Job:
    """A job whose frames and fingerprint are given, and not derived from a source."""
    job = Job(settings, None, "", settings.derived)
    fingerprint = {"data": {"events.csv": str(id(data))}, "settings": recipe, "code": "c", "forgotten": ""}
    job.__dict__.update(as_of=at, training=data, fingerprint=fingerprint)
    return job


@pytest.fixture(scope="module")
def trained_twice(without_forecast: None, tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Path:
    """A project in which the same was trained twice, the second time from a forward test of its own."""
    root = tmp_path_factory.mktemp("project")
    (root / "experiments").mkdir()
    shutil.copy(empty_store, root / "experiments")
    settings = small(root)
    (root / "experiments" / "small.yaml").write_text(
        json.dumps(settings.model_dump(mode="json", exclude={"root"})), encoding="utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        first = learning.trained(job_of(settings))
        shutil.rmtree(settings.derived)
        again = learning.trained(job_of(settings))
    first.to_json(root / "first.json")
    again.to_json(root / "again.json")
    return root


@pytest.fixture
def project(trained_twice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that project; artifacts stay where they were."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return Path(shutil.copytree(trained_twice, tmp_path / "project"))


def champion(root: Path, outcome: str = "churn") -> str:
    return tracking.registered(small(root), outcome).version


def rollback(root: Path, *words: str) -> None:
    before, sys.argv = Path.cwd(), ["leadline", "rollback", "experiments/small.yaml", *words]
    os.chdir(root)
    try:
        cli.app(standalone_mode=False)
    finally:
        os.chdir(before)


def test_the_first_is_promoted_and_the_same_again_is_not_worse(project: Path) -> None:
    first, again = (pd.read_json(project / name) for name in ("first.json", "again.json"))
    assert list(first["outcome"]) == ["churn", "expansion"]
    assert first["promoted"].all()
    assert first["why"].eq("Promoted: there was no champion.").all()
    assert again["promoted"].all()
    assert again["why"].str.startswith("Promoted: the recipe is that of version 1, and it is the recipe that").all()
    assert again["version"].tolist() == [2, 2]
    assert again["kind"].isin(["logistic", "blend", "rule (recency)", "rule (decline)", "rule (base_rate)"]).all()
    assert (champion(project), champion(project, "expansion")) == ("2", "2")


def test_trained_twice_from_the_same_the_model_is_the_same_to_the_byte(project: Path) -> None:
    for outcome in ("churn", "expansion"):
        store = tracking.client(small(project))
        before, now = (Path(store.get_model_version(f"leadline-small-{outcome}", v).source.removeprefix("file://"))
                       for v in ("1", "2"))  # fmt: skip
        for file in ("model/model.txt", "model/model.json", "backtest/predictions.parquet", "backtest/verdicts.json"):
            assert (before.parent / file).read_bytes() == (now.parent / file).read_bytes()


def test_a_worse_recipe_stays_challenger_and_is_not_trained_at_every_run(project: Path) -> None:
    """Without the columns that tell who leaves."""
    blind = Dataset(DATA.snapshots[["account_id", "as_of", "luck"]], DATA.context, DATA.outcomes, COLUMNS[3:4])
    job = job_of(small(project), recipe="b", data=blind)
    assert why_train(job)
    table = learning.trained(job).set_index("outcome")
    assert table.loc["churn", "why"].startswith("Promoted: version 2, which was champion, cannot score today's table: ")

    rollback(project, "--outcome", "churn")
    keeping = job_of(small(project), recipe="b")
    keeping.__dict__["training"] = Dataset(DATA.snapshots, DATA.context, DATA.outcomes, COLUMNS[3:4])
    shutil.rmtree(keeping.work)
    table = learning.trained(keeping).set_index("outcome")
    assert not table.loc["churn", "promoted"]
    assert "Not promoted, version 2 stays champion: the new recipe is worse out of time" in table.loc["churn", "why"]
    assert champion(project) == "2"
    assert tracking.registered(small(project), "churn", "challenger").version == "4"
    assert not why_train(keeping)
    assert not why_train(job_of(small(project)))
    assert why_train(job_of(small(project), recipe="c"))
    assert why_train(job_of(small(project), AT + pd.Timedelta(days=28), "b"))


def test_another_question_replaces_the_champion(project: Path) -> None:
    outcomes = experiment().outcomes.model_copy(update={"expansion_ratio": 1.5})
    job = job_of(small(project, outcomes=outcomes), recipe="b")
    found = {}
    for outcome in ("churn", "expansion"):
        old = tracking.registered(small(project), outcome)
        found[outcome] = judged_beside(job, old, forward_test(old, outcome)).rule
    assert found == {"churn": "same", "expansion": "question"}


@pytest.mark.parametrize("lost", ["model/model.json", "backtest/predictions.parquet", "backtest/verdicts.json"])
def test_a_champion_whose_files_are_damaged_is_replaced(lost: str, project: Path, tmp_path: Path) -> None:
    old = tracking.registered(small(project), "churn")
    test = forward_test(old, "churn")
    copy = shutil.copytree(Path(old.source.removeprefix("file://")).parent, tmp_path / "copy")
    (copy / lost).write_bytes(b"not what it was")
    damaged = tracking.Registered(old.name, old.version, old.run_id, f"{copy.as_uri()}/model", old.tags)
    decision = judged_beside(job_of(small(project)), damaged, test)
    assert (decision.promoted, decision.rule) == (True, "unreadable")


def test_a_version_says_what_it_was_made_from(project: Path) -> None:
    job = job_of(small(project))
    tags = tracking.registered(small(project), "churn").tags
    assert {name: tags[name] for name in ("settings", "code", "as_of")} == {
        "settings": "a", "code": "c", "as_of": "2022-11-01T00:00:00"}  # fmt: skip
    assert tags["before"] == "1"
    assert "expansion_ratio" not in version_tags(job, "churn")["question"]
    assert "expansion_ratio" in version_tags(job, "expansion")["question"]


def test_rollback_brings_back_every_outcome_or_the_one_named(project: Path, capsys: pytest.CaptureFixture) -> None:
    rollback(project, "--outcome", "expansion")
    assert (champion(project), champion(project, "expansion")) == ("2", "1")
    assert capsys.readouterr().out == (
        "expansion: Version 1 is champion again; version 2 was rolled back, and is kept.\n"
    )
    rollback(project)
    assert (champion(project), champion(project, "expansion")) == ("1", "1")
    assert capsys.readouterr().out == (
        "churn: Version 1 is champion again; version 2 was rolled back, and is kept.\n"
        "expansion: The champion for expansion, version 1, replaced none; nothing can be rolled back.\n"
    )
    with pytest.raises(Problem, match=r"for churn, version 1, replaced none.* for expansion, version 1, replaced none"):
        rollback(project)
    with pytest.raises(Problem, match="no champion for upsell"):
        rollback(project, "--outcome", "upsell")
    assert not why_train(job_of(small(project)))


def test_a_kept_forward_test_is_used_while_nothing_it_is_made_from_has_changed(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    monkeypatch.setattr(backtesting, "backtested", lambda job: made.append(job.fingerprint["settings"]))
    assert set(backtesting.tested(job_of(small(project))).verdicts) == {"churn", "expansion"}
    assert made == []
    backtesting.tested(job_of(small(project), recipe="b"))
    backtesting.tested(job_of(small(project), AT - pd.Timedelta(days=7)))
    assert made == ["b", "a"]
