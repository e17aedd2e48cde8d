"""Forward validation inside the training rows: how many trees, how strong a penalty, which kind, what calibration."""

from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
import pandas as pd

from leadline.models.arrays import Booleans, Floats
from leadline.models.calibration import Calibration, fit_calibration, log_loss
from leadline.models.lightgbm_model import fit_trees, tree_margins
from leadline.models.logistic import fit_logistic

Kind = Literal["lightgbm", "blend", "logistic", "rule"]
K = TypeVar("K")
BLOCKS = 3
FEW = 10  # positives below which a block can neither teach nor test
PENALTIES = (1.0, 10.0, 100.0, 1000.0)
STEP = 20


@dataclass(frozen=True)
class Choice:
    """What forward validation chose; `log_losses` are those of each kind on the same rows, calibrated."""

    kind: Kind
    rounds: int
    penalty: float
    calibration: Calibration
    log_losses: dict[str, float]


@dataclass(frozen=True)
class Block:
    """Rows to learn from, and later rows to predict: the former had settled when the latter began."""

    train: Booleans
    test: Booleans


def forward_blocks(as_of: pd.Series, observed: Floats, settled_days: int) -> tuple[Block, ...]:
    """Up to three blocks of neighbouring as-of dates, over the last two thirds of those that can be predicted."""
    dates = np.sort(as_of.unique())
    gap = np.timedelta64(settled_days, "D")
    testable = dates[dates >= dates[0] + gap]
    runs = np.array_split(testable[len(testable) // 3 :], BLOCKS)
    when = as_of.to_numpy()
    blocks = (Block(when + gap <= run[0], (when >= run[0]) & (when <= run[-1])) for run in runs if len(run))
    return tuple(block for block in blocks if _enough(observed[block.train]) and _enough(observed[block.test]))


def _enough(observed: Floats) -> bool:
    return bool(min(observed.sum(), (1 - observed).sum()) >= FEW)


def choose(
    x: Floats, observed: Floats, blocks: tuple[Block, ...], directions: tuple[int, ...], trees: int, seed: int
) -> Choice:
    """Choose by log-loss on rows predicted forward; the blend is the mean of both models' log-odds."""
    truth = np.concatenate([observed[b.test] for b in blocks])
    penalty, linear = _best_logistic(x, observed, blocks, truth)
    rounds, boosted = _best_rounds(x, observed, blocks, truth, directions, trees, seed)
    margins: dict[Kind, Floats] = {"blend": (linear + boosted) / 2, "lightgbm": boosted, "logistic": linear}
    fits = {kind: fit_calibration(margin, truth) for kind, margin in margins.items()}
    losses = {kind: log_loss(fits[kind].probability(margins[kind]), truth) for kind in margins}
    kind = min(losses, key=losses.__getitem__)
    return Choice(kind, rounds, penalty, fits[kind], dict(losses))


def choose_logistic(x: Floats, observed: Floats, blocks: tuple[Block, ...]) -> Choice:
    """The penalty of a logistic regression alone; the strong default, uncalibrated, where nothing can be tested."""
    if not blocks:
        return Choice("logistic", 0, PENALTIES[2], Calibration(), {})
    truth = np.concatenate([observed[b.test] for b in blocks])
    penalty, margin = _best_logistic(x, observed, blocks, truth)
    fit = fit_calibration(margin, truth)
    return Choice("logistic", 0, penalty, fit, {"logistic": log_loss(fit.probability(margin), truth)})


def _best_logistic(
    x: Floats, observed: Floats, blocks: tuple[Block, ...], truth: Floats
) -> tuple[float, Floats]:
    margins = {
        penalty: np.concatenate(
            [fit_logistic(x[b.train], observed[b.train], penalty).margin(x[b.test]) for b in blocks]
        )
        for penalty in PENALTIES
    }
    return _least(margins, truth)


def _best_rounds(
    x: Floats,
    observed: Floats,
    blocks: tuple[Block, ...],
    truth: Floats,
    directions: tuple[int, ...],
    trees: int,
    seed: int,
) -> tuple[int, Floats]:
    """Early stopping over all blocks at once: the number of trees with the least pooled log-loss."""
    rounds = tuple(range(min(STEP, trees), trees + 1, STEP))
    parts = [
        tree_margins(fit_trees(x[b.train], observed[b.train], directions, trees, seed), x[b.test], rounds)
        for b in blocks
    ]
    return _least(dict(zip(rounds, np.hstack(parts), strict=True)), truth)


def _least(margins: dict[K, Floats], truth: Floats) -> tuple[K, Floats]:
    losses = {key: log_loss(Calibration().probability(margin), truth) for key, margin in margins.items()}
    best = min(losses, key=losses.__getitem__)
    return best, margins[best]
