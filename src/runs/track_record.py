"""The track record of an experiment: every published list whose outcomes have settled, kept up at each run."""

from pathlib import Path

import pandas as pd

from leadline.features.dataset import prepared
from leadline.features.outcomes import outcomes
from leadline.models.track_record import track_record
from leadline.runs.handed_on import date_of, published_before
from leadline.runs.job import Job

FILE = "track_record.parquet"
SAID = ["account_id", "as_of", "p_churn"]


def tracked(job: Job) -> pd.DataFrame:
    """The record that the newest earlier list handed on, and the lists that have settled since (see
    `models.track_record`)."""
    folders = published_before(job.experiment, job.as_of)
    kept = folders[-1] / FILE if folders else None
    before = pd.read_parquet(kept) if kept and kept.is_file() else _judged(job, [])
    last = job.as_of - pd.Timedelta(days=job.experiment.outcomes.settled_days)
    dates = {folder: date_of(folder) for folder in folders}
    new = [folder for folder, date in dates.items() if date <= last and date not in set(before["as_of"])]
    return pd.concat([before, _judged(job, new)]).sort_values("as_of", ignore_index=True) if new else before


def track(job: Job) -> pd.DataFrame:
    """The record as of the date, written for publishing."""
    found = tracked(job)
    found.to_parquet(job.file(FILE))
    return found


def _judged(job: Job, folders: list[Path]) -> pd.DataFrame:
    said = [pd.read_parquet(folder / "scored_accounts.parquet", columns=SAID) for folder in folders]
    lists = pd.concat(said, ignore_index=True) if said else pd.DataFrame(columns=SAID)
    settings = job.experiment.outcomes
    if lists.empty:
        observed = pd.DataFrame(columns=["account_id", "as_of", "observed"])
    else:
        found = outcomes(prepared(job.tables, job.experiment), lists[SAID[:2]], settings, job.as_of)
        observed = found.loc[found["outcome"] == "churn", ["account_id", "as_of", "observed"]]
    return track_record(lists, observed, settings.settled_days, job.experiment.seed)
