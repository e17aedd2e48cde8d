"""The record of lists that have settled: each judged once, on what was known by the as-of date, and handed on."""

import json
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pandas as pd
import pytest

from leadline.experiment import Experiment, Outcomes
from leadline.models.tracking import Registered
from leadline.runs import retraining
from leadline.runs import track_record as records
from leadline.runs.job import Job
from leadline.runs.retraining import why_train
from leadline.runs.track_record import FILE, track, tracked

ASKED = Outcomes(mode="contract", lead_days=14, horizon_days=90, grace_days=30)
JANUARY, FEBRUARY = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-05")
SETTLED = pd.Timestamp("2024-05-14")  # 134 days after the first
# a1 stays, a2's cover ends in March, a3's ended before either list could speak of it
TERMS = """
    SELECT * FROM (VALUES
        ('a1', TIMESTAMP '2023-06-01', TIMESTAMP '2025-06-01'),
        ('a2', TIMESTAMP '2023-03-15', TIMESTAMP '2024-03-15'),
        ('a3', TIMESTAMP '2023-01-05', TIMESTAMP '2024-01-05')
    ) t(account_id, start_date, end_date)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Lists of January and February, each with three accounts."""
    for date in (JANUARY, FEBRUARY):
        publish(tmp_path, date, {"a1": 0.2, "a2": 0.5, "a3": None})
    return tmp_path


def publish(root: Path, date: pd.Timestamp, chances: dict[str, float | None]) -> Path:
    folder = job_at(root, date).experiment.published / f"{date:%Y-%m-%d}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_text(json.dumps({"as_of": f"{date}"}))
    rows = pd.DataFrame({"account_id": list(chances), "as_of": date, "p_churn": list(chances.values())})
    rows.astype({"as_of": "datetime64[us]", "p_churn": "float64"}).to_parquet(folder / "scored_accounts.parquet")
    return folder


def job_at(root: Path, as_of: pd.Timestamp) -> Job:
    experiment = Experiment(name="demo", question="Who?", source="demo", outcomes=ASKED, root=root)
    job = Job(experiment, None, "", experiment.derived)
    terms = duckdb.sql(f"SELECT *, 10 AS mrr, 12 AS billing_months, start_date AS known_at FROM ({TERMS})")
    tables = SimpleNamespace(relations={"subscriptions": terms})
    job.__dict__.update(tables=tables, as_of=as_of, fingerprint={"settings": "s", "code": "c", "forgotten": ""})
    return job


def test_a_list_is_judged_once_its_window_and_grace_are_over(project: Path) -> None:
    assert tracked(job_at(project, SETTLED - pd.Timedelta(days=1))).empty
    found = tracked(job_at(project, SETTLED))
    row = found.iloc[0]
    assert found["as_of"].tolist() == [JANUARY]
    assert (row["settled"], row["accounts"], row["expected"], row["actual"], row["auc"]) == (SETTLED, 2, 0.7, 1, 1)


def test_what_was_judged_is_handed_on_and_not_judged_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = track(job_at(project, SETTLED)).assign(actual=2)
    before.to_parquet(publish(project, SETTLED, {}) / FILE)
    asked = []
    judged = records._judged
    monkeypatch.setattr(records, "_judged", lambda job, folders: asked.extend(folders) or judged(job, folders))
    found = tracked(job_at(project, FEBRUARY + pd.Timedelta(days=134)))
    assert found[["as_of", "actual"]].values.tolist() == [[JANUARY, 2], [FEBRUARY, 1]]
    assert [folder.name for folder in asked] == ["2024-02-05"]
    assert tracked(job_at(project, SETTLED + pd.Timedelta(days=1)))["as_of"].tolist() == [JANUARY]


def test_the_first_run_of_all_has_an_empty_record_of_the_same_columns(tmp_path: Path) -> None:
    kept = job_at(tmp_path, SETTLED)
    track(kept)
    assert pd.read_parquet(kept.out / FILE).dtypes.to_dict() == tracked(kept).dtypes.to_dict()


def test_a_list_that_went_wrong_asks_for_training_until_a_training_has_known_of_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty accounts at 1%, half of which lost their cover."""
    names = [f"b{n:02d}" for n in range(20)]
    publish(project, JANUARY, dict.fromkeys(names, 0.01))
    ends = ("2024-03-15 00:00", "2025-03-15 00:00")
    both = " UNION ALL ".join(
        f"SELECT '{name}', TIMESTAMP '2023-03-15', TIMESTAMP '{ends[n % 2]}'" for n, name in enumerate(names)
    )
    monkeypatch.setattr(f"{__name__}.TERMS", f"{TERMS} UNION ALL {both}")
    job = job_at(project, SETTLED)

    def trained(days_ago: int) -> None:
        tags = {"settings": "s", "code": "c", "as_of": f"{SETTLED - pd.Timedelta(days=days_ago)}"}
        model = Registered("leadline-demo-churn", "1", "r", "", tags)
        for name in ("registered", "newest"):
            monkeypatch.setattr(retraining.tracking, name, lambda *_: model)

    monkeypatch.setattr(retraining, "_promised", lambda _: 0.8)
    trained(7)
    assert why_train(job) == (
        "of the 20 accounts scored as of 2024-01-01, 10 left where 0.2 were expected (99% interval 0 to 2)"
    )
    trained(0)
    assert why_train(job) == ""
