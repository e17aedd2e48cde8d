"""The frames of training are kept for the whole log, and read as they were known at each as-of date."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from leadline.features.dataset import Dataset, as_known
from leadline.features.outcomes import outcomes
from leadline.runs.job import FRAMES, Job, open_job
from leadline.simulate.settings import SimulationSettings
from leadline.simulate.write import simulate

ROOT = Path(__file__).parents[2]
EARLY, LATE = "2023-11-06", "2024-02-05"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo experiment on forty accounts and sixty weeks, to the end of February 2024."""
    root = tmp_path_factory.mktemp("project")
    for folder, name in (("experiments", "demo.yaml"), ("experiments", "plays.yaml"), ("data", "demo.yaml")):
        (root / folder).mkdir(exist_ok=True)
        shutil.copy(ROOT / folder / name, root / folder)
    simulate(root / "data" / "raw" / "demo", SimulationSettings(accounts=40, weeks=60))
    return root


def job_at(root: Path, as_of: str) -> Job:
    return open_job(str(root / "experiments" / "demo.yaml"), as_of=as_of)


def same(one: Dataset, other: Dataset) -> None:
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_an_earlier_date_reads_what_a_later_one_kept_and_finds_what_it_would_have_made(project: Path) -> None:
    alone = job_at(project, EARLY)
    made, late = alone.training, job_at(project, LATE).training
    shutil.rmtree(alone.work / "training")
    job_at(project, LATE).training  # noqa: B018 kept anew, by the later one
    note = (alone.work / "training" / "made_from.json").stat().st_mtime_ns
    again = job_at(project, EARLY)
    same(again.training, made)
    assert (alone.work / "training" / "made_from.json").stat().st_mtime_ns == note
    assert len(late.snapshots) > len(made.snapshots) > 0


def test_weeks_are_kept_alike_and_reach_the_as_of_date_beyond_the_log(project: Path) -> None:
    first = pd.Timestamp("2023-10-02")
    last = pd.Timestamp("2024-02-26")  # the log ends the day before
    found = {day: job_at(project, day).weeks(first).context["as_of"].unique() for day in (LATE, EARLY, f"{last:%F}")}
    assert {day: (dates.min(), dates.max()) for day, dates in found.items()} == {
        LATE: (first, pd.Timestamp(LATE)), EARLY: (first, pd.Timestamp(EARLY)), f"{last:%F}": (first, last),
    }  # fmt: skip


def test_nothing_of_a_later_date_and_no_outcome_that_had_not_settled_is_read(project: Path) -> None:
    job = job_at(project, EARLY)
    told, days = job.training, job.experiment.outcomes.settled_days
    for frame in (told.snapshots, told.context):
        assert pd.Timedelta(0) <= job.as_of - frame["as_of"].max() < pd.Timedelta(weeks=4)
    assert len(told.outcomes) > 0
    assert told.outcomes["as_of"].max() + pd.Timedelta(days=days) <= job.as_of
    rows = told.context.loc[told.context["eligible"] & ~told.context["announced"], ["account_id", "as_of"]]
    asked = outcomes(job.tables.relations, rows, job.experiment.outcomes, job.as_of)
    pd.testing.assert_frame_equal(told.outcomes, asked)


def test_a_date_between_two_is_the_same_as_the_one_before_it() -> None:
    dates = pd.to_datetime(["2024-01-01", "2024-01-29"]).astype("datetime64[us]")
    rows = pd.DataFrame({"account_id": ["a", "a"], "as_of": dates})
    found = as_known(Dataset(rows, rows, rows.assign(outcome="churn"), ()), pd.Timestamp("2024-01-28"), 27)
    assert found.snapshots["as_of"].tolist() == [dates[0]]
    assert found.outcomes["as_of"].tolist() == [dates[0]]
    assert as_known(found, pd.Timestamp("2024-01-27"), 27).outcomes.empty


def test_a_fingerprint_asked_for_first_knows_the_key_that_opening_the_source_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LEADLINE_KEY", raising=False)
    for folder in ("experiments", "data/raw"):
        (tmp_path / folder).mkdir(parents=True)
    asked = "name: small\nquestion: Who?\nsource: small\noutcomes: {mode: activity}\n"
    mapped = "about: x\nfolder: raw\nactions: {core: [run]}\ntables: {events: {file: events.csv}}\n"
    (tmp_path / "experiments" / "small.yaml").write_text(asked)
    (tmp_path / "data" / "small.yaml").write_text(mapped)
    log = "account_id,user_id,occurred_at,action\na,ann@example.org,2024-01-01,run\n"
    (tmp_path / "data" / "raw" / "events.csv").write_text(log)
    first, second = (open_job(str(tmp_path / "experiments" / "small.yaml")).fingerprint for _ in range(2))
    assert (tmp_path / "data" / ".key").is_file()
    assert first == second
