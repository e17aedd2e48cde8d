"""Two experiments side by side, on forward tests one can check by eye."""

from pathlib import Path

import pandas as pd
import pytest
from tests.models.model_tables import experiment

from leadline.experiment import Experiment
from leadline.features.sources import Source
from leadline.problem import Problem
from leadline.runs.fingerprint import settings_fingerprint
from leadline.runs.job import Job
from leadline.runs.kept_frames import keep
from leadline.runs.side_by_side import compared

SOURCE = Source(
    name="small",
    about="A small source.",
    folder="raw",
    tables={"events": {"file": "events.csv"}},
    actions={"core": ["run"]},
    root=Path(),
)
DATE = pd.Timestamp("2024-03-01")


def forward(p: list[float], first: int = 0, date: pd.Timestamp = DATE) -> pd.DataFrame:
    """Ten accounts that left and thirty that stayed, numbered from `first`, each kind with one chance."""
    return pd.DataFrame(
        {
            "outcome": "churn",
            "account_id": [f"a{first + i:02d}" for i in range(40)],
            "as_of": date,
            "observed": [1] * 10 + [0] * 30,
            "p": [p[0]] * 10 + [p[1]] * 30,
            "arr": 1000.0,
        }
    )


def job(root: Path, name: str, test: pd.DataFrame | None, **changed: object) -> Job:
    settings: Experiment = experiment().model_copy(update={"root": root, "name": name, **changed})
    made = Job(settings, None, "", settings.derived)
    made.__dict__["source"] = SOURCE
    if test is not None:
        note = {"settings": settings_fingerprint(settings, SOURCE), "code": name * 20, "data": {"events.csv": "1"}}
        keep({"predictions": test}, settings.derived / "backtest", note)
    return made


def test_metrics_stand_beside_one_another_with_their_difference(tmp_path: Path) -> None:
    sharp, blunt = job(tmp_path, "sharp", forward([0.8, 0.1])), job(tmp_path, "blunt", forward([0.25, 0.25]), seed=8)
    found = compared(sharp, blunt)
    table = found.metrics.set_index("metric")
    assert list(found.metrics.columns) == ["outcome", "metric", "sharp", "blunt", "difference", "low", "high"]
    assert (table.loc["auc", "sharp"], table.loc["auc", "blunt"], table.loc["auc", "difference"]) == (1, 0.5, 0.5)
    assert table.loc["log_loss", "high"] < 0
    # of five places a date, five leavers of ten are listed by the first, and a quarter of the places by the second
    assert table.loc["arr_captured_at_capacity", ["sharp", "blunt"]].tolist() == pytest.approx([0.5, 0.125])
    assert found.settings.to_dict("records") == [
        {"setting": "made from: code", "sharp": "sharpsharpsh", "blunt": "bluntbluntbl"},
        {"setting": "seed", "sharp": "7", "blunt": "8"},
    ]
    back = compared(blunt, sharp).metrics.set_index("metric")
    assert back.loc["auc", "difference"] == -0.5


def test_rows_that_one_alone_tested_are_counted(tmp_path: Path) -> None:
    """The second knows the accounts a05 to a44: 35 shared, of which it knows 5 of the first's stayers as leavers."""
    found = compared(job(tmp_path, "one", forward([0.8, 0.1])), job(tmp_path, "two", forward([0.6, 0.2], first=5)))
    assert found.rows.to_dict("records") == [
        {"outcome": "churn", "shared": 35, "positives": 5, "accounts": 35, "only_first": 5, "only_second": 5,
         "otherwise": 5}
    ]  # fmt: skip


def test_what_cannot_be_compared_is_said(tmp_path: Path) -> None:
    one = job(tmp_path, "one", forward([0.8, 0.1]))
    with pytest.raises(Problem, match="no outcome, account and date in common"):
        compared(one, job(tmp_path, "later", forward([0.8, 0.1], date=DATE + pd.Timedelta(days=28))))
    with pytest.raises(Problem, match="Experiment new has kept no forward test; run `leadline backtest`"):
        compared(one, job(tmp_path, "new", None))
    with pytest.raises(Problem, match="Both experiments are named one"):
        compared(one, one)
    job(tmp_path, "mended", forward([0.8, 0.1]))
    with pytest.raises(Problem, match="mended has kept was made with other settings"):
        compared(one, job(tmp_path, "mended", None, seed=9))
