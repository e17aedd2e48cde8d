"""`python -m bench.reasons EXPERIMENT --data DIR`: are the reasons given the right ones, where the truth is known?

Each leaver of a simulated company whose story shows in behaviour is scored as it was on the last training date on
which its leaving was still to come, by a model that learned only from what had settled by then. A story is named where
one of its three reasons is of a family the story moves (`right`), or of one that sets the story apart (`own`).
`by_chance` is the same share among accounts that never left: what reasons that know nothing of the account would get.
"""

import argparse
from collections.abc import Iterator

import pandas as pd

from leadline.experiment import Experiment
from leadline.features.dataset import Dataset
from leadline.features.indicator import Indicator
from leadline.models.fit import fit
from leadline.models.reasons import reasons
from leadline.models.rows import KEYS, outcome_rows, scorable, with_context
from leadline.models.splits import first_learnable, rolling_origin, training_rows
from leadline.runs.job import open_job
from leadline.simulate.stories import STEADY, STORIES, Story

REFITS = 8
POSITIVES = 10  # that must have settled before a model can be fitted at all
BEFORE = pd.Timedelta(days=28)
# What a trait of a story does to an account's log. Surveys and how long tickets stay open follow every decline alike
# (leadline.simulate.voice) and tell no story from another: they count for none.
MOVED_BY = {
    "volume": {"activity", "trend", "recency"},  # everybody does less
    "drop": {"activity", "trend", "flow", "key users", "concentration"},  # some stop, the work falls to the rest
    "core": {"depth", "onboarding"},  # of what is done, less is core
    "module": {"modules", "breadth", "activity", "trend"},  # one module is left; the others do not make up for it
    "tickets": {"support"},
}
# What sets a story apart from the others: the stricter question.
OWN = {
    "champion_left": {"key users"},
    "module_abandoned": {"modules", "breadth"},
    "slow_fade": {"activity", "trend", "recency", "flow"},
    "competitor": {"activity", "trend", "recency", "flow"},
    "no_first_value": {"depth", "onboarding"},
    "product_fault": {"modules", "breadth", "support"},
}
ONBOARDING = ("days_to_first_value", "milestones_done", "milestones_overdue")


def family(indicator: Indicator) -> str:
    """Its family; those of lifecycle that tell how far people came, and not the date, apart as onboarding."""
    return "onboarding" if indicator.name in ONBOARDING else indicator.family


def moved(story: Story) -> set[str]:
    """The families that a story of decline moves, by the traits in which it differs from a steady account."""
    traits = [trait for trait in MOVED_BY if getattr(story, trait) != getattr(STEADY, trait)]
    return set().union(*(MOVED_BY[trait] for trait in traits))


MOVED = {story.name: moved(story) for story in STORIES if story.name in OWN}


def leavers(rows: pd.DataFrame, truth: pd.DataFrame, lead_days: int, window_days: int) -> pd.DataFrame:
    """The last row of each leaver with a story of behaviour, at least the lead ahead of leaving and in the window."""
    told = rows.merge(truth[truth["story"].isin(MOVED)], on="account_id")
    ahead = (told["left_at"] - told["as_of"]).dt.days
    last = told[(ahead > lead_days) & (ahead <= window_days)].sort_values(KEYS, kind="stable")
    return last.drop_duplicates("account_id", keep="last")[[*KEYS, "story"]]


def told(dataset: Dataset, rows: pd.DataFrame, dates: pd.Series, experiment: Experiment) -> Iterator[pd.DataFrame]:
    """account_id, as_of, families (of its three reasons) of every account scored on these dates, fitted forward."""
    learn = outcome_rows(dataset.snapshots, dataset.context, dataset.outcomes, "churn")
    settled, families = (
        experiment.outcomes.settled_days,
        {c.indicator.name: family(c.indicator) for c in dataset.columns},
    )
    first = first_learnable(learn, settled, POSITIVES)
    learnable = [date for date in dates.unique() if first is not None and date >= first]
    for fold in rolling_origin(learnable, REFITS):
        model = fit(training_rows(learn, fold.fitted_at, settled), dataset.columns, "churn", experiment)
        for date in fold.tests:
            now, before = rows[rows["as_of"] == date], rows[rows["as_of"] == date - BEFORE]
            why = reasons(model, now, before, dataset.columns, "en")
            given = why["indicator"].map(families).groupby(why["account_id"]).agg(set)
            yield now[KEYS].merge(given.rename("families"), left_on="account_id", right_index=True)


def measured(dataset: Dataset, truth: pd.DataFrame, experiment: Experiment) -> pd.DataFrame:
    """A row per story: leavers scored, share of them named, and by chance: of accounts that leave for no story."""
    rows = scorable(with_context(dataset.snapshots, dataset.context))
    found = leavers(rows, truth, experiment.outcomes.lead_days, experiment.outcomes.window_days)
    why = pd.concat(told(dataset, rows, found["as_of"], experiment))
    others = why[~why["account_id"].isin(truth["account_id"])]["families"]
    return by_story(found.merge(why, on=KEYS), others)


def by_story(named: pd.DataFrame, others: pd.Series) -> pd.DataFrame:
    """The shares of each story and, weighted by leavers, of all, from the families given as reasons."""
    table = pd.DataFrame([_line(str(story), of, others) for story, of in named.groupby("story")["families"]])
    whole = table.drop(columns="story").mul(table["leavers"], axis=0).sum() / len(named)
    return pd.concat([table, pd.DataFrame([{**whole, "story": "all", "leavers": len(named)}])], ignore_index=True)


def _line(story: str, families: pd.Series, others: pd.Series) -> dict[str, object]:
    right, own = MOVED[story], OWN[story]
    return {
        "story": story,
        "leavers": len(families),
        "right": families.map(right.intersection).astype(bool).mean(),
        "right_by_chance": others.map(right.intersection).astype(bool).mean(),
        "own": families.map(own.intersection).astype(bool).mean(),
        "own_by_chance": others.map(own.intersection).astype(bool).mean(),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.reasons", description=__doc__)
    parser.add_argument("experiment", help="such as experiments/demo.yaml")
    parser.add_argument("--data", required=True, help="the simulated company, with its truth/")
    return parser.parse_args()


if __name__ == "__main__":
    given = _arguments()
    job = open_job(given.experiment, given.data)
    truth = pd.read_parquet(f"{given.data}/truth/reasons.parquet")
    print(measured(job.training, truth, job.experiment).round(2).to_string(index=False))
