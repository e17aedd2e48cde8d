"""Following accounts from their as-of dates: fits of the hazard, survival curves, forecasts and what became of them."""

from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from leadline.experiment import Experiment
from leadline.features.dataset import Dataset
from leadline.features.follow_up import Relations, departures, follow_up, periods_ahead, silence_days
from leadline.features.money import arr_after
from leadline.models.forecast import DAYS, LOGOS, MONEY, forecast, retained
from leadline.models.hazard import Hazard
from leadline.models.hazard_fit import fit_hazard
from leadline.models.hazard_level import a_quarter_apart
from leadline.models.rows import KEYS, scorable
from leadline.models.survival import survival

Moments = TypeVar("Moments", pd.Timestamp, pd.Series)


@dataclass(frozen=True)
class Followed:
    """The frames of an experiment up to a date, and the relations they were made from."""

    experiment: Experiment
    relations: Relations
    data: Dataset

    def fit(self, at: pd.Timestamp) -> Hazard:
        """The hazard as it could be learned at a moment."""
        settings, d = self.experiment.outcomes, self.data
        context = scorable(d.context[d.context["as_of"] < at])
        rows = follow_up(self.relations, context[KEYS], settings, at)
        taught = rows.merge(d.snapshots, on=KEYS, how="left", suffixes=("", "_then"), validate="many_to_one")
        return fit_hazard(taught, d.columns, self.experiment.models.few_outcomes, self.experiment.seed)

    def curves(self, hazard: Hazard, now: Dataset, as_of: pd.Timestamp) -> pd.DataFrame:
        """Survival curves as of a date of `now`."""
        context = now.context[now.context["as_of"] == as_of]
        ahead = periods_ahead(self.relations, context[KEYS], self.experiment.outcomes)
        return survival(hazard, ahead, now.snapshots[now.snapshots["as_of"] == as_of], context)

    def forecast(self, hazard: Hazard, curves: pd.DataFrame, now: Dataset, as_of: pd.Timestamp) -> pd.DataFrame:
        """What is kept of the revenue and customers of a date of `now`, given their survival curves, with intervals."""
        standing = self._quarters(now.context[now.context["as_of"] == as_of])
        curve = curves.pivot(index="account_id", columns="period_end", values="survival")
        for quarter, days in enumerate(DAYS, start=1):
            standing[f"survival_{quarter}"] = standing["account_id"].map(curve[days])
        return forecast(standing, self._movements(as_of), hazard.level, self.experiment.seed)

    def actual(self, as_of: pd.Timestamp, days: int, until: pd.Timestamp) -> dict[str, float]:
        """What became of the customers of a date so many days later, as known at `until`; empty if that is open."""
        if self.settles(as_of, days) > until:
            return {}
        rows = self._standing(self.data.context[self.data.context["as_of"] == as_of])
        rows = self._after(rows, days, until)
        found = retained(rows["arr"].to_numpy(), rows["arr_after"].to_numpy(), rows["stayed"].to_numpy())
        return dict(zip((*MONEY, LOGOS), found, strict=True))

    def settles(self, as_of: Moments, days: int) -> Moments:
        """When it is known who has left so many days after a date."""
        return as_of + pd.Timedelta(days=days + silence_days(self.experiment.outcomes))

    def _standing(self, context: pd.DataFrame) -> pd.DataFrame:
        rows = context.loc[context["eligible"].astype(bool), [*KEYS, "arr"]].astype({"arr": "float64"})
        return rows.reset_index(drop=True)

    def _quarters(self, context: pd.DataFrame) -> pd.DataFrame:
        """Eligible accounts with group_1 and group_2: the months of a term that ends in the quarter; 0: none does."""
        rows = self._standing(context)
        ahead = periods_ahead(self.relations, rows[KEYS], self.experiment.outcomes)
        for quarter, days in enumerate(DAYS, start=1):
            inside = ahead[(ahead["closes"] <= days) & (ahead["closes"] > days - DAYS[0])]
            longest = inside.groupby(KEYS)["term_months"].max().rename(f"group_{quarter}").reset_index()
            rows = rows.merge(longest, on=KEYS, how="left", validate="one_to_one")
        return rows

    def _after(self, rows: pd.DataFrame, days: int, at: pd.Timestamp) -> pd.DataFrame:
        """Rows with arr_after and stayed, so many days later, as known at a moment."""
        gone = departures(self.relations, rows[KEYS], self.experiment.outcomes, at)
        rows = rows.merge(gone, on=KEYS, how="left", validate="one_to_one")
        rows["stayed"] = ~(rows.pop("left_at") <= rows["as_of"] + pd.Timedelta(days=days))
        if self.experiment.outcomes.mode != "contract":
            return rows.assign(arr_after=float("nan"))
        money = arr_after(self.relations["subscriptions"], rows[KEYS], days, at)
        return rows.merge(money, on=KEYS, validate="one_to_one")

    def _movements(self, at: pd.Timestamp) -> pd.DataFrame:
        """account_id, group, ratio of accounts that stayed, over past quarters settled at a moment."""
        context, days = self.data.context, DAYS[0]
        settled = context[self.settles(context["as_of"], days) <= at]
        some = settled[settled["as_of"].isin(a_quarter_apart(settled["as_of"])) & (settled["arr"] > 0)]
        if some.empty:
            return pd.DataFrame({"account_id": [], "group": [], "ratio": []})
        rows = self._after(self._quarters(some), days, at)
        rows = rows[rows["stayed"]]
        return pd.DataFrame(
            {"account_id": rows["account_id"], "group": rows["group_1"], "ratio": rows["arr_after"] / rows["arr"]}
        )
