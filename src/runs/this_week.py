"""This week: scores with reasons, thresholds and lists of one as-of date."""

from dataclasses import dataclass

import pandas as pd

from leadline.decisions.capacity import Places, all_places, places_left
from leadline.decisions.decline import baseline_dates, declines
from leadline.decisions.expansion import expansion_list
from leadline.decisions.facts import account_facts
from leadline.decisions.lists import scored_accounts
from leadline.decisions.plays import Playbook, read_plays, with_play_texts
from leadline.decisions.schema import EXPANSION, checked
from leadline.decisions.settled import settled_history
from leadline.decisions.thresholds import establish
from leadline.features.catalogue import catalogue, declared
from leadline.features.modules import module_declines
from leadline.models.fitted import load
from leadline.models.score import growth_reasons, score
from leadline.models.train import Trained
from leadline.runs.earlier import said_then
from leadline.runs.forecasting import Outlook, forecasted
from leadline.runs.job import Job
from leadline.runs.learning import champions
from leadline.runs.week_files import write_crms, write_sheets, write_tables

SCORES = "scores.parquet"


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
    context, falls, plays = at(week.context, job.as_of), fallen(job), playbook(job)
    settled = settled_history(
        history.snapshots, history.context, history.outcomes, week.columns, job.as_of, experiment.outcomes.settled_days
    )
    limits = establish(falls, experiment, settled)
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
        module_declines(job.tables, job.as_of),
        free_places(job),
    )
    found = Week(table, limits, _expansion(job, table, plays))
    write_tables(job, scored_accounts=table, thresholds=limits, expansion=found.expansion)
    work = with_words(job, table[table["listed_because"] != ""], plays)
    write_sheets(job, work, context)
    write_crms(job, work, context)
    return found


def fallen(job: Job) -> pd.DataFrame:
    """How far each account fell by the as-of date."""
    week = job.week(baseline_dates(job.as_of))
    past = week.snapshots[week.snapshots["as_of"] < job.as_of]
    return declines(at(week.snapshots, job.as_of), past, at(week.context, job.as_of), week.columns)


def free_places(job: Job) -> Places:
    """The places that open interventions leave, where the source tells of interventions."""
    given, capacity = job.tables.relations.get("interventions"), job.experiment.capacity
    return all_places(capacity) if given is None else places_left(capacity, given.df(), job.as_of)


def with_words(job: Job, listed: pd.DataFrame, plays: Playbook) -> pd.DataFrame:
    """A list with the words of its plays, in each account's own numbers."""
    week, experiment = job.week(baseline_dates(job.as_of)), job.experiment
    now = at(week.context, job.as_of), at(week.snapshots, job.as_of)
    return with_play_texts(listed, plays, account_facts(listed, *now, fallen(job), experiment), experiment.language)


def _expansion(job: Job, table: pd.DataFrame, plays: Playbook) -> pd.DataFrame:
    """The accounts that can grow, with reasons and the words of their plays; none without a model of expansion."""
    week, models, experiment = job.week(baseline_dates(job.as_of)), champions(job), job.experiment
    why = table[["account_id"]]
    if "expansion" in models:
        now, before = (at(week.snapshots, date) for date in (job.as_of, baseline_dates(job.as_of)[0]))
        model, context = load(models["expansion"].folder()), at(week.context, job.as_of)
        why = growth_reasons(model, now, before, context, week.columns, experiment.language)
    found = expansion_list(table, why, plays, experiment, week.columns)
    return checked(with_words(job, found, plays), EXPANSION, "expansion")


def _scores(job: Job) -> pd.DataFrame:
    """Within a run, what the scoring notebook kept; alone, made again, for data or champion may have changed."""
    kept = job.scheduled and job.file(SCORES).is_file()
    return pd.read_parquet(job.file(SCORES)) if kept else scored(job)


def playbook(job: Job) -> Playbook:
    """The team's plays."""
    return read_plays(job.experiment.plays_file, [*declared(), *catalogue().values()])


def at(frame: pd.DataFrame, date: pd.Timestamp) -> pd.DataFrame:
    """The rows of one as-of date."""
    return frame[frame["as_of"] == date].reset_index(drop=True)
