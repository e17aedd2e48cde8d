"""From margins (log-odds up to scale) to probabilities: Platt's two numbers."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from leadline.models.arrays import Floats


@dataclass(frozen=True)
class Calibration:
    """Log-odds = intercept + slope x margin; the slope is positive, so accounts keep their order."""

    slope: float = 1.0
    intercept: float = 0.0

    def log_odds(self, margin: Floats) -> Floats:
        """Calibrated log-odds of margins."""
        return self.intercept + self.slope * margin

    def probability(self, margin: Floats) -> Floats:
        """Calibrated probabilities of margins."""
        return np.asarray(expit(self.log_odds(margin)), dtype=np.float64)


def fit_calibration(margin: Floats, observed: Floats) -> Calibration:
    """Platt scaling (1999) by penalised likelihood: weak normal priors on log(slope) and on the intercept.

    The priors keep the slope positive and both finite where outcomes are few or all alike.
    """

    def loss(theta: Floats) -> float:
        log_odds = theta[1] + np.exp(theta[0]) * margin
        nll = np.logaddexp(0.0, log_odds) - observed * log_odds
        return float(nll.sum() + theta[0] ** 2 / 8 + theta[1] ** 2 / 200)

    found = minimize(loss, np.zeros(2), method="L-BFGS-B", bounds=[(-6, 4), (-20, 20)])
    return Calibration(float(np.exp(found.x[0])), float(found.x[1]))


def log_loss(probability: Floats, observed: Floats) -> float:
    """Mean negative log-likelihood of probabilities."""
    p = np.clip(probability, 1e-9, 1 - 1e-9)
    return float(-np.mean(observed * np.log(p) + (1 - observed) * np.log1p(-p)))
