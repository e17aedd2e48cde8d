"""Metrics of chances against outcomes, for many row weights at once (draws x rows), so that intervals are cheap."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit

from leadline.experiment import Value
from leadline.models.arrays import Floats
from leadline.models.calibration import row_losses

TENTH = 0.1
BINS = 10
STEPS = 25
LARGEST = 20.0


@dataclass(frozen=True)
class Sample:
    """One model's chances `p` and what was observed, with ARR (NaN where unknown); the shares of each row that lie
    in the top tenth of its date, and within the capacity of its date (ties at the edge share it); and what following
    the account was worth, in money (NaN where unknown)."""

    p: Floats
    observed: Floats
    arr: Floats
    tenth: Floats
    listed: Floats
    worth: Floats


def sample(
    p: Floats, observed: Floats, arr: Floats, as_of: pd.Series, capacity: int, value: Value | None = None
) -> Sample:
    """A sample whose lists are drawn date by date; without `value` nothing is said of what following is worth."""
    worth = observed * arr * value.save_rate - value.cost if value else np.full(len(p), np.nan)
    return Sample(p, observed, arr, *lists(p, as_of, capacity), worth)


def lists(p: Floats, as_of: pd.Series, capacity: int) -> tuple[Floats, Floats]:
    """The shares of each row that lie in the top tenth, and within the capacity, of its date."""
    tenth, listed = np.zeros(len(p)), np.zeros(len(p))
    for where in as_of.groupby(as_of).indices.values():
        tenth[where] = top(p[where], TENTH * len(where))
        listed[where] = top(p[where], capacity)
    return tenth, listed


def top(score: Floats, places: float) -> Floats:
    """The share of each row that is among the `places` highest scores; rows tied at the edge share what is left."""
    if places <= 0:
        return np.zeros(len(score))
    if places >= len(score):
        return np.ones(len(score))
    edge = np.sort(score)[::-1][int(np.ceil(places)) - 1]
    above, tied = score > edge, score == edge
    return above + tied * (places - above.sum()) / tied.sum()


def auc(s: Sample, weights: Floats) -> Floats:
    """Chance that a positive outranks a negative; ties count half."""
    positives, rows = _cumulated(s, weights)
    negatives = rows - positives
    steps, middle = np.diff(negatives, prepend=0.0), positives - np.diff(positives, prepend=0.0) / 2
    return _over((steps * middle).sum(axis=1), positives[:, -1] * negatives[:, -1])


def average_precision(s: Sample, weights: Floats) -> Floats:
    """Precision averaged over the positives in order of score, rows of equal score taken together."""
    positives, rows = _cumulated(s, weights)
    precision = np.nan_to_num(_over(positives, rows))
    return _over((np.diff(positives, prepend=0.0) * precision).sum(axis=1), positives[:, -1])


def brier(s: Sample, weights: Floats) -> Floats:
    """Mean squared difference of chance and outcome."""
    return _mean((s.p - s.observed) ** 2, weights)


def log_loss(s: Sample, weights: Floats) -> Floats:
    """Mean negative log-likelihood."""
    return _mean(row_losses(s.p, s.observed), weights)


def ece(s: Sample, weights: Floats) -> Floats:
    """Expected calibration error: |chance - share observed| over ten bins of equal count, averaged by size."""
    edges = np.quantile(s.p, np.linspace(0, 1, BINS + 1)[1:-1])
    bins = np.searchsorted(edges, s.p, side="left")
    gaps = np.array([np.abs(weights @ np.where(bins == b, s.p - s.observed, 0.0)) for b in range(BINS)])
    return _over(gaps.sum(axis=0), weights.sum(axis=1))


def calibration_slope(s: Sample, weights: Floats) -> Floats:
    """Slope of a logistic regression of the outcome on the log-odds: below 1, chances are too extreme."""
    return _recalibrated(s, weights, np.ones(2))[:, 1]


def calibration_intercept(s: Sample, weights: Floats) -> Floats:
    """Calibration in the large: the constant that log-odds lack (slope held at 1); above 0, chances are too low."""
    return _recalibrated(s, weights, np.array([1.0, 0.0]))[:, 0]


def lift_10(s: Sample, weights: Floats) -> Floats:
    """Share of positives in the top tenth of each date over the share in all."""
    return _over(_over(weights @ (s.tenth * s.observed), weights @ s.tenth), _mean(s.observed, weights))


def precision_at_capacity(s: Sample, weights: Floats) -> Floats:
    """Share of positives among the accounts the team can follow, the highest of each date."""
    return _over(weights @ (s.listed * s.observed), weights @ s.listed)


def arr_captured_at_capacity(s: Sample, weights: Floats) -> Floats:
    """Share of the positives' ARR that is within capacity; undefined where no ARR is known."""
    at_stake = np.nan_to_num(s.arr) * s.observed
    return _over(weights @ (s.listed * at_stake), weights @ at_stake)


