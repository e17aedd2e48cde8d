"""Logistic regression with an L2 penalty, alone or correcting a plain rule: the model of few outcomes."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from leadline.models.arrays import Floats
from leadline.models.calibration import smoothed_rate

CLIP = 10.0  # standard deviations; beyond it a value says no more


@dataclass(frozen=True)
class Logistic:
    """Median imputation, a flag where values were missing in training, standardisation, and linear log-odds.

    Design columns are the inputs and then the flags (`flagged`: positions of the inputs that have one).
    """

    medians: tuple[float, ...]
    flagged: tuple[int, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def margin(self, x: Floats) -> Floats:
        """What it adds to the log-odds, one a row of inputs."""
        return self.intercept + self._terms(x).sum(axis=1)

    def shrunk(self, share: float) -> "Logistic":
        """The same with that share of what it adds."""
        weights = tuple(share * weight for weight in self.weights)
        return replace(self, weights=weights, intercept=share * self.intercept)

    def contributions(self, x: Floats) -> Floats:
        """Linear SHAP: what each input adds to the intercept, which is that of the average training row."""
        terms = self._terms(x)
        inputs = terms[:, : x.shape[1]].copy()
        inputs[:, list(self.flagged)] += terms[:, x.shape[1] :]
        return inputs

    def _terms(self, x: Floats) -> Floats:
        filled = np.where(np.isnan(x), np.array(self.medians), x)
        design = np.hstack([filled, np.isnan(x[:, list(self.flagged)]).astype(np.float64)])
        standard = (design - np.array(self.means)) / np.array(self.scales)
        return np.clip(standard, -CLIP, CLIP) * np.array(self.weights)


def fit_logistic(x: Floats, observed: Floats, start: Floats, penalty: float, directions: tuple[int, ...]) -> Logistic:
    """Fit what to add to the log-odds `start`, by maximum likelihood with penalty / 2 x squared weights.

    An input's weight keeps to its direction (+1 rising, -1 falling, 0 free), so that no reason reads backwards.
    Where labels are all alike, it adds a constant.
    """
    missing = np.isnan(x)
    medians = np.array([np.median(c[~m]) if not m.all() else 0.0 for c, m in zip(x.T, missing.T, strict=True)])
    flagged = np.flatnonzero(missing.any(axis=0) & ~missing.all(axis=0))
    design = np.hstack([np.where(missing, medians, x), missing[:, flagged].astype(np.float64)])
    means, spread = design.mean(axis=0), design.std(axis=0)
    scales = np.where(spread > 1e-12, spread, 1.0)
    standard = np.clip((design - means) / scales, -CLIP, CLIP)
    weights = _solve(standard, observed, start, penalty, (*directions, *[0] * (len(flagged) + 1)))
    arrays = (medians, means, scales, weights[:-1])
    medians_, means_, scales_, weights_ = (tuple(map(float, array)) for array in arrays)
    return Logistic(medians_, tuple(map(int, flagged)), means_, scales_, weights_, float(weights[-1]))


def _solve(standard: Floats, observed: Floats, start: Floats, penalty: float, directions: tuple[int, ...]) -> Floats:
    """Weights of the design columns, and after them the intercept, which bears no penalty.

    scikit-learn's regression knows neither bounds nor a start, hence SciPy's L-BFGS-B.
    """
    design = np.hstack([standard, np.ones((len(standard), 1))])
    first = np.append(np.zeros(standard.shape[1]), logit(smoothed_rate(observed)) - start.mean())
    if observed.min() == observed.max():
        return first

    def loss(weights: Floats) -> tuple[float, Floats]:
        log_odds, pull = start + design @ weights, penalty * np.append(weights[:-1], 0.0)
        value = np.logaddexp(0.0, log_odds).sum() - observed @ log_odds + pull @ weights / 2
        return float(value), design.T @ (expit(log_odds) - observed) + pull

    bounds = [(0 if d > 0 else None, 0 if d < 0 else None) for d in directions]
    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 1000})
    return np.asarray(found.x, dtype=np.float64)
