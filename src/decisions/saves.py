"""What share of leavers stepping in saves: assumed at first, then measured against the accounts held out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.decisions.wording import Language, joined, percent, say
from leadline.experiment import Outcomes

FEWEST = 30  # settled accounts in either arm, below which nothing is measured
FEWEST_LEAVERS = 5
ASSUMED = 10.0  # leavers held out that the assumption is worth
SAVE_RATE = "save_rate"


@dataclass(frozen=True)
class Saves:
    """The save rate to reckon with, and what it rests on: settled accounts listed and how many left, by arm."""

    rate: float
    assumed: float
    treated: int
    treated_left: int
    held_out: int
    held_out_left: int

    def sentence(self, language: Language) -> str:
        """The rate and why."""
        counts = {name: getattr(self, name) for name in ("treated", "treated_left", "held_out", "held_out_left")}
        key = "saves" if self.measured else "saves_assumed"
        return say(key, language, rate=percent(self.rate), assumed=percent(self.assumed), **counts)

    @property
    def measured(self) -> bool:
        """Whether there are enough accounts in both arms, and leavers among those held out."""
        return min(self.treated, self.held_out) >= FEWEST and self.held_out_left >= FEWEST_LEAVERS

    def row(self, as_of: pd.Timestamp, language: Language, by_uplift: bool = False) -> pd.DataFrame:
        """As a row of thresholds; it says so where uplift by account takes its place."""
        row = {"as_of": as_of, "group": "all", "indicator": SAVE_RATE, "enter": self.rate, "exit": np.nan}
        counts = {
            "capacity": 0,
            "alerts": self.treated,
            "reached": self.treated,
            "changed_because": joined(
                [self.sentence(language), say("uplift", language) if by_uplift else ""], language
            ),
        }
        return pd.DataFrame([{**row, **counts}])


def saves(
    arms: pd.DataFrame, departures: pd.DataFrame, as_of: pd.Timestamp, outcomes: Outcomes, assumed: float
) -> Saves:
    """The save rate as known at a date, by intention to treat: 1 - share of treated that left / share of held out that
    left, both within the outcome window of their listing, between 0 and 1.

    The assumed rate weighs as much as 10 leavers held out, so that few accounts change little; below 30 settled
    accounts in either arm, or 5 leavers held out, it stands alone. `arms`: account_id, listed_as_of (first) and arm
    (treat, holdout) of the accounts that may be compared; `departures`: account_id, happened_at of those known by the
    date.
    """
    rows = arms[arms["listed_as_of"] + pd.Timedelta(days=outcomes.settled_days) <= as_of]
    left = _left(rows, departures, outcomes)
    inside = {arm: rows["arm"] == arm for arm in ("treat", "holdout")}
    counts = [int(n) for is_arm in inside.values() for n in (is_arm.sum(), (left & is_arm).sum())]
    found = Saves(assumed, assumed, *counts)
    if not found.measured:
        return found
    ratio = (found.treated_left / found.treated) / (found.held_out_left / found.held_out)
    weight = found.held_out_left / (found.held_out_left + ASSUMED)
    rate = weight * float(np.clip(1 - ratio, 0, 1)) + (1 - weight) * assumed
    return Saves(rate, assumed, *counts)


def _left(rows: pd.DataFrame, departures: pd.DataFrame, outcomes: Outcomes) -> pd.Series:
    """Whether each account listed left within the outcome window of its listing."""
    both = rows.reset_index(names="row").merge(departures, on="account_id")
    days = both["happened_at"] - both["listed_as_of"]
    inside = (days > pd.Timedelta(days=outcomes.lead_days)) & (days <= pd.Timedelta(days=outcomes.window_days))
    return pd.Series(rows.index.isin(both.loc[inside, "row"]), index=rows.index)
