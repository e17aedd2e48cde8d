"""`leadline effects` on a simulated company: numbers where there is a trial, sentences where there is none."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from leadline.decisions.arms import drawn, nobody
from leadline.problem import Problem
from leadline.runs import effects_table
from leadline.runs.effects import found
from leadline.runs.handed_on import arms_handed_on
from leadline.runs.job import open_job
from leadline.simulate.settings import SimulationSettings
from leadline.simulate.write import simulate

ROOT = Path(__file__).parents[2]
FAST = """
indicators: [events, events_trend, days_to_term_end, tenure, mrr]
models: {trials: 0, bootstrap: 0, trees: 20}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the demo's experiment, made quick, and a company of 260 accounts."""
    root = tmp_path_factory.mktemp("project")
    for name in ("experiments", "data"):
        (root / name).mkdir()
        for file in (ROOT / name).glob("*.yaml"):
            shutil.copy(file, root / name)
    experiment = root / "experiments" / "demo.yaml"
    experiment.write_text(experiment.read_text(encoding="utf-8") + FAST, encoding="utf-8")
    simulate(root / "data/raw/demo", SimulationSettings(accounts=260, weeks=96, events_per_user_week=1))
    return root


def with_interventions(project: Path, folder: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Path:
    """Another copy of the company, its interventions changed."""
    copy = folder / "company"
    shutil.copytree(project / "data/raw/demo", copy, ignore=shutil.ignore_patterns("truth"))
    file = copy / "interventions.parquet"
    change(pd.read_parquet(file)).to_parquet(file)
    return copy


def said(project: Path, data: Path | None = None) -> str:
    return found(open_job(str(project / "experiments/demo.yaml"), str(data or ""))).because


def test_the_trial_of_the_company(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(width=200)
    effects_table.print_effects(console, project / "experiments/demo.yaml", None, "", tmp_path)
    told = capsys.readouterr().out
    assert "held out at random" in told
    assert "Uplift by account: not tried" in told
    effects = pd.read_parquet(tmp_path / "effects.parquet")
    assert effects.columns.tolist() == [
        "measure", "slice", "method", "estimate", "low", "high", "n_treat", "n_holdout", "proof",
    ]  # fmt: skip
    assert effects["proof"].all()
    assert {"adjusted", "plain", "anytime"} <= set(effects["method"])
    adjusted, anytime = (
        effects[effects["method"] == name].set_index(["measure", "slice"]) for name in ("adjusted", "anytime")
    )
    assert (anytime["high"] > adjusted["high"]).all()


def test_the_same_bytes_twice(project: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        found(open_job(str(project / "experiments/demo.yaml"))).write(tmp_path / name)
    for file in ("effects.parquet", "effects_gaps.parquet", "effects.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def both_arms(rows: pd.DataFrame) -> pd.DataFrame:
    first = rows.head(1)
    other = "treat" if first["arm"].iloc[0] == "holdout" else "holdout"
    return pd.concat([rows, first.assign(arm=other)], ignore_index=True)


def one_of_each(rows: pd.DataFrame) -> pd.DataFrame:
    """One account of either arm, both listed a week before the last list."""
    week = sorted(rows["listed_as_of"].unique())[-2]
    firsts = rows.drop_duplicates("arm").assign(listed_as_of=week, started_at=pd.NaT, closed_at=pd.NaT)
    return firsts.astype({"started_at": "datetime64[us]", "closed_at": "datetime64[us]"})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows.assign(listed_as_of=pd.Timestamp("2030-01-07")), "Nobody has been listed yet"),
        (both_arms, "1 accounts stand in both arms"),
        (lambda rows: rows.assign(arm="holdout", started_at=pd.NaT), "are held out, so there is no effect to see"),
        (lambda rows: one_of_each(rows), "No outcome is ripe yet"),
        (lambda rows: rows.assign(arm="treat", started_at=pd.NaT), "no intervention was started"),
        (lambda rows: rows[rows["arm"] == "treat"].head(20), "an effect needs 30 at least in either group"),
    ],
)
def test_where_there_is_nothing_to_say_a_sentence_and_no_number(
    project: Path, tmp_path: Path, change: object, words: str
) -> None:
    copy = with_interventions(project, tmp_path, change)
    assert words in said(project, copy)
    with pytest.raises(Problem, match=words):
        effects_table.print_effects(Console(), project / "experiments/demo.yaml", copy, "", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_without_a_holdout_an_estimate_is_called_no_proof(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "company"
    by_need = {"contacted_by_need": True, "accounts": 450, "weeks": 80, "seed": 3, "events_per_user_week": 1}
    simulate(copy, SimulationSettings.model_validate(by_need))
    effects_table.print_effects(Console(width=200), project / "experiments/demo.yaml", copy, "", tmp_path / "out")
    told = capsys.readouterr().out
    assert told.startswith("Not proof")
    assert "not proof" in told.splitlines()[3]
    effects = pd.read_parquet(tmp_path / "out" / "effects.parquet")
    assert not effects["proof"].any()
    assert set(effects["method"]) == {"doubly_robust"}
    assert (tmp_path / "out" / "balance.parquet").is_file()


def published(project: Path, arms: pd.DataFrame, as_of: str) -> Path:
    """A copy of the project that published a list with these arms, and whose source has no interventions."""
    copy = project.parent / f"published_{as_of}"
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns("derived", "truth", "interventions.parquet"))
    folder = copy / "data/published/demo" / as_of
    folder.mkdir(parents=True)
    arms.to_parquet(folder / "arms.parquet")
    return copy


def test_arms_that_lists_drew_are_compared_though_nobody_told_of_a_call(project: Path) -> None:
    rows = pd.read_parquet(project / "data/raw/demo/interventions.parquet").drop_duplicates("account_id")
    week = sorted(rows["listed_as_of"].unique())[5]
    listed = rows[["account_id"]].assign(as_of=week, play="train", cause="product", tier="growth", stage="renewal")
    arms = drawn(nobody(), listed, "demo", 0.5, ())
    there = found(open_job(str(published(project, arms, f"{week:%Y-%m-%d}") / "experiments/demo.yaml")))
    assert there.because == ""
    assert there.facts["treat"] + there.facts["holdout"] == len(rows)
    assert there.facts["never_contacted"] == there.facts["treat"]


def test_a_list_made_again_keeps_its_arms(project: Path) -> None:
    week = pd.Timestamp("2024-03-25")
    names = pd.Series([f"a{i:05d}" for i in range(1, 31)], dtype="str")
    listed = pd.DataFrame({"account_id": names}).assign(
        as_of=week, play="train", cause="product", tier="growth", stage="renewal"
    )
    first = drawn(nobody(), listed, "demo", 0.5, ())
    asked = open_job(str(published(project, first, "2024-03-25") / "experiments/demo.yaml")).experiment
    again = drawn(arms_handed_on(asked, week), listed.iloc[1:], "demo", 0.5, ())
    assert again.set_index("account_id")["arm"].equals(first.set_index("account_id")["arm"])
    assert arms_handed_on(asked, week - pd.Timedelta(weeks=1)).empty
