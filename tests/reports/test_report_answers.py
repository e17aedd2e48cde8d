"""The numbers behind the figures, and the answers that title them."""

import pandas as pd
import pytest
from report_tables import (
    arr_movement,
    metrics,
    nobody_listed,
    predictions,
    report,
    scored_accounts,
    without_money,
)

from leadline.reports.calibration import binned, calibration
from leadline.reports.comparison import answer, ranked, standing
from leadline.reports.groups import totals
from leadline.reports.growth import chances
from leadline.reports.movement import steps
from leadline.reports.over_time import by_date, over_time
from leadline.reports.risk import answer as half
from leadline.reports.risk import labelled
from leadline.reports.soundings import depths, soundings
from leadline.reports.spread import in_bands
from leadline.reports.summary import summary
from leadline.reports.voice import Voice

SAY = Voice("en", "USD")


def test_the_summary_says_the_week_in_plain_lines() -> None:
    assert summary(report()) == [
        "2 of 6 accounts need a conversation this week",
        "Of $1M of ARR we expect to lose $202K (20%) over the next 104 days. "
        "The accounts on the list carry 69% of that.",
        "Northwind comes first: a 50% risk on $200K. Active users fell from 42 to 17.",
        "Order (AUC): ahead, 0.84 against 0.80 for days since last use.",
    ]


def test_the_summary_of_a_quiet_untested_week_is_short() -> None:
    week = report(scored_accounts=nobody_listed().scored_accounts, metrics=metrics().head(0))
    assert summary(week) == [
        "None of 6 accounts needs a conversation this week",
        "Of $1M of ARR we expect to lose $202K (20%) over the next 104 days.",
    ]


def test_the_largest_stake_comes_first_and_ties_go_by_risk() -> None:
    assert report().by_stake()["account_id"].tolist() == ["a1", "a2", "a4", "a3", "a5", "a6"]
    assert report().to_talk_to()["account_id"].tolist() == ["a1", "a2"]


def test_half_of_the_loss_is_carried_by_few() -> None:
    # 100,000 + 40,000 of 202,500; without money 0.5 + 0.4 of 1.35.
    assert half(report(), SAY) == "2 of 6 accounts carry half of the ARR at risk."
    assert half(without_money(), SAY) == "2 of 6 accounts carry half of the churn we expect."


def test_groups_are_summed_largest_first_and_the_unknown_together() -> None:
    accounts = scored_accounts().assign(tier=["growth", None, "growth", "standard", None, "standard"])
    sums = totals(report(scored_accounts=accounts), "tier")
    assert sums.to_numpy().tolist() == [
        ["growth", 2, 2, 250_000, 115_000],
        ["", 2, 1, 250_000, 47_500],
        ["standard", 2, 0, 500_000, 40_000],
    ]


def test_growth_is_sought_off_the_list_at_no_particular_risk() -> None:
    assert chances(report())["account_id"].tolist() == ["a4", "a5"]
    flipped = scored_accounts().assign(arr=[1, 1, 1, 10_000, 900_000, 1])
    assert chances(report(scored_accounts=flipped))["account_id"].tolist() == ["a5", "a4"]


@pytest.mark.parametrize("sign", [1, -1])
def test_the_waterfall_runs_from_start_to_end(sign: int) -> None:
    losses = {column: sign * arr_movement()[column] for column in ("contraction", "churn")}
    bars = steps(arr_movement().assign(**losses)).drop(columns="step")
    assert bars.to_numpy().tolist() == [
        [1_000_000, 1_000_000, 1_000_000],
        [150_000, 1_000_000, 1_150_000],
        [40_000, 1_150_000, 1_190_000],
        [-10_000, 1_190_000, 1_180_000],
        [-130_000, 1_180_000, 1_050_000],
        [1_050_000, 1_050_000, 1_050_000],
    ]


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0.01, 0.07, "ahead"), (-0.01, 0.07, "level"), (-0.07, -0.01, "behind")]
)
def test_standing_goes_by_the_paired_difference(low: float, high: float, expected: str) -> None:
    rows = metrics()
    paired = rows["metric"] == "auc_advantage"
    rows.loc[paired, ["low", "high"]] = low, high
    assert standing(rows, "auc", "recency") == expected
    assert standing(rows[~paired], "auc", "recency") == "level"


