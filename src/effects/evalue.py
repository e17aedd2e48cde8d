"""How strong something not observed would have to be to explain an effect away: the E-value."""

from dataclasses import dataclass
from math import inf, sqrt

from leadline.effects.observational import EffectOnContacted
from leadline.problem import Problem


@dataclass(frozen=True)
class EValue:
    """Risk ratio of a contact with its interval, and the E-value of the ratio and of the limit nearest to 1.

    An E-value of 2 says: only something that goes with both the contact and the outcome by risk ratios of 2 each, over
    and above the covariates, could explain the effect away; 1: nothing is needed to.
    """

    ratio: float
    low: float
    high: float
    point: float
    limit: float


def e_value(effect: EffectOnContacted) -> EValue:
    """The E-values of an effect; the ratio is mean of the contacted / mean expected without a contact.

    The limits of the ratio are those of the effect, each taken off the mean of the contacted. A Problem where either
    mean is not above 0, for then there is no ratio.
    """
    mean, without = effect.contacted_mean, effect.counterfactual_mean
    if mean <= 0 or without <= 0:
        raise Problem(
            f"The outcome's mean is {mean:.3f} in contacted accounts and would have been {without:.3f}: without two "
            "means above 0 there is no risk ratio, and no E-value; wait for more outcomes."
        )
    low, high = (_ratio(mean, limit) for limit in (effect.estimate.low, effect.estimate.high))
    nearest = 1.0 if low <= 1 <= high else min(low, high, key=lambda limit: abs(limit - 1))
    return EValue(mean / without, low, high, of_ratio(mean / without), of_ratio(nearest))


def _ratio(mean: float, effect: float) -> float:
    return mean / (mean - effect) if mean > effect else inf


def of_ratio(ratio: float) -> float:
    """RR + sqrt(RR (RR - 1)), of 1 / RR where RR < 1 (VanderWeele & Ding 2017); a Problem where RR is not above 0."""
    if not ratio > 0:
        raise Problem(f"A risk ratio of {ratio} has no E-value; it must be above 0.")
    above = max(ratio, 1 / ratio)
    return above + sqrt(above * (above - 1))
