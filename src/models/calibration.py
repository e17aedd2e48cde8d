"""From margins (log-odds up to scale) to probabilities: Platt's two numbers."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize
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


IDENTITY = Calibration()
FAR = 50.0  # log-odds, beyond any that occur


@dataclass(frozen=True)
class Prior:
    """Standard deviations of log(slope) and of the intercept about the identity (slope 1, intercept 0)."""

    log_slope: float
    intercept: float


LOG_ODDS = Prior(0.3, 0.5)  # of a model, whose margins are log-odds already: little may change
SCORE = Prior(2.0, 10.0)  # of a rule, whose scale means nothing


def fit_calibration(margin: Floats, observed: Floats, prior: Prior, weight: float = 1.0) -> Calibration:
    """Platt scaling (1999) by penalised likelihood, each row counted `weight` times.

    The prior keeps the slope positive, and both numbers finite where outcomes are few or all alike.
    """

    doubt = np.array([prior.log_slope, prior.intercept])

    def loss(theta: Floats) -> tuple[float, Floats]:
        stretched = np.exp(theta[0]) * margin
        log_odds = theta[1] + stretched
        value = weight * (np.logaddexp(0.0, log_odds) - observed * log_odds).sum() + ((theta / doubt) ** 2).sum() / 2
        residual = weight * (expit(log_odds) - observed)
        return float(value), np.array([residual @ stretched, residual.sum()]) + theta / doubt**2

    found = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(-6, 4), (-20, 20)])
    return Calibration(float(np.exp(found.x[0])), float(found.x[1]))


def anchored(slope: float, margin: Floats, share: float) -> Calibration:
    """The slope that later rows asked for, at the level of all rows: their mean chance is `share`.

    The later rows' own intercept would count a shift of level twice, for these rows are learned from now.
    """
    found = brentq(lambda intercept: expit(intercept + slope * margin).mean() - share, -FAR, FAR)
    return Calibration(slope, float(found))


def row_losses(probability: Floats, observed: Floats) -> Floats:
    """Negative log-likelihood of each row."""
    p = np.clip(probability, 1e-9, 1 - 1e-9)
    return -(observed * np.log(p) + (1 - observed) * np.log1p(-p))


def smoothed_rate(observed: Floats) -> float:
    """Share of positives with half a count added to either side, so that it is never 0 or 1."""
    return float((observed.sum() + 0.5) / (len(observed) + 1))