def test_each_comparison_is_with_the_best_plain_rule() -> None:
    rows = metrics()[metrics()["slice"] == "all"]
    churn, expansion = rows[rows["outcome"] == "churn"], rows[rows["outcome"] == "expansion"]
    drop, recency = "biggest drop", "days since last use"
    assert answer(churn, "auc", SAY) == f"Order (AUC): ahead, 0.84 against 0.80 for {recency}."
    assert answer(churn, "lift_10", SAY) == f"Top tenth (lift): 4.0, against 3.8 for {recency}."
    assert answer(expansion, "auc", SAY) == f"Order (AUC): behind, 0.55 against 0.60 for {drop}."
    assert answer(expansion, "precision_at_capacity", SAY) == "Right calls: 25%."
    assert answer(expansion, "lift_10", SAY) == ""


@pytest.mark.parametrize(("metric", "best"), [("auc", "a"), ("brier", "b")])
def test_models_are_ranked_best_first(metric: str, best: str) -> None:
    rows = pd.DataFrame({"model": ["a", "b"], "metric": metric, "value": [0.2, 0.1], "low": None, "high": None})
    assert ranked(rows, metric)["model"].iloc[0] == best


def test_calibration_compares_said_with_seen_in_bins_of_equal_count() -> None:
    bins = binned(predictions())
    assert bins["n"].tolist() == [20, 20, 20, 20]
    assert bins["positives"].tolist() == [2, 0, 20, 0]
    assert bins["observed"].tolist() == [0.1, 0, 1, 0]
    assert bins["p"].round(2).tolist() == [0.03, 0.07, 0.47, 0.53]
    # Wilson, 2 of 20.
    assert bins.loc[0, ["low", "high"]].round(3).tolist() == [0.028, 0.301]


def test_calibration_of_too_few_predictions_is_not_drawn() -> None:
    assert calibration(predictions().head(39), SAY) is None


def test_test_dates_are_the_slices_that_end_in_a_date() -> None:
    dated = by_date(metrics()[metrics()["outcome"] == "churn"], "auc")
    assert dated["p"].tolist() == [0.83, 0.80, 0.88]
    assert dated["recency"].tolist() == [0.81, 0.82, 0.79]
    figure = over_time(metrics()[metrics()["outcome"] == "churn"], "auc", SAY)
    assert figure is not None
    assert figure.title == "Order (AUC): ahead of days since last use on 2 of 3 test dates."


def test_two_test_dates_make_no_course() -> None:
    assert over_time(metrics()[metrics()["slice"] != "as of 2023-12-04"], "auc", SAY) is None


def test_bands_count_listed_and_others() -> None:
    bands = in_bands(without_money())
    assert bands[["listed", "others"]].sum().tolist() == [3, 2]
    assert bands.query("listed > 0")["low"].tolist() == [0.3, 0.4, 0.45]


def test_lines_are_let_down_for_those_to_talk_to_only() -> None:
    found = depths(report().to_talk_to(), report(), SAY)
    assert found["stake"].tolist() == [100_000, 40_000]
    assert found[["name", "text"]].to_numpy().tolist() == [["Northwind", "$100K"], ["Larkspur", "$40K"]]
    assert soundings(nobody_listed(), SAY) is None


def test_names_too_near_each_other_in_the_figure_are_left_out() -> None:
    accounts = report().by_stake().assign(arr=[200_000, 190_000, 1, 50_000, 1, 1], listed=True)
    assert labelled(accounts.head(4), 0.07, 6)["label"].tolist() == ["Northwind", "Beacon", "Quill"]
