"""Which weekly dates are not published yet, and which comes next."""

import json

import pandas as pd

from leadline.experiment import Experiment
from leadline.features.calendar import as_of_dates, day_of
from leadline.runs.job import WEEK, Job


def newest_published(experiment: Experiment) -> pd.Timestamp | None:
    """The newest as-of date published, as a naive UTC instant; None where none is."""
    folders = sorted(experiment.published.glob("[0-9]*-*-*"))
    if not folders:
        return None
    return pd.Timestamp(json.loads((folders[-1] / "run.json").read_text(encoding="utf-8"))["as_of"])


def unpublished(job: Job) -> list[str]:
    """Weekly dates after the newest published one, up to the job's own, oldest first; its own alone where none is."""
    newest, calendar = newest_published(job.experiment), job.experiment.calendar
    if newest is None:
        return [job.day]
    if newest >= job.as_of:
        return []
    dates = as_of_dates(calendar, newest, job.as_of, "week")
    return [day_of(calendar, date) for date in dates if date > newest]


def next_week(job: Job) -> str:
    """The first weekly date after the job's own."""
    calendar = job.experiment.calendar
    dates = as_of_dates(calendar, job.as_of, job.as_of + 2 * WEEK, "week")
    return next(day_of(calendar, date) for date in dates if date > job.as_of)
