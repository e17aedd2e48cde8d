"""Small tables that notebooks show."""

import pandas as pd
from sklearn.metrics import roc_auc_score

from leadline.features.dataset import Dataset

KEYS = ["account_id", "as_of"]
SHOWN = {
    "auc": ("AUC", ".3f"),
    "average_precision": ("AP", ".3f"),
    "lift_10": ("lift 10%", ".2f"),
    "brier": ("Brier", ".3f"),
    "calibration_slope": ("slope", ".2f"),
    "ece": ("ECE", ".3f"),
    "arr_captured_at_capacity": ("ARR caught", ".0%"),
    "expected_maximum_profit": ("profit", ",.1f"),
}
LASTING = {
    "leavers_flagged": ("flagged", ".0%"),
    "lead_days_q25": ("days 25%", ".0f"),
    "lead_days_median": ("days 50%", ".0f"),
    "lead_days_q75": ("days 75%", ".0f"),
    "kept_top_tenth": ("tenth kept", ".0%"),
    "kept_at_capacity": ("list kept", ".0%"),
}


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


def comparison(metrics: pd.DataFrame, outcome: str, part: str = "all") -> pd.DataFrame:
    """One outcome's forward test, a row per model, ours first with its 95% intervals beneath; `part`: all rows, or
    those due_for_renewal. AP: average precision; slope: of calibration; profit: money a year and account at the best
    cut-off."""
    return _told(metrics, outcome, part, SHOWN)


def lasting(metrics: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """How one outcome's lists last, a row per model as in `comparison`: share of leavers flagged for good, days from
    that flag to the outcome (quartiles), and shares of the top tenth and of the list still there a test date later."""
    return _told(metrics, outcome, "all", LASTING)


def _told(metrics: pd.DataFrame, outcome: str, part: str, shown: dict[str, tuple[str, str]]) -> pd.DataFrame:
    rows = metrics[(metrics["outcome"] == outcome) & (metrics["slice"] == part) & metrics["value"].notna()]
    found = {model: of.set_index("metric") for model, of in rows.groupby("model", sort=False)}
    lines: list[dict[str, str]] = [{"model": str(model)} | _cells(of["value"], shown) for model, of in found.items()]
    if "p" in found and found["p"]["low"].notna().any():
        low, high = (_cells(found["p"][end].dropna(), shown) for end in ("low", "high"))
        lines.insert(1, {"model": "  95%"} | {name: f"{low[name]}–{high[name]}" for name in low})
    return pd.DataFrame(lines).fillna("")


def _cells(values: pd.Series, shown: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Each measure under its short name, written as it is read."""
    return {name: format(values[metric], form) for metric, (name, form) in shown.items() if metric in values.index}
