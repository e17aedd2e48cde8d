"""The tables of a forward test, as a terminal shows them."""

import pandas as pd

from leadline.runs.views import comparison, lasting

METRICS = pd.DataFrame(
    [
        ("churn", "p", "all", "auc", 0.81, 0.7, 0.9),
        ("churn", "p", "all", "arr_captured_at_capacity", 0.4, 0.25, 0.55),
        ("churn", "p", "all", "lead_days_median", 61.6, 30, 90),
        ("churn", "recency", "all", "auc", 0.6, 0.5, 0.7),
        ("churn", "recency", "all", "lead_days_median", float("nan"), float("nan"), float("nan")),
        ("churn", "recency", "all", "kept_top_tenth", 0.5, 0.4, 0.6),
        ("churn", "p", "due_for_renewal", "auc", 0.7, float("nan"), float("nan")),
        ("expansion", "p", "all", "auc", 0.3, 0.2, 0.4),
    ],
    columns=["outcome", "model", "slice", "metric", "value", "low", "high"],
)


def lines(table: pd.DataFrame) -> list[str]:
    return [" | ".join(row) for row in [list(table.columns), *table.to_numpy().tolist()]]


def test_ours_comes_first_with_its_intervals_beneath() -> None:
    assert lines(comparison(METRICS, "churn")) == [
        "model | AUC | ARR caught",
        "p | 0.810 | 40%",
        "  95% | 0.700–0.900 | 25%–55%",
        "recency | 0.600 | ",
    ]


def test_without_draws_there_is_no_line_of_intervals() -> None:
    assert lines(comparison(METRICS, "churn", "due_for_renewal")) == ["model | AUC", "p | 0.700"]
    assert comparison(METRICS, "expansion", "due_for_renewal").empty


def test_how_lists_last_is_a_table_of_its_own() -> None:
    assert lines(lasting(METRICS, "churn")) == [
        "model | days 50% | tenth kept",
        "p | 62 | ",
        "  95% | 30–90 | ",
        "recency |  | 50%",
    ]
