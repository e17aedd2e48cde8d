"""Logistic regression with an L2 penalty: the few-outcomes model, and the steady half of a blend."""

from dataclasses import dataclass

import numpy as np
from scipy.special import logit
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from leadline.models.arrays import Floats

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
        """Log-odds of rows x inputs."""
        return self.intercept + self._terms(x).sum(axis=1)

    def contributions(self, x: Floats) -> Floats:
        """Linear SHAP: what each input adds to the log-odds of the average training row (the intercept)."""
        terms = self._terms(x)
        inputs = terms[:, : x.shape[1]].copy()
        inputs[:, list(self.flagged)] += terms[:, x.shape[1] :]
        return inputs

    def _terms(self, x: Floats) -> Floats:
        filled = np.where(np.isnan(x), np.array(self.medians), x)
        design = np.hstack([filled, np.isnan(x[:, list(self.flagged)]).astype(np.float64)])
        standard = (design - np.array(self.means)) / np.array(self.scales)
        return np.clip(standard, -CLIP, CLIP) * np.array(self.weights)


def fit_logistic(x: Floats, observed: Floats, penalty: float) -> Logistic:
    """Fit by maximum likelihood with penalty / 2 x squared weights; the base rate alone where labels are all alike."""
    missing = np.isnan(x)
    medians = np.array([np.median(c[~m]) if not m.all() else 0.0 for c, m in zip(x.T, missing.T, strict=True)])
    flagged = np.flatnonzero(missing.any(axis=0) & ~missing.all(axis=0))
    design = np.hstack([np.where(missing, medians, x), missing[:, flagged].astype(np.float64)])
    means, spread = design.mean(axis=0), design.std(axis=0)
    scales = np.where(spread > 1e-12, spread, 1.0)
    standard = np.clip((design - means) / scales, -CLIP, CLIP)
    weights, intercept = _solve(standard, observed, penalty)
    arrays = (medians, means, scales, weights)
    medians_, means_, scales_, weights_ = (tuple(map(float, array)) for array in arrays)
    return Logistic(medians_, tuple(map(int, flagged)), means_, scales_, weights_, intercept)


def _solve(standard: Floats, observed: Floats, penalty: float) -> tuple[Floats, float]:
    if observed.min() == observed.max():
        return np.zeros(standard.shape[1]), float(logit(smoothed_rate(observed)))
    with threadpool_limits(1):  # as with the trees, threads would wait longer than they work
        model = LogisticRegression(C=1 / penalty, max_iter=2000, tol=1e-6).fit(standard, observed)
    return model.coef_[0], float(model.intercept_[0])


def smoothed_rate(observed: Floats) -> float:
    """Share of positives with half a count added to either side, so that it is never 0 or 1."""
    return float((observed.sum() + 0.5) / (len(observed) + 1))
