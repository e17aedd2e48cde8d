"""Who was listed when and in which arm: from the lists published, and from what the team told of its interventions."""

import pandas as pd

from leadline.decisions import arms
from leadline.features.calendar import as_of_dates
from leadline.runs.handed_on import arms_handed_on
from leadline.runs.job import WEEK, Job

INTERVENTIONS = {
    "account_id": "str", "csm": "str", "arm": "str", "play": "str", "cause": "str",
    "listed_as_of": "datetime64[us]", "started_at": "datetime64[us]", "closed_at": "datetime64[us]",
}  # fmt: skip


def interventions(job: Job) -> pd.DataFrame:
    """The interventions the source tells of; none where it has no such table.

    A CRM may write a date of its own for the list: the newest weekly as-of date up to it is meant.
    """
    given = job.tables.relations.get("interventions")
    if given is None:
        return pd.DataFrame(columns=list(INTERVENTIONS)).astype(INTERVENTIONS)
    rows = given.df()[list(INTERVENTIONS)].astype(INTERVENTIONS)
    told = rows["listed_as_of"].dropna()
    if told.empty:
        return rows
    weeks = as_of_dates(job.experiment.calendar, told.min() - 2 * WEEK, told.max(), "week")
    found = weeks[weeks.searchsorted(told, side="right") - 1]
    return rows.assign(listed_as_of=pd.Series(found, index=told.index).reindex(rows.index))


def arms_so_far(job: Job) -> pd.DataFrame:
    """The arms of all accounts listed up to the as-of date (see `decisions.arms.nobody`)."""
    return arms.with_told(arms_handed_on(job.experiment, job.as_of), interventions(job), job.as_of)


def arms_compared(job: Job) -> pd.DataFrame:
    """Those of them that may be compared; told ones are exempt by today's tier, for of theirs no other is known."""
    found, today = arms_so_far(job), job.week.context
    tiers = today[today["as_of"] == job.as_of].set_index("account_id")["tier"]
    told = found["account_id"].map(tiers).isin(job.experiment.holdout_exempt) & found["share"].isna()
    return arms.compared(found.assign(exempt=found["exempt"] | told))


def listings(job: Job) -> pd.DataFrame:
    """account_id, listed_as_of and arm of every listing known of accounts that may be compared, in the arm drawn."""
    found = arms_compared(job)
    again = interventions(job)[["account_id", "listed_as_of"]]
    every = pd.concat([found[["account_id", "listed_as_of"]], again]).drop_duplicates()
    return every.merge(found[["account_id", "arm"]], on="account_id")
