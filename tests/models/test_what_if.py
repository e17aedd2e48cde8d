"""What the model says of another account, checked against its own parts by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from model_tables import COLUMNS
from scipy.special import expit

from leadline.models.fitted import Fitted
from leadline.models.logistic import Logistic
from leadline.models.rule import Rule
from leadline.models.what_if import what_if
from leadline.problem import Problem

NAMES = ("events", "luck")
MODEL = Fitted(
    outcome="churn",
    kind="logistic",
    columns=NAMES,
    base_rate=0.1,
    rows=100,
    positives=10,
    fingerprint="",
    logistic=Logistic((0.0, 0.0), (), (10.0, 0.0), (5.0, 1.0), (-1.0, 0.5), -2.0),
)
ROW = pd.DataFrame({"account_id": ["a"], "events": [20], "luck": [1.0], "due_for_renewal": [True]})


def test_the_other_account_is_scored_and_what_moved_is_told() -> None:
    """Log-odds -2 - (events - 10) / 5 + luck / 2: -3.5 of the account, 0.5 with no event."""
    found = what_if(MODEL, ROW, {"events": 0}, COLUMNS)
    assert (found.own, found.other) == (pytest.approx(expit(-3.5)), pytest.approx(expit(0.5)))
    assert found.moved.to_dict("records") == [
        {
            "column": "events",
            "family": "activity",
            "value": 20.0,
            "changed": 0.0,
            "contribution": -2.0,
            "changed_contribution": 2.0,
            "difference": 4.0,
        }
    ]


def test_what_moved_most_comes_first_and_adds_up_to_the_change() -> None:
    found = what_if(MODEL, ROW, {"luck": 0, "events": 15.0}, COLUMNS)
    assert list(found.moved["column"]) == ["events", "luck"]
    assert list(found.moved["difference"]) == [1.0, -0.5]
    assert found.moved["difference"].sum() == pytest.approx(np.log(found.other / (1 - found.other)) + 3.5)


def test_the_same_numbers_change_nothing_and_the_row_stays_as_it_was() -> None:
    before = ROW.copy()
    assert what_if(MODEL, ROW, {}, COLUMNS).moved.empty
    same = what_if(MODEL, ROW, {"events": 20}, COLUMNS)
    assert (same.own, list(same.moved["difference"])) == (same.other, [0.0])
    pd.testing.assert_frame_equal(ROW, before)


def test_a_plain_rule_is_asked_too() -> None:
    rule = Rule("recency", ("days_since_last_event",), slope=0.1, intercept=-3.0)
    model = replace(MODEL, kind="rule", columns=(), logistic=None, rule=rule)
    found = what_if(model, pd.DataFrame({"days_since_last_event": [10.0]}), {"days_since_last_event": 40}, COLUMNS)
    assert (found.own, found.other) == (pytest.approx(expit(-2.0)), pytest.approx(expit(1.0)))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"eventz": 1}, "does not read the column 'eventz'; it reads events, luck"),
        ({"due_for_renewal": 1}, "does not read the column 'due_for_renewal'"),
        ({"events": "many"}, "events is to become 'many', which is no number"),
        ({"events": float("inf")}, "events is to become inf"),
        ({"events": True}, "events is to become True"),
    ],
)
def test_wrong_changes_are_refused_in_a_sentence(changes: dict, sentence: str) -> None:
    with pytest.raises(Problem, match=sentence):
        what_if(MODEL, ROW, changes, COLUMNS)
