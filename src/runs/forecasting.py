"""The forecast in a run: tested forward, kept with the champion, and told of an as-of date."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from leadline.decisions.csv_safe import write_csv
from leadline.decisions.schema import FORECAST, SURVIVAL, checked
from leadline.features.dataset import Dataset, prepared
from leadline.models.coverage import coverage
from leadline.models.hazard import load_hazard
from leadline.models.splits import rolling_origin
from leadline.models.tracking import Registered
from leadline.runs.following import DAYS, Followed
from leadline.runs.job import Job
from leadline.runs.kept_frames import keep, kept, read_kept

MOST_REFITS, MOST_DATES = 8, 24
TESTED = ["as_of", "measure", "quarters", "estimate", "low", "high", "actual", "held", "fitted_at"]
HAZARD = "hazard"


class Outlook(NamedTuple):
    """`forecast`: what is kept of revenue and customers, with intervals (tested forward: what came true beside, and
    whether the interval held); `survival`: who is still here when."""

    forecast: pd.DataFrame
    survival: pd.DataFrame


def forecast_tested(job: Job, first: pd.Timestamp | None) -> Outlook:
    """Forecasts and survival curves of past dates from `first` on, each by what was known then; kept, and read again
    while nothing they are made from has changed.

    Tested are those as-of dates whose first quarter is over, at most 24 back from the last, by at most 8 fits.
    """
    folder = job.work / "forecast"
    if not kept(folder, job.made_from):
        keep(_tested(job, first)._asdict(), folder, job.made_from)
    return Outlook(**read_kept(folder, Outlook._fields))


def _tested(job: Job, first: pd.Timestamp | None) -> Outlook:
    followed, until = followed_up(job), min(job.as_of, pd.Timestamp(job.tables.known_until))
    folds = rolling_origin(_dates(followed, first, until), MOST_REFITS)
    parts = [part for fold in folds for part in _fold(followed, fold.fitted_at, fold.tests, until)]
    if not parts:
        return Outlook(pd.DataFrame(columns=TESTED), pd.DataFrame(columns=list(SURVIVAL.columns)))
    return Outlook(*(pd.concat(frames, ignore_index=True) for frames in zip(*parts, strict=True)))


def forecasted(job: Job, champion: Registered, now: Dataset) -> Outlook:
    """Forecast and survival curves of the as-of date by the champion's hazard, written for publishing."""
    followed, hazard = followed_up(job), load_hazard(champion.files(HAZARD))
    curves = followed.curves(hazard, now, job.as_of)
    found = Outlook(
        checked(followed.forecast(hazard, curves, now, job.as_of), FORECAST, "forecast"),
        checked(curves, SURVIVAL, "survival"),
    )
    found.forecast.to_parquet(job.file("forecast.parquet"))
    write_csv(found.forecast, job.file("forecast.csv"))
    found.survival.to_parquet(job.file("survival.parquet"))
    return found


def keep_hazard(job: Job, first: pd.Timestamp | None, folder: Path) -> None:
    """Fit the hazard to all that is settled as of the date, and write it, with its test, beside a model's artifacts."""
    followed_up(job).fit(job.as_of).save(folder / HAZARD)
    forecast_tested(job, first).forecast.to_parquet(folder / HAZARD / "forecast.parquet")


def coverage_metrics(job: Job, first: pd.Timestamp | None) -> dict[str, float]:
    """Share of the intervals that held, by measure and quarters ahead; empty where none was tested."""
    table = coverage(forecast_tested(job, first).forecast)
    names = "forecast." + table["measure"].astype("str") + "_" + table["quarters"].astype("str") + ".held"
    return dict(zip(names, table["held"].astype("float64"), strict=True))


def followed_up(job: Job) -> Followed:
    """The experiment's training dates, followed up."""
    return Followed(job.experiment, prepared(job.tables, job.experiment), job.training)


def _dates(followed: Followed, first: pd.Timestamp | None, until: pd.Timestamp) -> list[pd.Timestamp]:
    dates = sorted(pd.Timestamp(date) for date in followed.data.context["as_of"].unique())
    over = [date for date in dates if first is not None and date >= first and followed.settles(date, DAYS[0]) <= until]
    return over[:: -(-len(over) // MOST_DATES)] if over else []


def _fold(
    followed: Followed, fitted_at: pd.Timestamp, tests: tuple[pd.Timestamp, ...], until: pd.Timestamp
) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    hazard = followed.fit(fitted_at)
    parts = []
    for as_of in tests:
        curves = followed.curves(hazard, followed.data, as_of)
        rows = followed.forecast(hazard, curves, followed.data, as_of)
        actual = {q: followed.actual(as_of, days, until) for q, days in enumerate(DAYS, start=1)}
        rows["actual"] = [
            actual[q].get(m, float("nan")) for q, m in zip(rows["quarters"], rows["measure"], strict=True)
        ]
        inside = rows["actual"].between(rows["low"], rows["high"])
        rows["held"] = inside.astype("boolean").where(rows["actual"].notna())
        parts.append((rows.assign(fitted_at=fitted_at)[TESTED], curves))
    return parts
