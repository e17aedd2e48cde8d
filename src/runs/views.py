"""Small tables that notebooks show."""

import pandas as pd
from sklearn.metrics import roc_auc_score

from leadline.features.dataset import Dataset

KEYS = ["account_id", "as_of"]
SHOWN = ("auc", "average_precision", "lift_10", "brier", "calibration_slope", "ece", "arr_captured_at_capacity")


def indicator_summary(dataset: Dataset) -> pd.DataFrame:
    """One row per indicator column: meaning, share known, quartiles, and how well it alone ranks leavers (AUC)."""
    rows = dataset.outcomes.query("outcome == 'churn'").merge(dataset.snapshots, on=KEYS)
    lines = [
        {
            "column": column.name,
            "level": column.indicator.level,
            "family": column.indicator.family,
            "meaning": " ".join(column.indicator.meaning.split()),
            "known": dataset.snapshots[column.name].notna().mean(),
            **dataset.snapshots[column.name].quantile([0.25, 0.5, 0.75]).set_axis(["25%", "50%", "75%"]).to_dict(),
            "auc_alone": auc_alone(rows[column.name], rows["observed"]),
        }
        for column in dataset.columns
    ]
    return pd.DataFrame(lines).sort_values("auc_alone", ascending=False, kind="stable", ignore_index=True)


def auc_alone(values: pd.Series, observed: pd.Series) -> float:
    """AUC of one column in its better direction, where it is known; NaN where one class is missing."""
    known = values.notna()
    if observed[known].nunique() < 2:
        return float("nan")
    auc = roc_auc_score(observed[known], values[known])
    return float(max(auc, 1 - auc))


def outcome_summary(dataset: Dataset) -> pd.DataFrame:
    """Accounts and share observed by as-of date, churn beside expansion."""
    grouped = dataset.outcomes.groupby(["as_of", "outcome"])["observed"].agg(accounts="size", share="mean")
    return grouped.unstack("outcome")


def comparison(metrics: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Metrics of one outcome over all forward tests, and among accounts due for renewal, a row per model."""
    rows = metrics[(metrics["outcome"] == outcome) & metrics["metric"].isin(SHOWN)]
    rows = rows[rows["slice"].isin(["all", "due_for_renewal"])]
    table = rows.pivot_table(index=["slice", "model"], columns="metric", values="value", sort=False)
    return table[[name for name in SHOWN if name in table.columns]]
