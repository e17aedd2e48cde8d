"""Fitting the hazard: what the calendar says, then as much of the indicators as later rows say helps."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import expit

from leadline.features.indicator import Column
from leadline.models.arrays import Booleans, Floats, matrix
from leadline.models.baseline_hazard import BaselineHazard, fit_baseline_hazard
from leadline.models.calibration import LOG_ODDS, Calibration, anchored, fit_calibration, row_losses
from leadline.models.fit import monotone
from leadline.models.hazard import AHEAD, Hazard, behaviour_speaks
from leadline.models.hazard_level import FEW, Level, by_calendar, by_model, level
from leadline.models.lightgbm_model import USUAL_TREES, fit_trees, grow, growing, tree_margin
from leadline.models.logistic import fit_logistic

MOST_ROWS = 12_000
PENALTIES = (1000.0, 100.0)
ROUNDS = (20, 40, 60)


@dataclass(frozen=True)
class _Rows:
    """What is to be learned: inputs, whether the account left, the calendar's log-odds; and whose and when."""

    x: Floats
    left: Floats
    start: Floats
    frame: pd.DataFrame
    directions: tuple[int, ...]
    seed: int


@dataclass(frozen=True)
class _Choice:
    """How to fit (no penalty: the calendar alone), its calibration, the log-loss it left with each account,
    and the log-odds of the later rows before calibration."""

    penalty: float | None
    rounds: int
    calibration: Calibration
    losses: Floats
    margin: Floats


def fit_hazard(rows: pd.DataFrame, columns: tuple[Column, ...], few: int, seed: int) -> Hazard:
    """Fit to rows of `follow_up` with the indicators of their as-of dates.

    The calendar alone where earlier rows do not help with later ones; no trees with fewer than `few` leavers.
    """
    left = rows["left"].to_numpy(dtype=np.float64)
    baseline = fit_baseline_hazard(rows, left)
    gone = _accounts(rows, left > 0)
    hazard = Hazard(baseline, tuple(c.name for c in columns), level(by_calendar(rows)), len(rows), gone)
    taught = _taught(rows, columns, baseline, seed)
    parts = _split(taught)
    if parts is None:
        return hazard
    choice = _choose(taught, *parts, ROUNDS if gone >= few else ())
    if choice.penalty is None:
        return hazard
    seen = by_model(taught.frame[parts[1]], expit(choice.margin))
    return _corrected(hazard, taught, choice, choice.penalty, level(seen))


def _taught(rows: pd.DataFrame, columns: tuple[Column, ...], baseline: BaselineHazard, seed: int) -> _Rows:
    """The rows of which behaviour may speak, thinned to every k-th as-of date back from the last."""
    frame = rows[behaviour_speaks(rows)]
    dates = np.sort(frame["as_of"].unique())[::-1]
    frame = frame[frame["as_of"].isin(dates[:: -(-len(frame) // MOST_ROWS)])] if len(frame) else frame
    x, left = matrix(frame, (*(c.name for c in columns), *AHEAD)), frame["left"].to_numpy(dtype=np.float64)
    return _Rows(x, left, baseline.log_odds(frame), frame, (*monotone(columns, "churn"), *[0] * len(AHEAD)), seed)


def _split(rows: _Rows) -> tuple[Booleans, Booleans] | None:
    """Rows settled by some as-of date, and those of it and later: where the fewer leavers of the two are most."""
    when, known = rows.frame["as_of"].to_numpy(), rows.frame["settled_at"].to_numpy()
    parts = [(known <= date, when >= date) for date in np.unique(when)]
    least = [min(_accounts(rows.frame, part & (rows.left > 0)) for part in both) for both in parts]
    return parts[int(np.argmax(least))] if least and max(least) >= FEW else None


def _accounts(frame: pd.DataFrame, where: Booleans) -> int:
    return int(frame["account_id"][where].nunique())


def _choose(rows: _Rows, train: Booleans, test: Booleans, rounds: tuple[int, ...]) -> _Choice:
    """The penalty with the least log-loss on the later rows; trees if they save more than a standard error."""
    margins: dict[float | None, Floats] = {None: rows.start}
    margins |= {penalty: _linear(rows, train, penalty) for penalty in PENALTIES}
    found = [_judged(rows, test, penalty, 0, margin[test]) for penalty, margin in margins.items()]
    best = min(found, key=_loss)
    if best.penalty is None or not rounds:
        return best
    blend = min(_blends(rows, train, test, best.penalty, margins[best.penalty], rounds), key=_loss)
    saved = best.losses - blend.losses
    return blend if saved.sum() > np.sqrt(((saved - saved.mean()) ** 2).sum()) else best


def _blends(
    rows: _Rows, train: Booleans, test: Booleans, penalty: float, start: Floats, rounds: tuple[int, ...]
) -> list[_Choice]:
    trees = growing(rows.x[train], rows.left[train], start[train], rows.directions, USUAL_TREES, rows.seed)
    margin, found = start[test], []
    for count, before in zip(rounds, (0, *rounds[:-1]), strict=True):
        margin = margin + grow(trees, rows.x[test], count - before)
        found.append(_judged(rows, test, penalty, count, margin))
    return found


def _loss(choice: _Choice) -> float:
    return float(choice.losses.sum())


def _linear(rows: _Rows, train: Booleans, penalty: float) -> Floats:
    x, left, start = rows.x[train], rows.left[train], rows.start[train]
    return rows.start + fit_logistic(x, left, start, penalty, rows.directions).margin(rows.x)


def _judged(rows: _Rows, test: Booleans, penalty: float | None, rounds: int, margin: Floats) -> _Choice:
    """Calibrated on the later rows; those of one account repeat one another, so together they count as one."""
    account, accounts = pd.factorize(rows.frame["account_id"][test])
    fit = fit_calibration(margin, rows.left[test], LOG_ODDS, len(accounts) / len(account))
    losses = row_losses(fit.probability(margin), rows.left[test])
    return _Choice(penalty, rounds, fit, np.bincount(account, losses).astype(np.float64), margin)


def _corrected(hazard: Hazard, rows: _Rows, choice: _Choice, penalty: float, of_quarters: Level) -> Hazard:
    logistic = fit_logistic(rows.x, rows.left, rows.start, penalty, rows.directions)
    margin, trees = rows.start + logistic.margin(rows.x), ""
    if choice.rounds:
        trees = fit_trees(rows.x, rows.left, margin, rows.directions, choice.rounds, rows.seed)
        margin = margin + tree_margin(trees, rows.x)
    calibration = anchored(choice.calibration.slope, margin, float(rows.left.mean()))
    return replace(hazard, logistic=logistic, trees=trees, calibration=calibration, level=of_quarters)
