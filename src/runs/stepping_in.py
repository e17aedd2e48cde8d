"""What effects are estimated from: who was listed, what was known of them then, and what became of them."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from leadline.effects.trial import Trial, trial
from leadline.features.after_listing import LONG_BEFORE, after_listing, usage
from leadline.features.dataset import Dataset
from leadline.features.follow_up import departures
from leadline.models.refits import chances
from leadline.models.rows import KEYS, scorable, with_context
from leadline.runs.handed_on import arms_handed_on
from leadline.runs.job import WEEK, Job
from leadline.runs.kept_models import models_over_time
from leadline.runs.listings import interventions

NO_CONTEXT = pd.DataFrame({name: pd.Series(dtype="str") for name in ("account_id", "tier", "stage")}).assign(
    as_of=pd.Series(dtype="datetime64[us]")
)


@dataclass(frozen=True)
class SteppingIn:
    """An experiment's listings as known at its as-of date; everything is reckoned when it is first asked for."""

    job: Job

    @cached_property
    def told(self) -> pd.DataFrame:
        """The interventions of lists before the as-of date, as known then."""
        rows, at = interventions(self.job), self.job.as_of
        known = {name: rows[name].where(rows[name] < at) for name in ("started_at", "closed_at")}
        return rows.assign(**known)[rows["listed_as_of"] < at].reset_index(drop=True)

    @cached_property
    def drawn(self) -> pd.DataFrame:
        """The arms of published lists before the as-of date (those they were told stand in `told`)."""
        arms = arms_handed_on(self.job.experiment, self.job.as_of)
        return arms[((arms["number"] >= 0) | arms["exempt"]) & (arms["listed_as_of"] < self.job.as_of)]

    @cached_property
    def weekly(self) -> Dataset:
        """Every week from the one before the first listing on."""
        return self.job.weeks(pd.concat([self.told["listed_as_of"], self.drawn["listed_as_of"]]).min() - WEEK)

    @cached_property
    def known(self) -> pd.DataFrame:
        """What was known of every account each week since the first listing, and p, its chance of churn as the model of
        that week said it."""
        rows = with_context(self.weekly.snapshots, self.weekly.context)
        said = chances(models_over_time(self.job), scorable(rows))[[*KEYS, "p"]]
        return rows.merge(said, on=KEYS, how="left")

    @cached_property
    def trial(self) -> Trial:
        """The randomised trial; a Problem where there is none."""
        context = self.weekly.context if len(self.told) else NO_CONTEXT
        exempt = self.job.experiment.holdout_exempt
        return trial(self.drawn, self.told, context, exempt, self.job.as_of)

    @cached_property
    def listed(self) -> pd.DataFrame:
        """The trial's units as (account_id, as_of), with the share held out when they were drawn."""
        return self.trial.units[["account_id", "listed_as_of", "share"]].rename(columns={"listed_as_of": "as_of"})

    @cached_property
    def after(self) -> pd.DataFrame:
        """What became of the units (see `after_listing`)."""
        return self.after_dates(self.listed)

    @cached_property
    def before(self) -> pd.DataFrame:
        """What was known of each unit when it was listed: the columns of `known`, and its usage."""
        return self.at_listing(self.listed)

    def at_listing(self, listed: pd.DataFrame) -> pd.DataFrame:
        """What was known of accounts at the newest week up to given dates (account_id, as_of), in their order;
        events_before of the four weeks before it, and events_long_before of four weeks that ended 26 weeks before."""
        events, at, grid = self.job.tables.relations["events"], self.job.as_of, listed[KEYS]
        week = pd.merge_asof(
            listed[["as_of"]].assign(row=range(len(listed))).sort_values("as_of"), self._weeks, on="as_of"
        )
        then = listed.assign(week=week.sort_values("row")["week"].to_numpy())
        known = self.known.rename(columns={"as_of": "week"})
        found = then.merge(known, on=["account_id", "week"], how="left").drop(columns="week")
        return found.assign(
            days_to_term_end=(found["term_end"] - found["as_of"]).dt.total_seconds() / 86_400,
            events_before=usage(events, grid, 0, at).to_numpy(),
            events_long_before=usage(events, grid, LONG_BEFORE, at).to_numpy(),
        )

    @property
    def _weeks(self) -> pd.DataFrame:
        """The weeks known, each beside itself, to find the newest up to a date."""
        weeks = self.weekly.context["as_of"].drop_duplicates().sort_values()
        return pd.DataFrame({"as_of": weeks, "week": weeks})

    def left_within(self, listed: pd.DataFrame, days: int) -> "pd.Series[bool]":
        """Which accounts left within so many days of given dates (account_id, as_of)."""
        known = departures(self.job.tables.relations, listed[KEYS], self.job.experiment.outcomes, self.job.as_of)
        left = listed[KEYS].merge(known, on=KEYS, how="left")["left_at"].set_axis(listed.index)
        return left <= listed["as_of"] + pd.Timedelta(days=days)

    def after_dates(self, listed: pd.DataFrame) -> pd.DataFrame:
        """What became of accounts after given dates (see `after_listing`)."""
        return after_listing(self.job.tables.relations, listed, self.job.experiment.outcomes, self.job.as_of)
