"""Why a score moved."""

import numpy as np
import pandas as pd
import pytest
from model_tables import column

from leadline.models.change import score_changes
from leadline.models.fitted import Fitted
from leadline.models.logistic import Logistic
from leadline.models.rule import Rule

COLUMNS = (column("silent", "recency"), column("people"))
LINE = Logistic((0.0, 0.0), (), (0.0, 0.0), (1.0, 1.0), (1.0, -0.5), 0.0)
MODEL = Fitted("churn", "logistic", ("silent", "people"), 0.1, 1, 1, "", logistic=LINE)


def at(**values: tuple[float, float]) -> pd.DataFrame:
    rows = [(account, silent, people) for account, (silent, people) in values.items()]
    return pd.DataFrame(rows, columns=["account_id", "silent", "people"])


def test_the_indicator_that_moved_it_most_is_named() -> None:
    moved = score_changes(MODEL, at(a=(1, 2), b=(-1, 2)), at(a=(0, 2.5), b=(0, -1)), COLUMNS, "en")
    assert moved["score_change"].tolist() == pytest.approx([0.5 - 0.2227001, 0.1192029 - 0.6224593])
    assert moved["change_because"].tolist() == [
        "risk up 27.7 points, most of it: silent is 1, was 0",
        "risk down 50.3 points, most of it: people is 2, was -1",
    ]


def test_an_account_that_was_not_there_has_no_change() -> None:
    moved = score_changes(MODEL, at(a=(1, 2), b=(1, 2)), at(b=(1, 2)), COLUMNS, "en")
    assert np.isnan(moved["score_change"][0])
    assert moved["score_change"][1] == 0
    assert moved["change_because"].tolist() == ["", ""]


def test_less_than_half_a_point_needs_no_reason() -> None:
    moved = score_changes(MODEL, at(a=(0.01, 0)), at(a=(0, 0)), COLUMNS, "en")
    assert 0 < moved["score_change"][0] < 0.005
    assert moved["change_because"][0] == ""


def test_it_is_said_in_chinese_too() -> None:
    moved = score_changes(MODEL, at(a=(1, 0)), at(a=(0, 0)), COLUMNS, "zh")
    assert moved["change_because"][0] == "风险上升 23.1 个百分点，主要因为：silent为 1，此前 0"


def test_without_the_calendar_of_then_a_renewal_rule_has_no_change() -> None:
    rule = Rule("renewal_curve", alpha=1, beta=3, not_due=0.01)
    model = Fitted("churn", "rule", (), 0.1, 1, 1, "", rule=rule)
    now = at(a=(1, 0)).assign(due_for_renewal=True, renewals=0)
    assert score_changes(model, now, at(a=(1, 0)), COLUMNS, "en")["score_change"].isna().all()
    then = now.assign(due_for_renewal=False)
    assert score_changes(model, now, then, COLUMNS, "en")["score_change"].tolist() == pytest.approx([0.24])
