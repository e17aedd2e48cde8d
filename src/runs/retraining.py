"""Whether a run is to train first, and why."""

import pandas as pd

from leadline.models import tracking
from leadline.models.track_record import decay
from leadline.runs.job import Job
from leadline.runs.registry import forward_test, same_recipe
from leadline.runs.track_record import tracked

RETRAIN_AFTER = pd.Timedelta(days=28)


def why_train(job: Job) -> str:
    """Why to train: no champion yet, other settings or code, somebody forgotten, four weeks of new outcomes since, or a
    published list that has settled since and went wrong; '' if not due.

    A challenger that was not promoted counts as well, lest it be trained again at every run.
    """
    champion, newest = (find(job.experiment, "churn") for find in (tracking.registered, tracking.newest))
    if champion is None:
        return "there is no model yet"
    reasons = [_stale(job, model) for model in (champion, newest) if model]
    return reasons[-1] if all(reasons) else ""


def _stale(job: Job, model: tracking.Registered) -> str:
    if not same_recipe(job, model):
        return "settings or code have changed"
    if model.tags.get("forgotten", "") != job.fingerprint["forgotten"]:
        return f"somebody from whom version {model.version} had learned was forgotten"
    if abs(job.as_of - pd.Timestamp(model.tags["as_of"])) >= RETRAIN_AFTER:
        return f"{RETRAIN_AFTER.days} days of outcomes have settled since version {model.version}"
    return _decayed(job, model)


def _decayed(job: Job, model: tracking.Registered) -> str:
    """How the newest list went wrong that no training knew of when this version was made; '' if none did."""
    record = tracked(job)
    unknown_then = record[record["settled"] > pd.Timestamp(model.tags["as_of"])]
    return decay(unknown_then, _promised(model)) if len(unknown_then) else ""


def _promised(model: tracking.Registered) -> float:
    """The lower end of the AUC that a version's forward tests found; NaN where they found none."""
    metrics = forward_test(model, "churn").metrics
    asked = {"model": "p", "slice": "all", "metric": "auc"}
    return float(metrics.loc[(metrics[list(asked)] == pd.Series(asked)).all(axis=1), "low"].mean())
