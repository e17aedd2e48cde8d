"""Metrics by model and slice."""

import numpy as np
import pandas as pd
import pytest

from leadline.experiment import Value
from leadline.models.evaluate import COLUMNS, evaluate

N = 80
RNG = np.random.default_rng(1)
OBSERVED = (np.arange(N) % 4 == 0).astype(int)
PREDICTIONS = pd.DataFrame(
    {
        "outcome": "churn",
        "account_id": [f"a{i % 20}" for i in range(N)],
        "as_of": pd.to_datetime(["2024-01-01", "2024-02-01"])[np.arange(N) % 2],
        "observed": OBSERVED,
        "p": np.clip(0.2 + 0.4 * OBSERVED + RNG.normal(0, 0.1, N), 0.01, 0.99),
        "base_rate": 0.25,
        "logistic": RNG.random(N),
        "arr": 100.0,
        "due_for_renewal": np.arange(N) < 40,
        "stage": "adoption",
        "segment": np.where(np.arange(N) < 30, "small", "large"),
        "tier": np.where(np.arange(N) < 20, "growth", "standard"),
        "happened_at": pd.Series(pd.Timestamp("2024-04-01"), range(N)).where(OBSERVED == 1),
    }
)
VALUE = Value(save_rate=0.5, cost=10)
TABLE = evaluate(PREDICTIONS, ("p", "base_rate", "logistic"), capacity=5, bootstrap=50, seed=3, value=VALUE)


def one(model: str, part: str, metric: str) -> pd.Series:
    found = TABLE[(TABLE["model"] == model) & (TABLE["slice"] == part) & (TABLE["metric"] == metric)]
    assert len(found) == 1
    return found.iloc[0]


def test_it_is_a_long_table() -> None:
    assert list(TABLE.columns) == COLUMNS
    assert not TABLE.duplicated(["model", "slice", "metric"]).any()


def test_slices_are_all_due_dates_and_groups_of_which_there_are_several() -> None:
    wanted = ["all", "due_for_renewal", "as of 2024-01-01", "as of 2024-02-01", "segment: large", "segment: small",
              "tier: growth", "tier: standard"]  # fmt: skip
    assert list(TABLE["slice"].unique()) == wanted
    assert one("p", "due_for_renewal", "auc")["n"] == 40
    assert one("p", "segment: small", "auc")["positives"] == 8


def test_a_value_lies_within_its_interval() -> None:
    auc = one("p", "all", "auc")
    assert auc["low"] < auc["value"] <= auc["high"]


def test_the_advantage_is_paired() -> None:
    """Against a constant, AUC 0.5 in every draw, the difference is as wide as our own interval."""
    ours, gain = one("p", "all", "auc"), one("base_rate", "all", "auc_advantage")
    assert gain["value"] == pytest.approx(ours["value"] - 0.5)
    assert gain["high"] - gain["low"] == pytest.approx(ours["high"] - ours["low"])
    assert not (TABLE["metric"].eq("auc_advantage") & TABLE["model"].eq("logistic")).any()


def test_without_draws_there_are_values_and_no_intervals() -> None:
    bare = evaluate(PREDICTIONS, ("p",), capacity=5, bootstrap=0, seed=3, value=VALUE)
    assert bare["low"].isna().all()
    assert bare.loc[bare["metric"] == "auc", "value"].notna().any()


def test_the_same_seed_gives_the_same_table() -> None:
    again = evaluate(PREDICTIONS, ("p", "base_rate", "logistic"), capacity=5, bootstrap=50, seed=3, value=VALUE)
    pd.testing.assert_frame_equal(again, TABLE)


def test_what_following_is_worth_is_told_of_churn_alone() -> None:
    """A quarter of the accounts leaves, with 100 a year each: all of them found, 100 x 0.5 - 10 on every fourth."""
    best = one("p", "all", "expected_maximum_profit")
    assert best["value"] == pytest.approx(10, abs=1)
    assert best["low"] < best["value"] < best["high"]
    grown = evaluate(PREDICTIONS.assign(outcome="expansion"), ("p",), capacity=5, bootstrap=0, seed=3, value=VALUE)
    assert grown.loc[grown["metric"] == "expected_maximum_profit", "value"].isna().all()


def test_how_lists_last_is_told_of_all_rows() -> None:
    lasting = TABLE[TABLE["metric"].str.startswith(("lead_days", "leavers", "kept"))]
    assert set(lasting["slice"]) == {"all"}
    assert set(lasting["model"]) == {"p", "base_rate", "logistic"}
    flagged = one("p", "all", "leavers_flagged")
    assert flagged["n"] == 5  # leavers; each was scored on one date alone
    assert flagged["value"] == flagged["positives"] / 5
    assert one("base_rate", "all", "leavers_flagged")["value"] == 0
