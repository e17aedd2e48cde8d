"""What the report says of stepping in: proof with its reach, no proof called so, and no number where there is none."""

import re

import pandas as pd
import pytest
from effects_tables import COLUMNS, FACTS, rows
from report_tables import report

from leadline.effects.findings import Findings
from leadline.reports.page import render
from leadline.reports.stepping_in import whether_stepping_in_helped


def said(findings: Findings | None, language: str = "en") -> str:
    one = report(effects=findings)
    one = report(effects=findings, experiment=one.experiment.model_copy(update={"language": language}))
    found = re.search(r'<section[^>]*id="effects".*?</section>', render(one, (whether_stepping_in_helped,)), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def test_nothing_asked_nothing_said() -> None:
    assert said(None) == ""


def test_why_there_is_no_number_stands_in_its_place() -> None:
    text = said(Findings(because="No outcome is ripe yet: <b>come back</b>."))
    assert "Whether stepping in helps is not known yet" in text
    assert "&lt;b&gt;come back" in text


def test_an_interval_that_is_looked_at_weekly_decides_what_may_be_said() -> None:
    assert "cannot be told from chance yet" in said(Findings(rows(), facts=FACTS))
    assert "Stepping in kept $42K of ARR over 12 weeks" in said(Findings(rows(low=500.0), facts=FACTS))


def test_proof_says_for_whom_it_speaks_and_how_long_it_takes() -> None:
    text = said(Findings(rows(), facts=FACTS))
    assert "150 accounts were to be followed and 40 left alone at random" in text
    assert "3 accounts of tiers that are never left alone are not compared" in text
    assert (
        "5 to be followed and listed four weeks ago or longer were not contacted, 2 left alone were contacted" in text
    )
    assert "takes 2,000 accounts (four cases of five): more than five years" in text
    assert "there are accounts enough" in text
    assert "too early" in text
    assert "-4 points -10 to +2 points" in text
    assert "No difference of effects between accounts was found" in text


def test_without_a_holdout_it_is_called_no_proof() -> None:
    facts = {
        "proof": False, "contacted": 70, "compared": 330, "left_out": 4, "naive": {"churn_12": 0.012}, "unlike": 8,
        "covariates": 56, "most_unlike": [], "e_value": {"point": 4.0, "limit": 1.0}, "placebo": {"passed": False},
    }  # fmt: skip
    row = ("churn_12", "all", "doubly_robust", -0.09, -0.19, 0.01, 70, 330, False)
    text = said(Findings(pd.DataFrame([row], columns=COLUMNS), facts=facts))
    assert "an estimate, not proof" in text
    assert "Not proof" in text
    assert "Placebo check failed" in text
    assert "E-value 4.0" in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_never_because_of_nor_a_place_left_open(language: str) -> None:
    text = said(Findings(rows(), facts=FACTS), language)
    assert text
    assert "because of" not in text
    assert not re.search(r"[{}]|\bnan\b|inf", text)
