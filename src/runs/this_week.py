"""This week: scores with reasons, thresholds and lists of one as-of date."""

from dataclasses import dataclass

import pandas as pd

from leadline.decisions.breaker import spells
from leadline.decisions.cause import Evidence
from leadline.decisions.csv_safe import write_csm_lists, write_csv
from leadline.decisions.decline import baseline_dates, declines
from leadline.decisions.expansion import expansion_list
from leadline.decisions.lists import scored_accounts
from leadline.decisions.plays import Playbook, read_plays, with_play_texts
from leadline.decisions.settled import settled_history
from leadline.decisions.thresholds import establish
from leadline.features.catalogue import declared
from leadline.features.modules import module_declines
from leadline.features.volumes import daily_volumes
from leadline.models.fitted import load
from leadline.models.score import score
from leadline.models.train import Trained
from leadline.runs.earlier import said_then
from leadline.runs.forecasting import Outlook, forecasted
from leadline.runs.job import Job
from leadline.runs.learning import champions

SCORES = "scores.parquet"
YEAR = 15  # steps of four weeks: a year, and the step before it


@dataclass(frozen=True)
class Week:
    """What is decided for one as-of date."""

    scored_accounts: pd.DataFrame
    thresholds: pd.DataFrame
    expansion: pd.DataFrame


def scored(job: Job) -> pd.DataFrame:
    """Scores of the as-of date by the champions, with reasons; kept for the rest of the run."""
    week, experiment = job.week(baseline_dates(job.as_of)), job.experiment
    models = Trained({name: load(model.folder()) for name, model in champions(job).items()})
    then = baseline_dates(job.as_of)[0]
    now, before = at(week.snapshots, job.as_of), at(week.snapshots, then)
    contexts = at(week.context, job.as_of), at(week.context, then)
    table = score(
        models, now, before, contexts[0], week.columns, experiment.language, contexts[1], said_then(experiment, then)
    )
    if job.scheduled:
        table.to_parquet(job.file(SCORES))
    return table


def outlook(job: Job) -> Outlook:
    """Forecast and survival curves of the as-of date by the champion, written for publishing."""
    return forecasted(job, champions(job)["churn"], job.week(baseline_dates(job.as_of)))


def listed(job: Job) -> Week:
    """Thresholds and lists of the as-of date, written for publishing."""
    week, experiment, history = job.week(baseline_dates(job.as_of)), job.experiment, job.training
    past = week.snapshots[week.snapshots["as_of"] < job.as_of]
    context = at(week.context, job.as_of)
    falls = declines(at(week.snapshots, job.as_of), past, context, week.columns)
    settled = settled_history(
        history.snapshots, history.context, history.outcomes, week.columns, job.as_of, experiment.outcomes.settled_days
    )
    limits = establish(falls, experiment, settled)
    plays = playbook(job)
    version = ", ".join(f"{name} {model.version}" for name, model in champions(job).items())
    table = scored_accounts(
        _scores(job),
        context,
        falls,
        limits,
        plays,
        experiment,
        week.columns,
        version,
        _evidence(job, week.snapshots),
    )
    found = Week(table, limits, expansion_list(table, plays, experiment))
    _write(job, found)
    return found


def _evidence(job: Job, week: pd.DataFrame) -> Evidence:
    """What tells causes apart: falls by module every four weeks of the last year, its snapshots, and the spells."""
    dates = pd.DatetimeIndex([job.as_of - pd.Timedelta(weeks=4 * back) for back in range(YEAR)]).sort_values()
    earlier = job.training.snapshots
    people = pd.concat([earlier[~earlier["as_of"].isin(week["as_of"])], week], ignore_index=True)
    volumes = daily_volumes(job.tables, job.experiment.calendar)
    return Evidence(module_declines(job.tables, dates), people, spells(volumes, job.as_of, job.experiment.calendar))


def _scores(job: Job) -> pd.DataFrame:
    """Within a run, what the scoring notebook kept; alone, made again, for data or champion may have changed."""
    kept = job.scheduled and job.file(SCORES).is_file()
    return pd.read_parquet(job.file(SCORES)) if kept else scored(job)


def playbook(job: Job) -> Playbook:
    """The team's plays."""
    return read_plays(job.experiment.plays_file, {i.family for i in declared()})


def at(frame: pd.DataFrame, date: pd.Timestamp) -> pd.DataFrame:
    """The rows of one as-of date."""
    return frame[frame["as_of"] == date].reset_index(drop=True)


def _write(job: Job, week: Week) -> None:
    for name in ("scored_accounts", "thresholds"):
        table = getattr(week, name)
        table.to_parquet(job.file(f"{name}.parquet"))
        write_csv(table, job.file(f"{name}.csv"))
    write_csv(week.expansion, job.file("expansion.csv"))
    folder = job.file("by_csm")
    folder.mkdir(exist_ok=True)
    listed = week.scored_accounts[week.scored_accounts["listed_because"] != ""]
    write_csm_lists(with_play_texts(listed, playbook(job), job.experiment.language), folder)
