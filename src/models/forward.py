"""Forward validation inside the training rows: which are learned from, which are predicted, and how well."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from leadline.models.arrays import Booleans, Floats
from leadline.models.calibration import LOG_ODDS, Calibration, fit_calibration, row_losses
from leadline.models.rule import Rule

BLOCKS = 3
FEW = 10  # positives, or negatives, below which a block can neither teach nor test


@dataclass(frozen=True)
class Task:
    """What is to be learned: inputs (rows x columns, with their directions) and labels of rows that also hold each
    row's account and date; `start` fits the rule to begin with to some of the rows (None: nothing)."""

    x: Floats
    observed: Floats
    rows: pd.DataFrame
    start: Callable[[pd.DataFrame], Rule | None]
    directions: tuple[int, ...]
    settled_days: int
    seed: int


@dataclass(frozen=True)
class Block:
    """Rows to learn from, and later rows to predict: the former had settled when the latter began.

    `start`: log-odds of all rows by the rule fitted to the former.
    """

    train: Booleans
    test: Booleans
    start: Floats


@dataclass(frozen=True)
class Judged:
    """The calibration of forward predictions, and the log-loss they left: its mean over rows, and its sum over the rows
    of each account."""

    calibration: Calibration
    log_loss: float
    losses: Floats


def forward_blocks(task: Task) -> tuple[Block, ...]:
    """Up to three blocks of neighbouring as-of dates, over the last two thirds of those that can be predicted."""
    when = task.rows["as_of"].to_numpy()
    dates, gap = np.unique(when), np.timedelta64(task.settled_days, "D")
    testable = dates[dates >= dates[0] + gap]
    runs = np.array_split(testable[len(testable) // 3 :], BLOCKS)
    parts = [(when + gap <= run[0], (when >= run[0]) & (when <= run[-1])) for run in runs if len(run)]
    enough = [both for both in parts if all(_enough(task.observed[part]) for part in both)]
    return tuple(Block(train, test, started(task, train)) for train, test in enough)


def account_blocks(task: Task) -> tuple[Block, ...]:
    """Three parts of the accounts, each predicted from the others: it shows how far a fit is too sure of itself, though
    not what time brings."""
    account, names = pd.factorize(task.rows["account_id"], sort=True)
    part = np.random.default_rng(task.seed).permutation(np.arange(len(names)) % BLOCKS)[account]
    tests = [part == i for i in range(BLOCKS)]
    enough = [test for test in tests if _enough(task.observed[test]) and _enough(task.observed[~test])]
    return tuple(Block(~test, test, started(task, ~test)) for test in enough)


def started(task: Task, train: Booleans) -> Floats:
    """Log-odds of all rows by the rule to begin with, fitted to the training rows; 0 without one."""
    rule = task.start(task.rows[train])
    return rule.log_odds(task.rows) if rule else np.zeros(len(task.rows))


def judged(task: Task, blocks: tuple[Block, ...], margin: Floats) -> Judged:
    """Margins of the blocks' test rows, calibrated on all blocks; rows of one account repeat one another, so together
    they count as one."""
    rows = np.concatenate([np.flatnonzero(b.test) for b in blocks])
    account, _ = pd.factorize(task.rows["account_id"].iloc[rows])
    observed = task.observed[rows]
    fit = fit_calibration(margin, observed, LOG_ODDS, _distinct(account, observed))
    losses = row_losses(fit.probability(margin), observed)
    return Judged(fit, float(losses.mean()), np.bincount(account, losses).astype(np.float64))


def clearly_better(new: Judged, old: Judged) -> bool:
    """Whether it saves more log-loss than one standard error over accounts: less could be chance (Breiman's rule)."""
    saved = old.losses - new.losses
    return bool(saved.sum() > np.sqrt(((saved - saved.mean()) ** 2).sum()))


def _distinct(account: npt.NDArray[np.intp], observed: Floats) -> float:
    """Accounts over rows among the rarer outcome, which bears the news."""
    rarer = account[observed == (observed.mean() < 0.5)]
    return len(np.unique(rarer)) / max(len(rarer), 1)


def _enough(observed: Floats) -> bool:
    return bool(min(observed.sum(), (1 - observed).sum()) >= FEW)
