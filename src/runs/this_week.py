"""This week: scores with reasons, thresholds and lists of one as-of date."""

from dataclasses import dataclass, replace

import pandas as pd

from leadline.decisions import arms
from leadline.decisions.breaker import spells
from leadline.decisions.capacity import Places, places_left
from leadline.decisions.cause import Evidence, causes
from leadline.decisions.choose import Chosen, State, Week, choose
from leadline.decisions.decline import baseline_dates, declines_as_of
from leadline.decisions.expansion import expansion_list
from leadline.decisions.facts import account_facts
from leadline.decisions.lists import scored_accounts, with_arms
from leadline.decisions.plays import Playbook, cases_of, read_plays, with_play_texts
from leadline.decisions.saves import Saves, saves
from leadline.decisions.schema import EXPANSION, THRESHOLDS, checked
from leadline.decisions.settled import settled_history
from leadline.decisions.spell import Spell
from leadline.decisions.standing import with_interventions
from leadline.effects.uplift import UpliftModel
from leadline.effects.uplift_proof import inputs, like
from leadline.features.catalogue import catalogue, declared
from leadline.features.modules import module_declines
from leadline.features.volumes import daily_volumes
from leadline.models.fitted import load
from leadline.models.rows import scorable, with_context
from leadline.models.score import growth_reasons, score
from leadline.models.train import Trained
from leadline.runs.earlier import said_then
from leadline.runs.forecasting import Outlook, forecasted
from leadline.runs.handed_on import handed_on, uplift_handed_on
from leadline.runs.job import WEEK, Job
from leadline.runs.listings import arms_compared, arms_so_far, interventions
from leadline.runs.registry import champions
from leadline.runs.week_files import write_crms, write_sheets, write_tables

SCORES = "scores.parquet"
YEAR = 15  # steps of four weeks: a year, and the step before it


@dataclass(frozen=True)
class Decided:
    """What is decided for one as-of date."""

    scored_accounts: pd.DataFrame
    thresholds: pd.DataFrame
    expansion: pd.DataFrame


def scored(job: Job) -> pd.DataFrame:
    """Scores of the as-of date by the champions, with reasons; kept for the rest of the run."""
    week, experiment = job.week, job.experiment
    models = Trained({name: load(model.folder()) for name, model in champions(job).items()})
    then = baseline_dates(job.as_of)[0]
    now, before = at(week.snapshots, job.as_of), at(week.snapshots, then)
    contexts = at(week.context, job.as_of), at(week.context, then)
    table = score(
        models,
        now,
        before,
        contexts[0],
        week.columns,
        experiment.language,
        contexts[1],
        said_then(experiment, then, champions(job)["churn"]),
    )
    if job.scheduled:
        table.to_parquet(job.file(SCORES))
    return table


def outlook(job: Job) -> Outlook:
    """Forecast and survival curves of the as-of date by the champion, written for publishing."""
    return forecasted(job, champions(job)["churn"], job.week)


def listed(job: Job) -> Decided:
    """Thresholds and lists of the as-of date, written for publishing."""
    context, plays, abnormal = at(job.week.context, job.as_of), playbook(job), _abnormal(job)
    scores, falls = _scores(job), fallen(job, job.as_of)
    saved = _saves(job)
    why = causes(falls, _evidence(job, abnormal), job.experiment.language)
    uplift = uplift_handed_on(job.experiment, job.as_of)
    fitting = _fitting(job, scores, why, plays)
    chosen = _chosen(job, scores[["account_id", "p_churn"]], fitting, falls, abnormal, saved.rate, uplift)
    version = ", ".join(f"{name} {model.version}" for name, model in champions(job).items())
    table = scored_accounts(
        scores,
        context,
        falls,
        chosen.listed,
        why,
        plays,
        job.experiment,
        job.week.columns,
        version,
    )
    drawn = _arms(job, table)
    table = with_arms(table, drawn)
    limits = [chosen.state.thresholds, saved.row(job.as_of, job.experiment.language, uplift is not None)]
    thresholds = checked(pd.concat(limits, ignore_index=True), THRESHOLDS, "thresholds")
    found = Decided(table, thresholds, _expansion(job, table, plays))
    write_tables(job, scored_accounts=table, thresholds=thresholds, expansion=found.expansion)
    chosen.state.standing.to_parquet(job.file("standing.parquet"))
    drawn.to_parquet(job.file("arms.parquet"))
    work = with_words(job, table[table["listed_because"] != ""], plays)
    write_sheets(job, work, context)
    write_crms(job, work, context)
    return found


def _arms(job: Job, table: pd.DataFrame) -> pd.DataFrame:
    """The arms of all accounts listed so far, this week's among them."""
    experiment = job.experiment
    listed = table[table["listed_because"] != ""]
    return arms.drawn(arms_so_far(job), listed, experiment.name, experiment.holdout_share, experiment.holdout_exempt)


