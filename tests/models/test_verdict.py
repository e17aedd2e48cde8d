"""The verdict on a model, from metrics one can check by eye."""

import pandas as pd
import pytest

from leadline.models.verdict import verdict

ALONE = pd.DataFrame({"outcome": "churn", "column": ["events", "cancelled", "odd"], "auc": [0.4, 0.02, float("nan")]})


def metrics(part: str = "all", outcome: str = "churn", **models: tuple[float, float]) -> pd.DataFrame:
    """AUC and average precision of each model."""
    lines = []
    for model, values in models.items():
        for metric, value in zip(("auc", "average_precision"), values, strict=True):
            lines.append((outcome, model, part, metric, value, value - 0.06, value + 0.06))
            gain = models["p"][metric == "average_precision"] - value if "p" in models else 0.0
            lines.append((outcome, model, part, f"{metric}_advantage", gain, gain - 0.01, gain + 0.01))
    return pd.DataFrame(lines, columns=["outcome", "model", "slice", "metric", "value", "low", "high"])


def test_a_model_above_every_rule_on_both_measures_is_published() -> None:
    table = metrics(p=(0.8, 0.4), base_rate=(0.5, 0.1), recency=(0.7, 0.3), logistic=(0.9, 0.9))
    found = verdict(table, ALONE, "churn")
    assert (found.kind, found.auc, found.leak) == ("model", 0.8, None)
    assert found.sentence == (
        "The model is used: in forward tests it beats every plain rule. Model against days since last use: AUC 0.800 "
        "and 0.700 (difference +0.100 [+0.090, +0.110]), average precision 0.400 and 0.300 (difference +0.100 "
        "[+0.090, +0.110]; in brackets 95% intervals)."
    )


@pytest.mark.parametrize("ours", [(0.8, 0.29), (0.69, 0.4), (0.7, 0.3)])
def test_a_model_that_does_not_beat_them_on_both_gives_way_to_the_best_rule(ours: tuple[float, float]) -> None:
    table = metrics(p=ours, base_rate=(0.5, 0.1), recency=(0.7, 0.3), decline=(0.75, 0.2))
    found = verdict(table, ALONE, "churn")
    assert (found.kind, found.auc) == ("recency", 0.7)
    assert found.sentence.startswith("The plain rule, days since last use, is used: the model does not beat every")


@pytest.mark.parametrize(
    ("auc_low", "ap_low", "kind"), [(0.01, -0.1, "model"), (-0.1, 0.01, "model"), (-0.1, 0, "recency")]
)
def test_one_of_the_gains_must_be_certain(auc_low: float, ap_low: float, kind: str) -> None:
    table = metrics(p=(0.8, 0.4), recency=(0.7, 0.3))
    for metric, low in (("auc_advantage", auc_low), ("average_precision_advantage", ap_low)):
        table.loc[table["metric"] == metric, "low"] = low
    found = verdict(table, ALONE, "churn")
    assert found.kind == kind
    assert ("may be chance" in found.sentence) == (kind != "model")


def test_expansion_calls_the_same_rule_by_its_name() -> None:
    table = metrics(outcome="expansion", p=(0.5, 0.2), base_rate=(0.5, 0.1), decline=(0.6, 0.3))
    assert "biggest rise" in verdict(table, ALONE, "expansion").sentence


def test_too_good_an_auc_names_the_column_that_carries_it() -> None:
    found = verdict(metrics(p=(0.99, 0.9), base_rate=(0.5, 0.1)), ALONE, "churn")
    assert found.leak == "cancelled"
    assert "AUC above 0.95 is taken for a leak until shown otherwise: the column cancelled alone reaches 0.980." in (
        found.sentence
    )


@pytest.mark.parametrize(
    ("behaviour", "said"), [(0.55, "no behavioural signal was found"), (0.57, "behaviour alone tells something")]
)
def test_contracts_are_told_whether_behaviour_says_anything_among_accounts_due(behaviour: float, said: str) -> None:
    """The interval is 0.06 to either side; above 0.5 it is a signal."""
    table = pd.concat(
        [
            metrics(p=(0.8, 0.4), base_rate=(0.5, 0.1)),
            metrics("due_for_renewal", p=(0.9, 0.4), behaviour=(behaviour, 0.2)),
        ]
    )
    assert said in verdict(table, ALONE, "churn").sentence
    assert f"{behaviour:.3f} [{behaviour - 0.06:.3f}, {behaviour + 0.06:.3f}]" in (
        verdict(table, ALONE, "churn", "zh").sentence
    )


def test_an_outcome_that_was_not_tested_has_the_base_rate() -> None:
    found = verdict(metrics(p=(0.8, 0.4), base_rate=(0.5, 0.1)), ALONE, "expansion")
    assert (found.kind, found.auc) == ("base_rate", None)
    assert found.sentence.startswith("Not tested")


def test_a_rule_whose_measures_are_undefined_is_no_bar() -> None:
    nan = float("nan")
    assert verdict(metrics(p=(0.8, 0.4), base_rate=(nan, nan)), ALONE, "churn").kind == "model"
    assert verdict(metrics(p=(nan, nan), base_rate=(0.5, 0.1)), ALONE, "churn").kind == "base_rate"
