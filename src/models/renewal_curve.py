"""What renewal number and calendar alone say of churn: the shifted-beta-geometric model of contract renewal.

Fader and Hardie (2007), "How to project customer retention", Journal of Interactive Marketing 21(1). Each account
renews with a chance of its own, drawn from a beta distribution; those who stay are the loyal ones, so the chance of
leaving at the t-th term end is alpha / (alpha + beta + t - 1), falling with t.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import logit

from leadline.models.arrays import Floats, matrix
from leadline.models.calibration import smoothed_rate

NEEDS = ("due_for_renewal", "renewals")


@dataclass(frozen=True)
class RenewalCurve:
    """Alpha and beta of accounts due for renewal, and the flat chance of those not due."""

    alpha: float
    beta: float
    not_due: float

    def probability(self, frame: pd.DataFrame) -> Floats:
        """Chance that cover ends inside the window, from due_for_renewal and renewals (those so far)."""
        due, renewals = matrix(frame, NEEDS).T
        return np.where(due > 0, leaving(self.alpha, self.beta, renewals + 1), self.not_due)

    def log_odds(self, frame: pd.DataFrame) -> Floats:
        """The same as log-odds."""
        return np.asarray(logit(np.clip(self.probability(frame), 1e-6, 1 - 1e-6)), dtype=np.float64)


def leaving(alpha: float, beta: float, term_end: Floats) -> Floats:
    """Chance of leaving at the t-th term end (t = 1, 2, ...), given that the account has come so far."""
    return alpha / (alpha + beta + term_end - 1)


def fit_renewal_curve(frame: pd.DataFrame, observed: Floats) -> RenewalCurve:
    """Maximum likelihood of alpha and beta on the rows due for renewal; smoothed share of the others."""
    due, renewals = matrix(frame, NEEDS).T
    rest = smoothed_rate(observed[due == 0])
    if not (due > 0).any():
        return RenewalCurve(1.0, 1.0 / rest - 1.0, rest)
    return RenewalCurve(*_likeliest(renewals[due > 0] + 1, observed[due > 0]), rest)


def _likeliest(term_end: Floats, left: Floats) -> tuple[float, float]:
    def loss(theta: Floats) -> float:
        alpha, beta = np.exp(theta)
        p = leaving(alpha, beta, term_end)
        return float(-(left * np.log(p) + (1 - left) * np.log1p(-p)).sum())

    start = np.log([1.0, 1.0 / smoothed_rate(left) - 1.0])
    found = minimize(loss, start, method="L-BFGS-B", bounds=[(-8, 8), (-8, 12)])
    alpha, beta = np.exp(found.x)
    return float(alpha), float(beta)
