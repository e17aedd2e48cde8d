"""Why the churn model scored so, as of a date: what a notebook shows."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from leadline.features.indicator import Column
from leadline.models.explain import Contributions, contributions
from leadline.models.fitted import Fitted, load
from leadline.models.rows import scorable, with_context
from leadline.models.what_if import what_if
from leadline.problem import Problem
from leadline.reports.voice import Voice
from leadline.runs.job import Job
from leadline.runs.registry import champions
from leadline.runs.this_week import at, scored

MOVED = ["account_id", "p_churn", "score_change", "score_change_data", "score_change_model", "change_because"]


@dataclass(frozen=True)
class Explained:
    """The accounts scored on one date (`rows`, in the order of `scores`), and what the model makes of each."""

    model: Fitted
    rows: pd.DataFrame
    scores: pd.DataFrame
    columns: tuple[Column, ...]
    found: Contributions
    say: Voice

    def row(self, account: str) -> pd.DataFrame:
        """The row of one account; empty: that of the highest risk. A Problem where it was not scored."""
        asked = account or self.scores["account_id"].iloc[int(self.scores["p_churn"].argmax())]
        found = self.rows[self.rows["account_id"] == asked]
        if found.empty:
            raise Problem(
                f"Account {account} was not scored as of this date: it is unknown, not eligible or leaving already; "
                "the list of scores names those that were."
            )
        return found

    def column(self, name: str) -> Column:
        """A column of the model by its name; empty: the one that moves scores most. A Problem where there is none."""
        model = {column.name: column for column in self.columns if column.name in self.model.columns}
        name = name or (str(self.found.values.abs().mean().idxmax()) if model else "")
        if name not in model:
            raise Problem(f"The model has no column '{name}'; it has {len(model)}: {', '.join(sorted(model))}.")
        return model[name]

    def what_if(self, account: str, changes: Mapping[str, float]) -> tuple[str, pd.DataFrame]:
        """What the model says of an account that is like this one but for some columns' values: a sentence, and the
        contributions that moved."""
        row = self.row(account)
        found = what_if(self.model, row, changes, self.columns)
        name = row["name"].iloc[0] or row["account_id"].iloc[0]
        said = self.say(
            "explain.what_if", name=name, own=self.say.percent(found.own), other=self.say.percent(found.other)
        )
        return said, found.moved

    def moved(self, count: int = 20) -> pd.DataFrame:
        """The accounts whose score moved most since four weeks earlier, split into data and model."""
        order = self.scores["score_change"].abs().sort_values(ascending=False, kind="stable").index[:count]
        return self.scores.loc[order, MOVED].reset_index(drop=True)


def explained(job: Job) -> Explained:
    """The champion's scores of the as-of date, and what each column contributes to them."""
    scores = scored(job)
    week = job.week
    rows = scorable(with_context(at(week.snapshots, job.as_of), at(week.context, job.as_of)))
    rows = rows.sort_values("account_id", kind="stable", ignore_index=True)
    model = load(champions(job)["churn"].folder())
    say = Voice(job.experiment.language, job.experiment.value.currency)
    return Explained(model, rows, scores, week.columns, contributions(model, rows), say)
