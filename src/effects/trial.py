"""Who was listed, in which arm, and whether a person did step in: what every effect is estimated from."""

from dataclasses import dataclass

import pandas as pd

from leadline.decisions.arms import compared
from leadline.problem import Problem

FACTS = ["play", "cause", "tier", "stage"]
UNITS = ["account_id", "listed_as_of", "arm", *FACTS, "share", "contacted", "days_to_contact", "exempt"]
TIME_TO_CALL = pd.Timedelta(days=28)  # after which an account in the treat arm that nobody called counts as missed
SAME_LISTING = 84  # days after a listing within which a contact belongs to it


class NoHoldout(Problem):
    """Everybody listed was to be treated, so that nothing can be proven."""


@dataclass(frozen=True)
class Trial:
    """A randomised trial of stepping in.

    - `units`: a row an account, at its first listing: account_id, listed_as_of, arm, play, cause, tier, stage (as they
      were then), share (held out when its arm was drawn; NaN where it is not known), contacted (whether an intervention
      was started within 12 weeks), days_to_contact (NaN without one).
    - `exempt`: how many accounts were left out, for their tier is never held out; `not_drawn`: how many, for nobody
      drew their arm: the team's own, and those listed while nobody was held out.
    - `mismatches`: accounts by what went otherwise than drawn: treated_in_holdout, never_contacted, told_otherwise.
    """

    units: pd.DataFrame
    exempt: int
    not_drawn: int
    mismatches: dict[str, int]

    @property
    def treated(self) -> "pd.Series[bool]":
        """Which units are in the treat arm."""
        return self.units["arm"] == "treat"


def trial(
    drawn: pd.DataFrame, told: pd.DataFrame, context: pd.DataFrame, tiers: tuple[str, ...], at: pd.Timestamp
) -> Trial:
    """The trial as known at a moment.

    `drawn`: the arms that lists drew (see `decisions.arms.drawn`); it rules where it knows an account. `told`: the
    table of interventions, its listed_as_of weekly as-of dates; accounts that only it knows are taken with the arm it
    names, if they were listed before any list drew (see `decisions.arms.compared`). `context` (account_id, as_of,
    tier, stage) gives these facts where nothing else does. `tiers` are exempt from the holdout. Raises a Problem where
    there is nobody, an account is told in two arms, or an arm is empty.
    """
    only_told = told[~told["account_id"].isin(drawn["account_id"])]
    _refuse_two_arms(only_told)
    units = _units(drawn, only_told, told, context)
    if units.empty:
        raise Problem(
            "Nobody has been listed yet: there are neither lists nor interventions to estimate an effect from. Publish "
            "lists, and bring back what the team did as the table interventions."
        )
    told_exempt = units["tier"].isin(tiers) & ~units["account_id"].isin(drawn["account_id"])
    units = units.assign(exempt=units["exempt"] | told_exempt)
    own = compared(units).reset_index(drop=True)
    _refuse_empty_arm(own if len(own) else units)
    exempt = int(units["exempt"].sum())
    return Trial(own[UNITS[:-1]], exempt, len(units) - exempt - len(own), _mismatches(own, told, at))


def _refuse_two_arms(told: pd.DataFrame) -> None:
    arms = told.groupby("account_id", sort=True)["arm"].nunique()
    both = arms.index[arms > 1]
    if len(both):
        raise Problem(
            f"interventions, column arm: {len(both)} accounts stand in both arms, first {both[0]}. An effect compares "
            "accounts that stay in the arm they were drawn into; write the arm of the first listing in all their rows."
        )


def _refuse_empty_arm(units: pd.DataFrame) -> None:
    counts = units["arm"].value_counts()
    if counts.get("holdout", 0) == 0:
        raise NoHoldout(
            f"All {len(units)} accounts listed were to be treated, so nothing says what would have happened without. "
            "Set holdout_share in the experiment, 0.2 say: from then on there is something to compare with."
        )
    if counts.get("treat", 0) == 0:
        raise Problem(
            f"All {len(units)} accounts listed are held out, so there is no effect to see. Check the column arm of the "
            "table interventions, and holdout_share in the experiment."
        )


def _units(drawn: pd.DataFrame, only_told: pd.DataFrame, told: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """A row for each account that was ever listed, at its first listing."""
    facts = context[["account_id", "as_of", "tier", "stage"]].rename(columns={"as_of": "listed_as_of"})
    first = only_told.sort_values(["listed_as_of", "account_id"], kind="stable").drop_duplicates("account_id")
    first = first.merge(facts, on=["account_id", "listed_as_of"], how="left")
    first = first.assign(exempt=False, share=float("nan"))
    columns = ["account_id", "listed_as_of", "arm", *FACTS, "share", "exempt"]
    both = pd.concat([drawn[columns], first[columns]], ignore_index=True)
    days = _days_to_contact(both, told)
    both = both.assign(exempt=both["exempt"].astype(bool), contacted=days < SAME_LISTING, days_to_contact=days)
    return both.sort_values(["listed_as_of", "account_id"], kind="stable", ignore_index=True)[UNITS]


def _days_to_contact(units: pd.DataFrame, told: pd.DataFrame) -> pd.Series:
    """Days from the first listing to the first intervention after it; one on the same day, written as its midnight
    anywhere on earth, counts."""
    pairs = units[["account_id", "listed_as_of"]].merge(told[["account_id", "started_at"]], on="account_id")
    days = (pairs["started_at"] - pairs["listed_as_of"]).dt.total_seconds() / 86_400
    first = days[days > -1].clip(lower=0).groupby(pairs["account_id"]).min()
    return units["account_id"].map(first).astype("float64")


def _mismatches(units: pd.DataFrame, told: pd.DataFrame, at: pd.Timestamp) -> dict[str, int]:
    """How many accounts were treated otherwise than drawn, or told in another arm."""
    treat, overdue = units["arm"] == "treat", units["listed_as_of"] + TIME_TO_CALL <= at
    named = units[["account_id", "arm"]].merge(told[["account_id", "arm"]].drop_duplicates(), on="account_id")
    return {
        "treated_in_holdout": int((~treat & units["contacted"]).sum()),
        "never_contacted": int((treat & ~units["contacted"] & overdue).sum()),
        "told_otherwise": int((named["arm_x"] != named["arm_y"]).sum()),
    }
