"""Reasons, checked by eye on a model with known weights."""

import numpy as np
import pandas as pd
import pytest
from model_tables import column

from leadline.features.indicator import Column
from leadline.models.fitted import Fitted
from leadline.models.logistic import Logistic
from leadline.models.reasons import COLUMNS, reasons


def window(of: Column, name: str) -> Column:
    return Column(name, of.indicator, None)


EVENTS, SILENT, PEOPLE, NPS = (
    column("events", "activity"),
    column("silent", "recency"),
    column("people", "activity"),
    column("nps", "voice"),
)
MODEL_COLUMNS = (window(EVENTS, "events_7"), window(EVENTS, "events_28"), SILENT, PEOPLE, NPS)


def model(*weights: float) -> Fitted:
    n = len(weights)
    zeros, ones = (0.0,) * n, (1.0,) * n
    parts = {"columns": tuple(c.name for c in MODEL_COLUMNS), "logistic": Logistic(zeros, (), zeros, ones, weights, -1)}
    return Fitted("churn", "logistic", base_rate=0.1, rows=1, positives=1, fingerprint="", **parts)


def snapshot(account: str, *values: float) -> pd.DataFrame:
    names = [c.name for c in MODEL_COLUMNS]
    return pd.DataFrame([values], columns=names).assign(account_id=account, as_of=pd.Timestamp("2024-03-01"))


def told(fitted: Fitted, now: pd.DataFrame, before: pd.DataFrame, language: str = "en", top: int = 3) -> pd.DataFrame:
    return reasons(fitted, now, before, MODEL_COLUMNS, language, top)


def test_windows_count_together_and_the_strongest_speaks() -> None:
    found = told(model(-1, -2, 1, 0, 0), snapshot("a", -1, -1, 2.5, 0, 0), snapshot("a", 0, 4, 1, 0, 0))
    assert list(found.columns) == COLUMNS
    assert found[["rank", "indicator", "column", "value", "change", "contribution"]].to_numpy().tolist() == [
        [1, "events", "events_28", -1.0, -5.0, 3.0],
        [2, "silent", "silent", 2.5, 1.5, 2.5],
    ]
    assert list(found["sentence"]) == [
        "Events is -1, against 4 four weeks earlier",
        "Silent is 2, against 1 four weeks earlier",
    ]


def test_only_what_pushes_up_is_a_reason() -> None:
    """Events push up in one window and down by more in the other: together no reason."""
    found = told(model(-1, 1, -1, 0, 0), snapshot("a", -1, -2, 1, 0, 0), snapshot("a", 0, 0, 0, 0, 0))
    assert found.empty
    assert list(found.columns) == COLUMNS


def test_a_family_has_a_second_reason_only_after_the_others_had_their_first() -> None:
    found = told(model(0, -1, 1, -1, -1), snapshot("a", 0, -5, 1, -4, -2), snapshot("a", 0, 0, 0, 0, 0))
    assert list(found["indicator"]) == ["events", "nps", "silent"]
    found = told(model(0, -1, 1, -1, 0), snapshot("a", 0, -5, 1, -4, -2), snapshot("a", 0, 0, 0, 0, 0))
    assert list(found["indicator"]) == ["events", "silent", "people"]


def test_a_missing_value_is_no_reason_and_an_unknown_past_is_not_told() -> None:
    now, fitted = snapshot("a", -1, np.nan, 1, 0, 0), model(-1, -9, 1, 0, 0)
    found = told(fitted, now, snapshot("b", 0, 0, 0, 0, 0))
    assert set(found["column"]) == {"events_7", "silent"}
    assert found["change"].isna().all()
    assert set(found["sentence"]) == {"Events is -1", "Silent is 1"}
    chinese = told(fitted, now, snapshot("b", 0, 0, 0, 0, 0), "zh")
    assert set(chinese["sentence"]) == {"Events为 -1", "Silent为 1"}


def silence(now: float, before: float, typical: float, language: str = "en") -> str:
    """The sentence of an account silent for so long, four weeks earlier for so long, and typically for so long."""
    usual = pd.Series({"events_7": 0.0, "events_28": 0.0, "silent": typical, "people": 0.0, "nps": 0.0})
    frames = snapshot("a", 0, 0, now, 0, 0), snapshot("a", 0, 0, before, 0, 0)
    return str(reasons(model(0, 0, 1, 0, 0), *frames, MODEL_COLUMNS, language, typical=usual)["sentence"][0])


@pytest.mark.parametrize(
    ("now", "before", "typical", "sentence"),
    [
        (8, 2, 1, "Silent is 8, against 2 four weeks earlier"),
        (8, 6, 1, "Silent is 8, against 6 four weeks earlier"),  # a quarter of what silence adds
        (8, 7, 1, "Silent is 8, against 1 for the typical account"),  # the change is slight
        (8, 20, 1, "Silent is 8, against 1 for the typical account"),  # the change went the other way
        (8, 8, 20, "Silent is 8"),  # longer silence is typical: no comparison speaks for the risk
        (8, np.nan, 3, "Silent is 8, against 3 for the typical account"),
        (0.4, 0.1, 0.2, "Silent is 0"),  # as written, all three are alike
    ],
)
def test_a_comparison_is_told_only_where_it_goes_the_way_of_the_risk(
    now: float, before: float, typical: float, sentence: str
) -> None:
    assert silence(now, before, typical) == sentence


def test_comparisons_are_told_in_chinese_too() -> None:
    assert silence(8, 2, 1, "zh") == "Silent为 8，四周前为 2"
    assert silence(8, 8, 1, "zh") == "Silent为 8，典型客户为 1"
    assert silence(8, 8, 8, "zh") == "Silent为 8"


def test_the_typical_account_is_the_median_of_those_given() -> None:
    now = pd.concat([snapshot(name, 0, 0, days, 0, 0) for name, days in (("a", 9), ("b", 4), ("c", 0))])
    found = told(model(0, 0, 1, 0, 0), now, now)
    assert list(found["sentence"]) == ["Silent is 9, against 4 for the typical account", "Silent is 4"]


def test_a_family_stands_by_all_its_indicators_and_is_none_where_they_push_down_together() -> None:
    """Activity: two events columns and people, 3 + 3 in all; silence 5 alone."""
    found = told(model(0, -1, 1, -1, 0), snapshot("a", 0, -3, 5, -3, 0), snapshot("a", 0, 0, 0, 0, 0))
    assert list(found["indicator"]) == ["events", "silent", "people"]
    found = told(model(0, -1, 1, -1, 0), snapshot("a", 0, -3, 5, 4, 0), snapshot("a", 0, 0, 0, 0, 0))
    assert list(found["indicator"]) == ["silent"]


def test_accounts_keep_their_order() -> None:
    now = pd.concat([snapshot("b", -1, 0, 0, 0, 0), snapshot("a", -1, 0, 0, 0, 0)], ignore_index=True)
    assert list(told(model(-1, 0, 0, 0, 0), now, now)["account_id"]) == ["b", "a"]
