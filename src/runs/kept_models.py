"""The models of churn as the forward test fits them: kept, for the replay and the effects ask them too."""

from collections.abc import Mapping

import pandas as pd

from leadline.models.fitted import Fitted, load
from leadline.models.refits import fitted_over_time
from leadline.models.rows import outcome_rows
from leadline.runs.job import Job
from leadline.runs.kept_frames import keep, kept, read_kept

FOLDER = "models_over_time"


def models_over_time(job: Job) -> dict[pd.Timestamp, Fitted]:
    """The models of churn by the moment each was fitted; fitted anew where anything they were made from has changed."""
    folder = job.work / FOLDER
    if not kept(folder, job.made_from):
        d = job.training
        rows = outcome_rows(d.snapshots, d.context, d.outcomes, "churn")
        keep_models(job, fitted_over_time(rows, "churn", d.columns, job.experiment))
    moments = read_kept(folder, ["moments"])["moments"]["fitted_at"]
    return {moment: load(folder / str(number)) for number, moment in enumerate(moments)}


def keep_models(job: Job, models: Mapping[pd.Timestamp, Fitted]) -> None:
    """Keep the models of churn that a job fitted."""
    folder = job.work / FOLDER
    for number, model in enumerate(models.values()):
        model.save(folder / str(number))
    moments = pd.DataFrame({"fitted_at": pd.Series(list(models), dtype="datetime64[us]")})
    keep({"moments": moments}, folder, job.made_from)