def expected_maximum_profit(s: Sample, weights: Floats) -> Floats:
    """Money a year that following the best-ranked accounts brings, per account, at the cut-off where it is most.

    An account followed costs Value.cost, and keeps Value.save_rate x its ARR if it was leaving (value of stepping in,
    as lists rank by, with what was observed in place of a chance); 0 where it is best to follow nobody, NaN where no
    ARR is known. Expected maximum profit with each account's own value: Verbraken, Verbeke and Baesens (2013), "A novel
    profit maximizing metric", IEEE TKDE 25(5); Janssens et al. (2022), "B2Boost", Annals of Operations Research: profit
    is linear in the save rate, so its mean stands for its distribution. By hand, for empulse takes no row weights.
    """
    known = np.isfinite(s.worth)
    if not known.any():
        return np.full(len(weights), np.nan)
    order, ends = _cuts(s)
    gained = np.cumsum(weights[:, order] * np.nan_to_num(s.worth)[order], axis=1)[:, ends]
    return _over(gained.max(axis=1).clip(min=0), weights @ known)


METRICS: dict[str, Callable[[Sample, Floats], Floats]] = {
    measure.__name__: measure
    for measure in (
        auc,
        average_precision,
        brier,
        log_loss,
        calibration_slope,
        calibration_intercept,
        ece,
        lift_10,
        precision_at_capacity,
        arr_captured_at_capacity,
        expected_maximum_profit,
    )
}


def _over(part: Floats, whole: Floats) -> Floats:
    """part / whole, NaN where the whole is nothing."""
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0)


def _mean(values: Floats, weights: Floats) -> Floats:
    return _over(weights @ values, weights.sum(axis=1))


def _cumulated(s: Sample, weights: Floats) -> tuple[Floats, Floats]:
    """Weights of positives and of rows at or above each distinct score, highest first."""
    order, ends = _cuts(s)
    ordered = weights[:, order]
    positives = np.cumsum(ordered * s.observed[order], axis=1)[:, ends]
    return positives, np.cumsum(ordered, axis=1)[:, ends]


def _cuts(s: Sample) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Rows by score, highest first, and where in that order each distinct score ends."""
    order = np.argsort(-s.p, kind="stable")
    return order, np.append(np.flatnonzero(np.diff(s.p[order])), len(order) - 1)


def _recalibrated(s: Sample, weights: Floats, free: Floats) -> Floats:
    """Outcome ~ a + b x log-odds in the directions that are free, for all draws from where they lead together; NaN
    where positives, negatives or a difference in log-odds is lacking."""
    z = logit(np.clip(s.p, 1e-6, 1 - 1e-6))
    positives, rows = weights @ s.observed, weights.sum(axis=1)
    lacking = (positives == 0) | (positives == rows)
    if (free[1] == 1 and np.ptp(z) < 1e-9) or lacking.all():
        return np.full((len(weights), 2), np.nan)
    together = _newton(z, s.observed, weights.sum(axis=0, keepdims=True), np.array([[0.0, 1.0]]), free)
    theta = _newton(z, s.observed, weights, np.repeat(together, len(weights), axis=0), free)
    theta[lacking] = np.nan
    return theta


def _newton(z: Floats, observed: Floats, weights: Floats, theta: Floats, free: Floats) -> Floats:
    """Newton's method for a logistic regression on log-odds `z`, all draws at once until each stands still."""
    design, theta, moving = np.stack([np.ones_like(z), z]), theta.copy(), np.arange(len(theta))
    for _ in range(STEPS):
        before, drawn = theta[moving], weights[moving]
        p = expit(before @ design)
        gradient = (drawn * (observed - p)) @ design.T * free
        curvature = _curvature(drawn * p * (1 - p), z) * np.outer(free, free) + np.diag(1 - free + 1e-9)
        step = np.linalg.solve(curvature, gradient[..., None])[..., 0]
        theta[moving] = np.clip(before + np.clip(step, -2, 2), -LARGEST, LARGEST)
        moving = moving[np.abs(theta[moving] - before).max(axis=1) > 1e-6]
        if not len(moving):
            break
    return theta


def _curvature(h: Floats, z: Floats) -> Floats:
    """The 2 x 2 second derivatives of the log-likelihood for each draw."""
    a, b, c = h.sum(axis=1), h @ z, h @ z**2
    return np.stack([np.stack([a, b], axis=-1), np.stack([b, c], axis=-1)], axis=-2)
