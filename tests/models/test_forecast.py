"""Forecasts of made-up portfolios, whose truth is known."""

import numpy as np
import pandas as pd
import pytest

from leadline.models.coverage import coverage, sentences
from leadline.models.forecast import forecast, retained
from leadline.models.hazard_level import Level

NOW = pd.Timestamp("2024-06-03").as_unit("us")
SURE = Level(0.0, 4.0)
NONE = pd.DataFrame({"account_id": pd.Series(dtype="str"), "group": pd.Series(dtype="int64"), "ratio": []})


def portfolio(arr: np.ndarray, stay: float) -> pd.DataFrame:
    facts = {"survival_1": stay, "survival_2": stay**2, "group_1": 1, "group_2": 1}
    return pd.DataFrame({"as_of": NOW, "arr": arr, **facts})


def past(ratios: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"account_id": [f"a{i}" for i in range(len(ratios))], "group": 1, "ratio": ratios})


def of(found: pd.DataFrame, measure: str, quarters: int = 1) -> pd.Series:
    return found[(found["measure"] == measure) & (found["quarters"] == quarters)].iloc[0]


def test_retained_by_hand() -> None:
    arr, after = np.array([100.0, 200.0, 300.0, 400.0]), np.array([110.0, 200.0, 150.0, 0.0])
    nrr, grr, logos = retained(arr, after, after > 0)
    assert (nrr, grr, logos) == (0.46, 0.45, 0.75)


def test_nobody_leaves_and_nothing_moves() -> None:
    found = forecast(portfolio(np.array([100.0, 300.0]), 1.0), NONE, Level(0.5, 4.0), seed=1)
    assert len(found) == 6
    assert (found[["estimate", "low", "high"]] == 1).all(axis=None)


def test_gross_is_at_most_one_and_at_most_net() -> None:
    arr = np.random.default_rng(1).lognormal(8, 1, 200)
    found = forecast(portfolio(arr, 0.95), past([0.8, 1.0, 1.0, 1.3] * 20), Level(0.2, 4.0), seed=1)
    for quarters in (1, 2):
        gross, net = (of(found, name, quarters)[["estimate", "low", "high"]] for name in ("grr", "nrr"))
        assert (gross <= 1).all()
        assert (gross <= net).all()
    assert of(found, "nrr")["estimate"] == pytest.approx(0.95 * 1.025, abs=0.01)
    assert of(found, "grr")["estimate"] == pytest.approx(0.95 * 0.95, abs=0.01)
    assert of(found, "nrr", 2)["estimate"] == pytest.approx((0.95 * 1.025) ** 2, abs=0.02)


def test_the_interval_holds_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    held = []
    for seed in range(60):
        arr = rng.lognormal(8, 1, 120)
        told = of(forecast(portfolio(arr, 0.9), NONE, SURE, seed), "grr")
        for _ in range(20):
            actual = retained(arr, arr * (rng.random(len(arr)) < 0.9), np.ones(len(arr), dtype=bool))[1]
            held.append(told["low"] <= actual <= told["high"])
    assert np.mean(held) == pytest.approx(0.8, abs=0.03)


def test_an_uncertain_level_widens_the_interval() -> None:
    now = portfolio(np.full(400, 1000.0), 0.9)
    narrow, wide = (of(forecast(now, NONE, Level(sd, 8.0), 1), "nrr") for sd in (0.0, 0.4))
    assert wide["high"] - wide["low"] > 1.5 * (narrow["high"] - narrow["low"])


def test_without_money_only_customers_are_counted() -> None:
    found = forecast(portfolio(np.array([np.nan] * 50), 0.9), NONE, SURE, seed=1)
    assert set(found["measure"]) == {"logo_retention"}
    assert of(found, "logo_retention", 2)["estimate"] == pytest.approx(0.81, abs=0.02)


def test_the_same_seed_gives_the_same_forecast() -> None:
    now, moved = portfolio(np.arange(1.0, 50.0), 0.9), past([0.9, 1.1] * 30)
    once, again, other = (forecast(now, moved, Level(0.2, 4.0), seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(once, again)
    assert not once.equals(other)


def test_coverage_counts_what_is_known() -> None:
    rows = [(1, 0.9, 0.85, 0.95, 0.94, True), (1, 0.9, 0.85, 0.95, 0.80, False), (1, 0.9, 0.8, 1.0, np.nan, None)]
    tested = pd.DataFrame(rows, columns=["quarters", "estimate", "low", "high", "actual", "held"])
    found = coverage(tested.assign(as_of=NOW, measure="nrr").astype({"held": "boolean"})).iloc[0]
    assert (found["dates"], found["held"]) == (2, 0.5)
    assert (found["width"], found["error"]) == pytest.approx((0.1, -0.03))


def test_a_forecast_in_words() -> None:
    rows = pd.DataFrame([("nrr", 1, 0.972, 0.94, 0.991)], columns=["measure", "quarters", "estimate", "low", "high"])
    assert sentences(rows, "en") == ["NRR over the next quarter: 97% (80% interval 94 to 99)."]
    assert sentences(rows, "zh") == ["未来一个季度的NRR（净收入留存率）：97%（80% 区间 94% 至 99%）。"]