def _fitting(job: Job, scores: pd.DataFrame, why: pd.DataFrame, plays: Playbook) -> pd.DataFrame:
    """The play that would fit each account, for which cause, and its cost: account_id, play, cause, cost."""
    names = ["account_id", "stage", "tier"]
    table = scores.drop(columns=names[1:], errors="ignore").merge(
        at(job.week.context, job.as_of)[names], on="account_id"
    )
    table = table.merge(why[["account_id", "cause"]], on="account_id", how="left").fillna({"cause": "unknown"})
    fitting = [plays.play_for(case) for case in cases_of(table, job.week.columns)]
    costs = [plays.cost_of(play, job.experiment.value.cost) for play in fitting]
    return table[["account_id", "cause"]].assign(play=fitting, cost=costs)


def _saves(job: Job) -> Saves:
    """The save rate, measured where enough of the accounts that may be compared have settled."""
    experiment, outcomes = job.experiment, job.training.outcomes
    left = outcomes.loc[outcomes["outcome"].eq("churn") & outcomes["observed"].eq(1), ["account_id", "happened_at"]]
    departures = left.dropna().drop_duplicates()
    return saves(arms_compared(job), departures, job.as_of, experiment.outcomes, experiment.value.save_rate)


def _chosen(
    job: Job,
    scores: pd.DataFrame,
    fitting: pd.DataFrame,
    falls: pd.DataFrame,
    abnormal: tuple[Spell, ...],
    save_rate: float,
    uplift: UpliftModel | None,
) -> Chosen:
    """The list, by levels set on the week before with the chances that today's model gives it."""
    history, then = job.training, job.as_of - WEEK
    value = job.experiment.value.model_copy(update={"save_rate": save_rate})
    experiment = job.experiment.model_copy(update={"value": value})
    settled = settled_history(
        history.snapshots, history.context, history.outcomes, history.columns, job.as_of,
        experiment.outcomes.settled_days,
    )  # fmt: skip
    now, before = (_who(job, date).merge(fitting, on="account_id", how="left") for date in (job.as_of, then))
    now = now.merge(scores, on="account_id")
    before = before.assign(p_churn=load(champions(job)["churn"].folder()).predict(before) if len(before) else None)
    if uplift is not None:
        now, before = (
            rows.assign(uplift=uplift.predict(like(uplift, inputs(rows.assign(p=rows["p_churn"])))))
            for rows in (now, before)
        )
    last, free = _last(job)
    weeks = Week(job.as_of, now, falls), Week(then, before, fallen(job, then))
    return choose(*weeks, last, experiment, settled, free, abnormal)


def _who(job: Job, date: pd.Timestamp) -> pd.DataFrame:
    """What was known at a date of the accounts that may be scored."""
    return scorable(with_context(at(job.week.snapshots, date), at(job.week.context, date)))


def _last(job: Job) -> tuple[State, Places]:
    """What last week handed on, and the places left, both with what the team itself began since."""
    last, capacity = handed_on(job.experiment, job.as_of), job.experiment.capacity
    begun = interventions(job)
    own = last.standing.loc[last.standing["state"] != "theirs", "account_id"]
    others = begun[~begun["account_id"].isin(own)]
    standing = with_interventions(last.standing, begun, job.as_of, job.experiment.following, capacity.open_days)
    return replace(last, standing=standing), places_left(capacity, others, job.as_of)


def fallen(job: Job, as_of: pd.Timestamp) -> pd.DataFrame:
    """How far each account had fallen by a date: this week's or last week's."""
    return declines_as_of(as_of, job.week.snapshots, job.week.context, job.week.columns)


def _abnormal(job: Job) -> tuple[Spell, ...]:
    """What was out of order in the log over the last year, as known by the as-of date."""
    calendar = job.experiment.calendar
    return spells(daily_volumes(job.tables, calendar), job.as_of, calendar)


def _evidence(job: Job, abnormal: tuple[Spell, ...]) -> Evidence:
    """What tells causes apart: falls by module every four weeks of the last year, its snapshots, and the spells."""
    dates = pd.DatetimeIndex([job.as_of - 4 * back * WEEK for back in range(YEAR)]).sort_values()
    earlier, week = job.training.snapshots, job.week.snapshots
    people = pd.concat([earlier[~earlier["as_of"].isin(week["as_of"])], week], ignore_index=True)
    return Evidence(module_declines(job.tables, dates), people, abnormal)


def with_words(job: Job, listed: pd.DataFrame, plays: Playbook) -> pd.DataFrame:
    """A list with the words of its plays, in each account's own numbers."""
    week, experiment = job.week, job.experiment
    now = at(week.context, job.as_of), at(week.snapshots, job.as_of)
    return with_play_texts(
        listed, plays, account_facts(listed, *now, fallen(job, job.as_of), experiment), experiment.language
    )


def _expansion(job: Job, table: pd.DataFrame, plays: Playbook) -> pd.DataFrame:
    """The accounts that can grow, with reasons and the words of their plays; none without a model of expansion."""
    week, models, experiment = job.week, champions(job), job.experiment
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
