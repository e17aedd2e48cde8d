"""Figures of the forward test: what they are drawn from, and that they need nothing else."""

import re

import numpy as np
import pandas as pd
import pytest

from leadline.experiment import Value
from leadline.models.evaluate import evaluate
from leadline.reports.backtest_figures import backtest_figures, calibration_table, gains_table, roc_table
from leadline.reports.voice import Voice

NAMES = ["roc", "gains", "lift", "calibration", "auc_by_date", "lift_by_date"]
RNG = np.random.default_rng(1)
OBSERVED = np.tile([1.0] + [0.0] * 4, 80)
PREDICTIONS = pd.DataFrame(
    {
        "outcome": "churn",
        "account_id": [f"a{i % 100}" for i in range(400)],
        "as_of": np.repeat(pd.date_range("2024-01-01", periods=4, freq="MS"), 100),
        "observed": OBSERVED,
        "p": np.clip(0.2 + 0.2 * OBSERVED + RNG.normal(0, 0.1, 400), 0.01, 0.99),
        "base_rate": 0.2,
        "recency": RNG.random(400),
        "arr": np.nan,
        "due_for_renewal": False,
        "happened_at": pd.Series(pd.NaT, range(400), dtype="datetime64[us]"),
    }
)
METRICS = evaluate(PREDICTIONS, ("p", "base_rate", "recency"), 5, 20, 1, Value())
TEN = pd.DataFrame(
    {"as_of": pd.Timestamp("2024-01-01"), "observed": [1, 0, 1, *[0] * 7], "p": np.arange(10, 0, -1) / 10}
)


def test_all_figures_are_drawn_with_their_tables() -> None:
    found = backtest_figures(PREDICTIONS, METRICS, Voice("en", "USD"))
    assert list(found) == NAMES
    for figure in found.values():
        assert {"p", "recency"} <= set(figure.table["model"])
        assert ">Our model</text>" in figure.svg
        assert not re.search(r'var\(|<script|(?:href|src)="(?!#)', figure.svg)


def test_a_figure_is_titled_by_its_answer() -> None:
    tenth = gains_table(PREDICTIONS, ["p"]).set_index("share")["found"][0.1]
    assert (
        f"holds {tenth:.0%} of the accounts" in backtest_figures(PREDICTIONS, METRICS, Voice("en", "USD"))["gains"].svg
    )
    assert ">本模型</text>" in backtest_figures(PREDICTIONS, METRICS, Voice("zh", "CNY"))["roc"].svg


def test_gains_are_the_shares_found_in_the_first_of_each_date() -> None:
    gains = gains_table(TEN, ["p"]).set_index("share")
    assert list(gains["found"][[0.0, 0.1, 0.2, 0.3, 1.0]]) == pytest.approx([0, 1 / 2, 1 / 2, 1, 1])
    assert gains["lift"][0.1] == pytest.approx(5)
    told = METRICS.query("slice == 'all' and metric == 'lift_10' and model == 'p'")["value"].item()
    drawn = gains_table(PREDICTIONS, ["p"]).set_index("share")["lift"][0.1]
    assert drawn == pytest.approx(told)


def test_the_roc_steps_over_the_others() -> None:
    table = roc_table(TEN, ["p"])
    assert (table["found"] * 2 + table["false"] * 8).max() == 10
    assert table.loc[table["found"] == 0.5, "false"].tolist() == pytest.approx([0, 1 / 8])


def test_bins_count_every_row_and_what_tells_nobody_apart_has_none() -> None:
    table = calibration_table(PREDICTIONS, ["p", "base_rate", "recency"])
    assert table.groupby("model")["n"].sum().to_dict() == {"p": 400, "recency": 400}
    assert table.groupby("model")["positives"].sum().to_dict() == {"p": 80, "recency": 80}


def test_too_few_dates_are_not_drawn_over_time() -> None:
    early = PREDICTIONS[PREDICTIONS["as_of"] < "2024-03-01"].reset_index(drop=True)
    metrics = evaluate(early, ("p", "base_rate", "recency"), 5, 0, 1, Value())
    assert list(backtest_figures(early, metrics, Voice("en", "USD"))) == NAMES[:4]
