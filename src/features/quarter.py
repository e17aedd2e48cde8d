"""A quarter of a source, as it was known before an as-of date: what the KPIs of the team are counted from."""

from dataclasses import dataclass
from functools import cached_property

import duckdb
import pandas as pd

from leadline.experiment import Outcomes
from leadline.features.dataset import everyone, with_terms
from leadline.features.lifecycle import activity_standing, contract_standing
from leadline.features.renewals import by_account, mrr_at, terms_due

NAN = float("nan")
Relations = dict[str, duckdb.DuckDBPyRelation]


@dataclass(frozen=True)
class Period:
    """From `start` up to and without `end`."""

    start: pd.Timestamp
    end: pd.Timestamp

    def holds(self, moments: pd.Series) -> pd.Series:
        """Which moments lie inside."""
        return (moments >= self.start) & (moments < self.end)


@dataclass(frozen=True)
class Counted:
    """A KPI's numerator and denominator (NaN: it has none), over which period; why it cannot be told, if it cannot."""

    numerator: float
    denominator: float
    period: Period
    because: str = ""


@dataclass(frozen=True)
class Quarter:
    """The source as it was known before an as-of date, and the weeks before that.

    `expansion_listed`: account_id, as_of of the expansion lists; `listings`: account_id, listed_as_of, arm of the
    listings of accounts whose arms may be compared. None: there are no lists.
    """

    relations: Relations
    core: tuple[str, ...]
    settings: Outcomes
    as_of: pd.Timestamp
    expansion_listed: pd.DataFrame | None
    listings: pd.DataFrame | None
    weeks: int

    @property
    def recent(self) -> Period:
        """The weeks up to the as-of date."""
        return Period(self.as_of - pd.Timedelta(weeks=self.weeks), self.as_of)

    @property
    def settled(self) -> Period:
        """As many weeks, up to the moment since which a renewal may still be signed."""
        grace = pd.Timedelta(days=self.settings.grace_days)
        return Period(self.recent.start - grace, self.recent.end - grace)

    @property
    def year(self) -> Period:
        """Twelve months up to the same moment."""
        return Period(self.settled.end - pd.DateOffset(years=1), self.settled.end)

    @cached_property
    def terms(self) -> pd.DataFrame:
        """The terms that ended in the settled weeks (see `terms_due`)."""
        period, subscriptions = self.settled, with_terms(self.relations)["subscriptions"]
        return terms_due(subscriptions, period.start, period.end, self.settings.grace_days, self.as_of)

    @cached_property
    def due(self) -> pd.DataFrame:
        """The accounts due: mrr_due (before the first of its terms ended), renewed and early (all of them), mrr_after
        (since the last)."""
        return by_account(self.terms)

    @cached_property
    def in_force(self) -> pd.Series:
        """The accounts under contract, or active enough, at the as-of date."""
        grid = everyone(self.relations, pd.DatetimeIndex([self.as_of]))
        if self.settings.mode == "contract":
            rows = contract_standing(with_terms(self.relations)["subscriptions"], grid, self.settings)
        else:
            rows = activity_standing(self.relations["events"], grid, self.settings)
        return rows.loc[rows["eligible"].astype(bool), "account_id"]

    @cached_property
    def log_begins(self) -> pd.Timestamp:
        """When the first event known before the as-of date occurred."""
        known = duckdb.ColumnExpression("received_at") < duckdb.ConstantExpression(self.as_of.to_pydatetime())
        return pd.Timestamp(self.relations["events"].filter(known).aggregate("min(occurred_at)").fetchall()[0][0])

    @cached_property
    def kept_in_year(self) -> pd.DataFrame:
        """MRR before and after the year (see `kept_since`)."""
        return self.kept_since(self.year.start)

    @cached_property
    def mrr_at_end(self) -> pd.Series:
        """MRR by account at the end of the settled weeks."""
        return self.mrr(self.settled.end)

    def kept_since(self, start: pd.Timestamp) -> pd.DataFrame:
        """MRR of the accounts there were at a moment, then and at the end of the settled weeks: before, after."""
        before = self.mrr(start)
        return pd.DataFrame({"before": before, "after": self.mrr_at_end.reindex(before.index, fill_value=0.0)})

    def mrr(self, moment: pd.Timestamp) -> pd.Series:
        """MRR by account just before a moment (see `mrr_at`)."""
        return mrr_at(self.relations["subscriptions"], moment, self.settings.grace_days, self.as_of)

    def rows(self, table: str, time: str) -> pd.DataFrame:
        """The rows of a small table known before the as-of date."""
        rows = self.relations[table].df()
        return rows[rows[time] < self.as_of]
