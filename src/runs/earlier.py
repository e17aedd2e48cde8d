"""What was said at an earlier date: which model scored then, and the chances it gave."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from leadline.experiment import Experiment
from leadline.models import tracking
from leadline.models.change import Earlier
from leadline.models.fitted import load


def said_then(
    experiment: Experiment, date: pd.Timestamp, champion: tracking.Registered | None = None
) -> Earlier | None:
    """The model of the newest list published for `date` or before it, with the list's chances if it is of that date.

    None where nothing was published by then, or its model is neither today's champion nor to be had of the registry.
    """
    for folder in sorted(experiment.published.glob("[0-9]*-*-*"), reverse=True):
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        if pd.Timestamp(record["as_of"]) <= date:
            return _said(experiment, folder, record, date, champion)
    return None


def _said(
    experiment: Experiment,
    folder: Path,
    record: dict[str, Any],
    date: pd.Timestamp,
    champion: tracking.Registered | None,
) -> Earlier | None:
    noted = record["models"]["churn"]
    found = champion if champion and champion.run_id == noted["run"] else _in_registry(experiment, noted)
    if found is None:
        return None
    same_date = pd.Timestamp(record["as_of"]) == date
    return Earlier(load(found.folder()), _published(folder) if same_date else pd.Series(dtype="float64"))


def _in_registry(experiment: Experiment, noted: dict[str, str]) -> tracking.Registered | None:
    try:
        found = tracking.version(experiment, "churn", noted["version"])
    except tracking.Unreachable:
        return None
    return found if found and found.run_id == noted["run"] else None  # a registry begun anew counts from 1 again


def _published(folder: Path) -> pd.Series:
    """Chances by account_id; NaN for those that had announced leaving."""
    table = pd.read_parquet(folder / "scored_accounts.parquet", columns=["account_id", "p_churn"])
    return table.set_index("account_id")["p_churn"]
