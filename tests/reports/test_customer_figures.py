"""Figures of customers taken together hold what the tables say, in both languages, and stand with little or nothing."""

import pandas as pd
import pytest
import vl_convert

from leadline.features.success_path import TYPES, SuccessPath
from leadline.reports.customer_figures import (
    checked_figure,
    cohort_figure,
    fates_figure,
    numbers_figure,
    path_sentence,
    sticking_figure,
)
from leadline.reports.voice import Voice

EN, ZH = Voice("en", "USD"), Voice("zh", "CNY")
COHORTS = pd.DataFrame(
    {
        "measure": ["money"] * 3,
        "cohort": pd.to_datetime(["2023-01-01", "2023-01-01", "2023-04-01"]),
        "accounts": [12, 12, 9],
        "month": [0, 1, 0],
        "share": [1.0, 1.07, None],
    }
)
BEST = {"kind": "action", "name": "<b>run", "at_least": 3, "reached": 20, "below": 10, "stayed_reached": 18,
        "stayed_below": 4, "share_reached": 0.9, "share_below": 0.4, "support": 0.67, "lift": 1.2,
        "phi": 0.5}  # fmt: skip
ENDS = {"reached_low": 0.7, "reached_high": 0.97, "below_low": 0.2, "below_high": 0.7, "difference": 0.5,
        "difference_low": 0.12, "difference_high": 0.7}  # fmt: skip
TABLE = pd.DataFrame([BEST])
CHECKED = pd.DataFrame([{**BEST, **ENDS, "part": part} for part in ("older", "newer")])
NOTHING = pd.DataFrame(columns=list(TYPES)).astype(TYPES)
SEGMENTS = pd.DataFrame(
    {
        "dimension": ["all", "region", "region"],
        "group": ["all", "<i>EMEA", "other"],
        "accounts": [60, 50, 10],
        "stickiness": [0.2, 0.25, None],
        "nrr": [1.0, 1.1, None],
        **{
            f"{share}_{part}": [0.2, 0.1, None] for share in ("expansion", "churn") for part in ("share", "low", "high")
        },
    }
)


def svg(chart: object) -> str:
    return str(vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[]))


def path(verdict: str, checked: pd.DataFrame = CHECKED) -> SuccessPath:
    return SuccessPath(pd.DataFrame(), TABLE, TABLE, checked, verdict)


@pytest.mark.parametrize(("say", "first"), [(EN, "Jan 2023"), (ZH, "2023年1月")])
def test_a_cell_for_each_cohort_and_month(say: Voice, first: str) -> None:
    text = svg(cohort_figure(COHORTS, "money", say))
    assert first in text
    assert ">107<" in text
    assert say("cohorts.money") in text


def test_a_measure_that_is_not_there_is_an_empty_figure() -> None:
    assert EN("cohorts.logos") in svg(cohort_figure(COHORTS, "logos", EN))


@pytest.mark.parametrize("say", [EN, ZH])
def test_numbers_of_older_and_newer_accounts_stand_side_by_side(say: Voice) -> None:
    text = svg(numbers_figure(path("holds"), say))
    assert say("path.older") in text
    assert say("path.newer") in text
    assert "&lt;b&gt;run" in text
    assert "<b>" not in text
    shares = svg(checked_figure(path("holds"), say))
    assert say("path.reached") in shares


def test_numbers_that_too_few_reached_are_not_drawn() -> None:
    few = SuccessPath(pd.DataFrame(), TABLE.assign(below=9), TABLE.assign(below=9), CHECKED, "few")
    assert "run" not in svg(numbers_figure(few, EN))


def test_without_a_number_figures_are_empty_and_the_sentence_says_so() -> None:
    none = SuccessPath(pd.DataFrame(), NOTHING, NOTHING, CHECKED.head(0), "none")
    assert EN("path.checked") in svg(checked_figure(none, EN))
    assert EN("path.numbers") in svg(numbers_figure(none, EN))
    assert path_sentence(none, 30, 12, EN).startswith("No early action of the first 30 days")


def test_the_sentence_says_honestly_whether_the_number_holds() -> None:
    said = {verdict: path_sentence(path(verdict), 30, 12, EN) for verdict in ("holds", "fails", "few")}
    start = (
        "At least 3 times action &lt;b&gt;run in the first 30 days: of the older accounts, on which it was chosen, 90% "
    )
    assert all(text.startswith(start) for text in said.values())
    assert "It holds on the accounts that came later: +50 points, with a 95% interval of +12 to +70." in said["holds"]
    assert "does not hold up" in said["fails"]
    assert "Too few" in said["few"]
    assert "+50" in path_sentence(path("fails"), 30, 12, ZH)


@pytest.mark.parametrize("say", [EN, ZH])
def test_segments_are_drawn_where_they_are_known(say: Voice) -> None:
    text = svg(sticking_figure(SEGMENTS, say))
    assert "&lt;i&gt;EMEA" in text
    assert "other" not in text
    assert say("segments.nrr") in text
    net = svg(sticking_figure(SEGMENTS.assign(nrr=None), say))
    assert say("segments.net") in net
    fates = svg(fates_figure(SEGMENTS, say))
    assert say("segments.churn") in fates
    assert "&lt;i&gt;EMEA" in fates
