"""Forward predictions judged: every model by every metric, in all and by slice, with bootstrap intervals."""

import numpy as np
import pandas as pd

from leadline.experiment import Value
from leadline.models.arrays import Booleans, Floats
from leadline.models.baselines import RULES
from leadline.models.bootstrap import account_counts, interval, replicated
from leadline.models.list_history import history, list_history
from leadline.models.metrics import METRICS, Sample, sample

COLUMNS = ["outcome", "model", "slice", "metric", "value", "low", "high", "n", "positives"]
COMPARED = ("auc", "average_precision")
GROUPS = ("stage", "segment", "tier")
LARGE = ("all", "due_for_renewal")
CALIBRATION = ("calibration_slope", "calibration_intercept", "ece")


def evaluate(
    predictions: pd.DataFrame, models: tuple[str, ...], capacity: int, bootstrap: int, seed: int, value: Value
) -> pd.DataFrame:
    """Metrics of one outcome's predictions, a row per model (column name), slice and metric.

    `auc_advantage` and `average_precision_advantage`, on the row of a plain rule, are p's value less the rule's, with
    the interval of the paired difference. Lists (top tenth, capacity) are drawn within the slice, date by date.
    Intervals are 95% percentiles over redrawn accounts. Undefined values are NaN; calibration is told of all rows and
    of those due for renewal, what following is worth (`value`) of churn, and how lists last of all rows (see
    `list_history`; where it tells of leavers, n counts these and positives those flagged).
    """
    counts = account_counts(predictions["account_id"], bootstrap, seed)
    outcome = predictions["outcome"].iloc[0]
    worth = value if outcome == "churn" else None
    parts = [
        _judged(predictions[where].reset_index(drop=True), models, capacity, counts, _told(name), worth).assign(
            slice=name
        )
        for name, where in slices(predictions).items()
    ]
    table = pd.concat([*parts, _over_time(predictions, models, capacity, counts)], ignore_index=True)
    return table.assign(outcome=outcome)[COLUMNS]


def slices(predictions: pd.DataFrame) -> dict[str, Booleans]:
    """All rows; those due for renewal; each test date; each stage, segment and tier where there are several."""
    found = {"all": np.ones(len(predictions), dtype=bool)}
    due = predictions["due_for_renewal"].to_numpy(dtype=bool)
    if due.any():
        found["due_for_renewal"] = due
    for date in sorted(predictions["as_of"].unique()):
        found[f"as of {date:%Y-%m-%d}"] = (predictions["as_of"] == date).to_numpy()
    for group in GROUPS:
        values = sorted(predictions[group].dropna().unique()) if group in predictions else []
        if len(values) > 1:
            found |= {f"{group}: {value}": (predictions[group] == value).to_numpy() for value in values}
    return found


def _told(name: str) -> tuple[str, ...]:
    """The metrics of a slice: small ones hold too few outcomes to speak of calibration."""
    return tuple(METRICS if name in LARGE else (metric for metric in METRICS if metric not in CALIBRATION))


def _judged(
    rows: pd.DataFrame,
    models: tuple[str, ...],
    capacity: int,
    counts: pd.DataFrame,
    metrics: tuple[str, ...],
    worth: Value | None,
) -> pd.DataFrame:
    observed, arr = (rows[name].to_numpy(dtype=np.float64) for name in ("observed", "arr"))
    samples = {
        name: sample(rows[name].to_numpy(dtype=np.float64), observed, arr, rows["as_of"], capacity, worth)
        for name in models
    }
    values = {name: _measured(s, counts, rows["account_id"], metrics) for name, s in samples.items()}
    lines = [_line(name, metric, v) for name, found in values.items() for metric, v in found.items()]
    lines += [
        _line(rule, f"{metric}_advantage", values["p"][metric] - values[rule][metric])
        for rule in models
        if rule in RULES
        for metric in COMPARED
    ]
    return pd.DataFrame(lines).assign(n=len(rows), positives=int(observed.sum()))


def _over_time(rows: pd.DataFrame, models: tuple[str, ...], capacity: int, counts: pd.DataFrame) -> pd.DataFrame:
    links = history(rows)
    found = {
        name: list_history(rows, links, rows[name].to_numpy(dtype=np.float64), capacity, counts) for name in models
    }
    lines = [
        _line(name, metric, values) | {"n": n, "positives": positives}
        for name, measured in found.items()
        for metric, (values, n, positives) in measured.items()
    ]
    return pd.DataFrame(lines).assign(slice="all")


def _measured(s: Sample, counts: pd.DataFrame, accounts: pd.Series, metrics: tuple[str, ...]) -> dict[str, Floats]:
    """Each metric's value on the data, and after it those of the draws."""
    table = replicated(counts, accounts, lambda w: np.stack([METRICS[m](s, w) for m in metrics], axis=1))
    return dict(zip(metrics, table.T, strict=True))


def _line(model: str, metric: str, values: Floats) -> dict[str, object]:
    low, high = interval(values[1:])
    return {"model": model, "metric": metric, "value": float(values[0]), "low": low, "high": high}
