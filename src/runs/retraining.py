"""Whether a run is to train first, and why."""

import pandas as pd

from leadline.models import tracking
from leadline.runs.job import Job
from leadline.runs.registry import same_recipe

RETRAIN_AFTER = pd.Timedelta(days=28)


def why_train(job: Job) -> str:
    """Why to train: no champion yet, other settings or code, somebody forgotten, or four weeks of new outcomes since;
    '' if not due.

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
    return ""
