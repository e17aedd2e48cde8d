"""The forward test of a job and what it says of each model: kept, for training and effects ask it too."""

from dataclasses import dataclass

import pandas as pd

from leadline.models.backtest import Backtest, backtest
from leadline.models.verdict import Verdict, verdict
from leadline.runs.job import Job
from leadline.runs.kept_frames import keep, kept, read_kept
from leadline.runs.kept_models import keep_models

TESTED = ("predictions", "metrics", "folds", "alone")


@dataclass(frozen=True)
class Tested:
    """The forward test and what it says of each outcome's model."""

    test: Backtest
    verdicts: dict[str, Verdict]


def backtested(job: Job) -> Tested:
    """The forward test up to the as-of date; its frames are kept for training, its models for effects."""
    d = job.training
    test = backtest(d.snapshots, d.context, d.outcomes, d.columns, job.experiment)
    keep_models(job, test.models.get("churn", {}))
    keep({name: getattr(test, name) for name in TESTED}, job.work / "backtest", job.made_from)
    return Tested(test, judged(job, test))


def judged(job: Job, test: Backtest) -> dict[str, Verdict]:
    """A verdict for each outcome."""
    language, outcomes = job.experiment.language, job.experiment.models.outcomes
    return {name: verdict(test.metrics, test.alone, name, language) for name in outcomes}


def tested(job: Job) -> Tested:
    """The forward test that was kept, else, or where anything it was made from has changed since, a new one."""
    folder = job.work / "backtest"
    if not kept(folder, job.made_from):
        return backtested(job)
    frames = read_kept(folder, TESTED)
    test = Backtest(frames["predictions"], frames["metrics"], frames["folds"], frames["alone"])
    return Tested(test, judged(job, test))


def first_test(test: Backtest) -> pd.Timestamp | None:
    """The first date on which churn was tested forward; None where it never was."""
    dates = test.predictions.loc[test.predictions["outcome"] == "churn", "as_of"]
    return None if dates.empty else pd.Timestamp(dates.min())
