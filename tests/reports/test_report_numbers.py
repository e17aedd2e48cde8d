"""Every number in the report is found in the published tables, computed again apart from the report's own code."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from effects_tables import findings
from page_text import section, words
from published_numbers import SECTIONS, founded
from published_week import Published, numbers
from report_tables import before, experiment, gates, report, thresholds, track_record

from leadline.reports.page import render
from leadline.reports.report_input import ReportInput
from leadline.runs.report_frames import write_frames

# Ticks of an axis are a ruler, not a finding.
AXIS = re.compile(r'<g class="mark-text role-axis-label".*?</g>', re.DOTALL)
# Numbers that belong to the wording itself.
CONSTANTS = {
    "movers": {"5"},
    "risk": {"95%"},
    "outlook": {"80%"},
    "churn": {"95%", "99%", "19", "20"},
    "expansion": {"95%"},
}


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A small week as it is published, and the week before."""
    root, whole = tmp_path_factory.mktemp("published"), shown()
    now, earlier = root / "2024-03-04", root / "2024-02-26"
    newest = thresholds()["as_of"] == whole.as_of
    write(now, whole.scored_accounts, thresholds()[newest])
    write(earlier, before(), thresholds()[~newest])
    assert whole.forecast is not None
    whole.forecast.to_parquet(now / "forecast.parquet")
    gates().to_parquet(now / "gates.parquet")
    track_record().to_parquet(now / "track_record.parquet")
    findings().write(now)
    write_frames(whole, now)
    return Published(now, earlier, whole.experiment)


def shown(**changed: Any) -> ReportInput:
    """The whole week, the trial among it."""
    return report(effects=findings(), **changed)


def write(folder: Path, accounts: pd.DataFrame, limits: pd.DataFrame) -> None:
    folder.mkdir()
    accounts.to_parquet(folder / "scored_accounts.parquet")
    limits.to_parquet(folder / "thresholds.parquet")


def unfounded(seen: ReportInput, week: Published) -> dict[str, set[str]]:
    """By section, the numbers on the page that nothing published speaks for."""
    html, known = AXIS.sub("", render(seen)), founded(week)
    found = set(re.findall(r'<section id="(\w+)">', html))
    assert found == set(SECTIONS) - {"top"}
    parts = {"top": html.split("<main>")[0], **{name: section(html, name) for name in found}}
    return {name: numbers(words(part)) - known[name] - CONSTANTS.get(name, set()) for name, part in parts.items()}


def test_every_number_is_found_in_the_published_tables(week: Published) -> None:
    assert {name: left for name, left in unfounded(shown(), week).items() if left} == {}


def test_other_numbers_than_the_published_ones_are_noticed_in_every_section(week: Published) -> None:
    """The same week with everything moved a little, shown beside the tables as they were: no section passes."""
    whole = shown()
    parts = {
        name: getattr(whole, name)
        for name in ("arr_movement", "kpis", "forecast", "usage", "before", "segments", "gates", "track_record")
    }
    moved = {name: scaled(frame) for name, frame in parts.items()}
    accounts = whole.scored_accounts.assign(
        arr=whole.scored_accounts["arr"] * 1.37,
        expected_loss=whole.scored_accounts["expected_loss"] * 1.37 * 0.83,
        p_churn=whole.scored_accounts["p_churn"] * 0.83,
        p_expand=whole.scored_accounts["p_expand"] * 0.83,
    )
    other = replace(
        whole,
        **moved,
        scored_accounts=accounts,
        thresholds=scaled(whole.thresholds),
        metrics=scaled(whole.metrics),
        predictions=whole.predictions.assign(p=whole.predictions["p"] * 0.83),
        effects=replace(findings(), effects=scaled(findings().effects)),
        facts={**whole.facts, "events": 99, "model_version": "churn 99"},
    )
    assert {name for name, left in unfounded(other, week).items() if left} == set(SECTIONS)


def scaled(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with every number that is not whole, or that is large, a little less."""
    columns = frame.select_dtypes("float").columns.union(frame.columns.intersection(["events"]))
    return frame.assign(**{name: frame[name] * 0.83 for name in columns})


def test_the_chinese_page_shows_the_same_tables(week: Published) -> None:
    chinese = shown(experiment=experiment("zh"))
    left = unfounded(chinese, replace(week, experiment=chinese.experiment))
    assert {name: some for name, some in left.items() if some} == {}
