"""Who was listed, in which arm, and whether a person did step in: what every effect is estimated from."""

from dataclasses import dataclass

import pandas as pd

from leadline.problem import Problem

ARMS = ("treat", "holdout")
FACTS = ["play", "cause", "tier", "stage"]
UNITS = ["account_id", "listed_as_of", "arm", *FACTS, "contacted", "exempt"]
TIME_TO_CALL = pd.Timedelta(days=28)  # after which an account in the treat arm that nobody called counts as missed
SAME_LISTING = pd.Timedelta(weeks=12)


class NoHoldout(Problem):
    """Everybody listed was to be treated, so that nothing can be proven."""


@dataclass(frozen=True)
class Trial:
    """A randomised trial of stepping in.

    - `units`: a row an account, at its first listing: account_id, listed_as_of, arm, play, cause, tier, stage (as they
      were then), contacted (whether an intervention was started within 12 weeks).
    - `exempt`: how many accounts were left out, for their tier is never held out.
    - `mismatches`: accounts by what went otherwise than drawn: treated_in_holdout, never_contacted, told_otherwise.
    """

    units: pd.DataFrame
    exempt: int
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
    table of interventions; accounts that only it knows are taken with the arm it names. `context` (account_id, as_of,
    tier, stage) gives these facts, of the newest date up to the listing,
    where nothing else does. `tiers` are exempt from the holdout. Raises a Problem where
    there is nobody, an account is told in two arms, or an arm is empty.
    """
    _refuse_two_arms(told)
    units = _units(drawn, told, context)
    if units.empty:
        raise Problem(
            "Nobody has been listed yet: there are neither lists nor interventions to estimate an effect from. Publish "
            "lists, and bring back what the team did as the table interventions."
        )
    exempt = units["exempt"] | units["tier"].isin(tiers)
    compared = units[~exempt].reset_index(drop=True)
    _refuse_empty_arm(compared)
    return Trial(compared[UNITS[:-1]], int(exempt.sum()), _mismatches(compared, told, at))


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


def _units(drawn: pd.DataFrame, told: pd.DataFrame, context: pd.DataFrame) -> pd.DataFrame:
    """A row for each account that was ever listed, at its first listing."""
    facts = context[["account_id", "as_of", "tier", "stage"]].sort_values("as_of", kind="stable")
    only_told = told[~told["account_id"].isin(drawn["account_id"])]
    first = only_told.sort_values(["listed_as_of", "account_id"], kind="stable").drop_duplicates("account_id")
    # a CRM may write a date of its own, so the newest facts up to it count
    first = pd.merge_asof(first, facts, left_on="listed_as_of", right_on="as_of", by="account_id").assign(exempt=False)
    columns = ["account_id", "listed_as_of", "arm", *FACTS, "exempt"]
    both = pd.concat([drawn[columns], first[columns]], ignore_index=True)
    both = both.assign(exempt=both["exempt"].astype(bool), contacted=_contacted(both, told))
    return both.sort_values(["listed_as_of", "account_id"], kind="stable", ignore_index=True)[UNITS]


def _contacted(units: pd.DataFrame, told: pd.DataFrame) -> pd.Series:
    """Whether an intervention was started within 12 weeks of the first listing."""
    pairs = units[["account_id", "listed_as_of"]].merge(told[["account_id", "started_at"]], on="account_id")
    after = pairs["started_at"] - pairs["listed_as_of"]
    began = pairs.loc[(after >= pd.Timedelta(0)) & (after < SAME_LISTING), "account_id"]
    return units["account_id"].isin(began)


def _mismatches(units: pd.DataFrame, told: pd.DataFrame, at: pd.Timestamp) -> dict[str, int]:
    """How many accounts were treated otherwise than drawn, or told in another arm."""
    treat, overdue = units["arm"] == "treat", units["listed_as_of"] + TIME_TO_CALL <= at
    named = units[["account_id", "arm"]].merge(told[["account_id", "arm"]].drop_duplicates(), on="account_id")
    return {
        "treated_in_holdout": int((~treat & units["contacted"]).sum()),
        "never_contacted": int((treat & ~units["contacted"] & overdue).sum()),
        "told_otherwise": int((named["arm_x"] != named["arm_y"]).sum()),
    }
