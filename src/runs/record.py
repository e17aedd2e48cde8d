"""run.json: what a published folder was made from, so that it can be made again, and how long that took."""

import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from leadline.models.tracking import Registered
from leadline.runs.job import Job

NAMED = (
    "leadline",
    "pandas",
    "duckdb",
    "narwhals",
    "scikit-learn",
    "lightgbm",
    "shap",
    "mlflow",
    "papermill",
)


def run_record(job: Job, listed: pd.DataFrame, models: Mapping[str, Registered]) -> str:
    """The record as JSON, the same for the same inputs: versions, seed, fingerprints, models and row counts."""
    facts = {
        "experiment": job.experiment.name,
        "question": job.experiment.question,
        "as_of": job.as_of.isoformat(),
        "known_until": pd.Timestamp(job.tables.known_until).isoformat(),
        "seed": job.experiment.seed,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in NAMED}},
        "fingerprints": job.fingerprint,
        "models": {name: _model(model) for name, model in models.items()},
        "rows": job.tables.rows[["table", "rows_in", "rows_used", "rows_quarantined", "rows_excluded"]].to_dict(
            "records"
        ),
        "quarantine": job.tables.quarantine[["table", "column", "reason", "rows"]].to_dict("records"),
        "accounts": {
            "scored": int(listed["p_churn"].notna().sum()),
            "listed": int((listed["listed_because"] != "").sum()),
            "leaving_announced": int(listed["p_churn"].isna().sum()),
        },
    }
    return json.dumps(facts, indent=2, ensure_ascii=False, default=int) + "\n"


def add_timings(record: Path, notebooks: Path, run_id: str) -> None:
    """Add to a record the run's id in the log, when each executed notebook began, and how many seconds it took."""
    facts = json.loads(record.read_text(encoding="utf-8"))
    facts["run_id"] = run_id
    facts["timings"] = {file.stem: _timing(file) for file in sorted(notebooks.glob("*.ipynb"))}
    record.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _timing(notebook: Path) -> dict[str, object]:
    told = json.loads(notebook.read_text(encoding="utf-8"))["metadata"]["papermill"]
    return {"began": told["start_time"], "seconds": round(told["duration"], 1)}


def _model(model: Registered) -> dict[str, str]:
    tags = {name: model.tags[name] for name in ("as_of", "settings", "code")}
    return {"name": model.name, "version": model.version, "run": model.run_id, **tags}
