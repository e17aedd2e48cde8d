"""The effect of a contact where nobody was held out: contacted accounts against others like them. No proof.

It speaks the truth only if all that made the team call, and that goes with the outcome too, is among the covariates.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.effects.estimate import Estimate
from leadline.effects.foreseen import foreseen
from leadline.models.arrays import Booleans, Floats, matrix
from leadline.problem import Problem

FEWEST = 30  # accounts in either group, below which nothing is estimated
FEWEST_EVENTS = 5  # of either kind among the comparison accounts, where the outcome is 0 or 1
HIGHEST_PROPENSITY = 0.95
Z = 1.96


@dataclass(frozen=True, eq=False)
class EffectOnContacted:
    """What a contact did to those contacted, as far as adjustment can tell, all over the accounts kept.

    naive: difference in means of all contacted and all comparison accounts, before any adjustment or trimming.
    left_out: contacted accounts with no like among the others, of whom the effect does not speak; unlike:
    comparison accounts with no like among those contacted. weights: an element each account, in the order given: 1 if
    contacted, its odds of a contact if not, 0 if left out.
    """

    estimate: Estimate
    naive: float
    contacted_mean: float
    counterfactual_mean: float
    left_out: int
    unlike: int
    weights: Floats


@dataclass(frozen=True)
class Placebo:
    """The "effect" of a contact on what came before it, which can be none; passed: its interval holds 0."""

    estimate: Estimate

    @property
    def passed(self) -> bool:
        """Whether the method finds nothing where there is nothing."""
        return not self.estimate.found


def effect_on_contacted(
    accounts: pd.DataFrame, covariates: Sequence[str], outcome: str, seed: int
) -> EffectOnContacted:
    """Augmented inverse propensity weighting, cross-fitted, of the effect of a contact on the contacted (ATT).

    `accounts`: one row an account: account_id, contacted (bool), the outcome (0/1 or an amount, never missing) and the
    covariates as known at the listing (numbers or booleans; missing where unknown). Weighted residuals as in Robins,
    Rotnitzky & Zhao (1994), weights normalised; cross-fitting as in Chernozhukov et al. (2018); trimmed to the
    propensities that both groups have, at most 0.95 (after Crump et al. 2009). The 95% interval comes from the
    influence function. A Problem where too few accounts, or too few alike, are left.
    """
    table = _in_order(accounts, outcome)
    contacted, observed = table["contacted"].to_numpy(dtype=bool), table[outcome].to_numpy(dtype=np.float64)
    _refuse_few(contacted, observed, "")
    propensity, expected = foreseen(matrix(table, covariates), contacted, observed, seed)
    kept = overlapping(propensity, contacted)
    _refuse_few(contacted[kept], observed[kept], " with a like in the other group")
    weights = np.where(kept, np.where(contacted, 1.0, propensity / (1 - propensity)), 0.0)
    estimate = augmented(observed[kept], contacted[kept], propensity[kept], expected[kept])
    mean = float(observed[kept & contacted].mean())
    return EffectOnContacted(
        estimate=estimate,
        naive=float(observed[contacted].mean() - observed[~contacted].mean()),
        contacted_mean=mean,
        counterfactual_mean=mean - estimate.value,
        left_out=int((contacted & ~kept).sum()),
        unlike=int((~contacted & ~kept).sum()),
        weights=_as_given(weights, table["account_id"], accounts["account_id"]),
    )


def placebo_check(accounts: pd.DataFrame, covariates: Sequence[str], outcome: str, seed: int) -> Placebo:
    """The same method on an outcome from before the contact, which no covariate reads: it should find nothing.

    Such as usage in a period that ended 16 weeks before the listing. What it finds is left by differences between
    the groups that the covariates do not tell.
    """
    return Placebo(effect_on_contacted(accounts, covariates, outcome, seed).estimate)


def overlapping(propensity: Floats, contacted: Booleans) -> Booleans:
    """Accounts whose propensity lies in the range that both groups have, and is at most 0.95."""
    groups = (propensity[contacted], propensity[~contacted])
    low, high = max(group.min() for group in groups), min(group.max() for group in groups)
    return np.asarray((propensity >= low) & (propensity <= min(high, HIGHEST_PROPENSITY)))


def augmented(observed: Floats, contacted: Booleans, propensity: Floats, expected: Floats) -> Estimate:
    """Mean residual of the contacted less that of the others, these weighted by their odds of a contact.

    residual: outcome less what is expected without a contact. Right if either the propensities or the expected
    outcomes are. The interval is that of the influence function of this difference of two weighted means.
    """
    residual, odds = observed - expected, np.where(contacted, 0.0, propensity / (1 - propensity))
    of_contacted, of_others = residual[contacted].mean(), np.average(residual, weights=odds)
    influence = contacted * (residual - of_contacted) / contacted.mean() - odds * (residual - of_others) / odds.mean()
    value, margin = of_contacted - of_others, Z * influence.std(ddof=1) / np.sqrt(len(residual))
    n = int(contacted.sum())
    return Estimate(float(value), float(value - margin), float(value + margin), n, len(residual) - n)


def _in_order(accounts: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """The rows by account, so that their order changes nothing; a Problem where they are not what they should be."""
    twice = accounts.loc[accounts["account_id"].duplicated(), "account_id"]
    if len(twice):
        raise Problem(f"Account {twice.iloc[0]} is there twice; give one row an account, such as its first contact.")
    if accounts[outcome].isna().any():
        raise Problem(
            f"{int(accounts[outcome].isna().sum())} of {len(accounts)} accounts have no {outcome}; leave out those "
            "whose outcome is not known yet."
        )
    return accounts.sort_values("account_id", kind="stable", ignore_index=True)


def _as_given(values: Floats, ordered: pd.Series, given: pd.Series) -> Floats:
    return np.asarray(pd.Series(values, ordered).reindex(given), dtype=np.float64)


def _refuse_few(contacted: Booleans, outcome: Floats, which: str) -> None:
    for n, group in ((int(contacted.sum()), "contacted"), (int((~contacted).sum()), "not contacted")):
        if n < FEWEST:
            raise Problem(
                f"{n} accounts {group}{which}: an effect needs {FEWEST} at least in either group; wait for more, "
                "or hold some out at random, the only way to know where all are contacted."
            )
    alone = outcome[~contacted]
    rarest = min((alone == 0).sum(), (alone == 1).sum())
    if np.isin(outcome, (0, 1)).all() and rarest < FEWEST_EVENTS:
        raise Problem(
            f"Of {len(alone)} accounts not contacted{which}, {int(rarest)} had one of the two outcomes: an effect "
            f"needs {FEWEST_EVENTS}; wait for more, or take a longer outcome window."
        )
