"""Findings of a small trial, by hand."""

import pandas as pd

from leadline.effects.findings import Findings

FACTS = {
    "proof": True, "treat": 150, "holdout": 40, "first": "2024-03-25", "last": "2024-12-16", "exempt": 3,
    "not_drawn": 0, "treated_in_holdout": 2, "never_contacted": 5, "told_otherwise": 0, "contacted": 140,
    "power": [
        {"measure": "churn_12", "save_rate": 0.2, "effect": 0.03, "smallest": 0.1, "units": 190, "needed": 2000,
         "weekly": 5.0, "weeks": 362.0},
        {"measure": "arr_kept_12", "save_rate": 0.2, "effect": 90.0, "smallest": 50.0, "units": 190, "needed": 100,
         "weekly": 5.0, "weeks": 0.0},
    ],
    "uplift": {"verdict": "none_found", "fewest": 120, "needed": 100},
}  # fmt: skip
COLUMNS = ["measure", "slice", "method", "estimate", "low", "high", "n_treat", "n_holdout", "proof"]
INF = float("inf")


def rows(low: float = -2_000.0, method: str = "anytime") -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("churn_8", "all", "adjusted", -0.02, -0.09, 0.05, 160, 42, True),
            ("churn_8", "all", "anytime", -0.02, -INF, INF, 160, 42, True),
            ("churn_12", "all", "adjusted", -0.04, -0.1, 0.02, 150, 40, True),
            ("churn_12", "all", "anytime", -0.04, -0.2, 0.12, 150, 40, True),
            ("arr_saved_12", "all", "adjusted", 42_000.0, 1_000.0, 83_000.0, 150, 40, True),
            ("arr_saved_12", "all", method, 42_000.0, low, 90_000.0, 150, 40, True),
            ("churn_12", "stage=renewal", "adjusted", -0.08, -0.2, 0.04, 70, 20, True),
        ],
        columns=COLUMNS,
    )


def findings() -> Findings:
    """What can be said of 150 accounts to be followed and 40 left alone."""
    return Findings(rows(), facts=FACTS)
