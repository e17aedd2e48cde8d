"""Reasons, checked by eye on a model with known weights."""

import numpy as np
import pandas as pd
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
    assert list(found["sentence"]) == ["Events is -1, was 4", "Silent is 2, was 1"]


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


def test_a_missing_value_is_no_reason_and_an_unknown_past_is_said() -> None:
    now, fitted = snapshot("a", -1, np.nan, 1, 0, 0), model(-1, -9, 1, 0, 0)
    found = told(fitted, now, snapshot("b", 0, 0, 0, 0, 0))
    assert set(found["column"]) == {"events_7", "silent"}
    assert found["change"].isna().all()
    assert found["sentence"].str.endswith("was unknown").all()
    chinese = told(fitted, now, snapshot("b", 0, 0, 0, 0, 0), "zh")
    assert "silent为 1，此前 未知" in [s.lower() for s in chinese["sentence"]]


def test_accounts_keep_their_order() -> None:
    now = pd.concat([snapshot("b", -1, 0, 0, 0, 0), snapshot("a", -1, 0, 0, 0, 0)], ignore_index=True)
    assert list(told(model(-1, 0, 0, 0, 0), now, now)["account_id"]) == ["b", "a"]
