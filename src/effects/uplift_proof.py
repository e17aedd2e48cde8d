"""Whether effects differ from account to account so surely that lists may rank by them."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from leadline.effects.estimate import Estimate
from leadline.effects.measures import Measured
from leadline.effects.regression import longer_at_any_time
from leadline.effects.trial import Trial
from leadline.effects.uplift import UpliftModel, cross_fitted_uplift, fit_uplift
from leadline.effects.uplift_curves import (
    Heterogeneity,
    gain_difference,
    heterogeneity,
    policy_curve,
    qini,
    uplift_at_k,
    with_interval,
)
from leadline.models.arrays import Floats

FEWEST = 100  # accounts in either arm, below which uplift by account is not tried
TOP = 0.3  # the share of accounts at which uplift@k, and one order beside another, are judged
DRAWS = 400
NUMBERS = ("p", "arr", "days_to_term_end", "tenure")
KINDS = ("play", "cause", "stage", "tier")
Measurement = TypeVar("Measurement", Estimate, Heterogeneity)


@dataclass(frozen=True)
class UpliftProof:
    """Uplift by account put to the test on accounts its models had not seen.

    verdict: too_few (not tried), none_found, found (effects differ, but ranking by value is as good), proven (ranking
    by uplift keeps more than ranking by value). It is looked at every week, so the intervals of slope, more_than_value
    and more_than_risk are widened to hold at all looks together. The rest is None where it was not tried: curve
    (policy, share, n, gain, low, high), model (of all accounts).
    """

    verdict: str
    fewest: int
    slope: Heterogeneity | None = None
    qini: Estimate | None = None
    at_k: Estimate | None = None
    more_than_value: Estimate | None = None
    more_than_risk: Estimate | None = None
    curve: pd.DataFrame | None = None
    model: UpliftModel | None = None


def uplift_proof(trial: Trial, churn: Measured, before: pd.DataFrame, seed: int) -> UpliftProof:
    """The test on staying (1 - churn), which a play is first taken to change in proportion to the chance of churn.

    Orders are judged by the ARR they keep, by accounts where no money is known. `before`: what was known of the trial's
    units at listing, in their order.
    """
    treated = trial.treated.to_numpy(dtype=bool)[churn.units]
    fewest = int(min(treated.sum(), (~treated).sum()))
    if fewest < FEWEST:
        return UpliftProof("too_few", fewest)
    known = before.iloc[churn.units].reset_index(drop=True)
    facts = trial.units[list(KINDS)].iloc[churn.units].reset_index(drop=True)
    x, stayed = inputs(known.drop(columns=[*KINDS], errors="ignore").join(facts)), 1 - churn.y
    uplift = cross_fitted_uplift(x, stayed, treated, seed, "p")
    share, worth, risk = float(treated.mean()), _worth(known), np.nan_to_num(x["p"].to_numpy(dtype=np.float64))
    longer = longer_at_any_time(len(stayed))
    slope = widened(heterogeneity(stayed, uplift, treated, share), longer)
    orders = {"risk": risk, "value": risk * worth, "uplift": uplift * worth}

    def more_than(other: str) -> Estimate:
        each = orders["uplift"], orders[other]
        return widened(gain_difference(worth * stayed, treated, *each, TOP, share, seed, DRAWS), longer)

    beside_value = more_than("value")
    return UpliftProof(
        verdict="none_found" if not slope.found else "proven" if beside_value.low > 0 else "found",
        fewest=fewest,
        slope=slope,
        qini=with_interval(qini, stayed, uplift, treated, seed, DRAWS),
        at_k=with_interval(partial(uplift_at_k, k=TOP), stayed, uplift, treated, seed, DRAWS),
        more_than_value=beside_value,
        more_than_risk=more_than("risk"),
        curve=policy_curve(worth * stayed, treated, orders, share, seed, draws=DRAWS),
        model=fit_uplift(x, stayed, treated, seed, "p"),
    )


def widened(found: Measurement, longer: float) -> Measurement:
    """The same number with an interval so many times as long to either side."""
    low, high = (found.value + longer * (end - found.value) for end in (found.low, found.high))
    return replace(found, low=low, high=high)


def inputs(known: pd.DataFrame) -> pd.DataFrame:
    """What uplift is learned from: few numbers, for effects are faint, and a flag for each play, cause, stage and tier.

    `known`: account_id and NUMBERS (missing ones are taken as unknown) and KINDS.
    """
    numbers = known.reindex(columns=list(NUMBERS)).astype("float64")
    flags = pd.get_dummies(known[list(KINDS)].astype("object"), prefix_sep="=", dtype="float64")
    return numbers.join(flags)


def like(model: UpliftModel, x: pd.DataFrame) -> pd.DataFrame:
    """Inputs with just the columns of a model; a flag that nobody has is 0."""
    return x.reindex(columns=list(model.columns), fill_value=0.0)


def told(proof: UpliftProof) -> dict[str, Any]:
    """The verdict in numbers, for a file."""
    found = {name: getattr(proof, name) for name in ("slope", "qini", "at_k", "more_than_value", "more_than_risk")}
    return {"verdict": proof.verdict, "fewest": proof.fewest, "needed": FEWEST, "top": TOP} | {
        name: vars(value) for name, value in found.items() if value is not None
    }


def _worth(known: pd.DataFrame) -> Floats:
    """ARR, the median where it is unknown; 1 each where no money is known."""
    arr = known["arr"].astype("float64")
    return np.asarray(arr.fillna(arr.median()) if arr.notna().any() else np.ones(len(arr)), dtype=np.float64)
