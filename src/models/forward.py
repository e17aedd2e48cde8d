"""Forward validation inside the training rows: how strong a penalty, whether trees help, what calibration."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from leadline.models.arrays import Booleans, Floats
from leadline.models.calibration import IDENTITY, LOG_ODDS, Calibration, fit_calibration, row_losses
from leadline.models.fitted import Kind
from leadline.models.lightgbm_model import fit_trees, staged_margins
from leadline.models.logistic import fit_logistic
from leadline.models.rule import Rule

BLOCKS = 3
FEW = 10  # positives, or negatives, below which a block can neither teach nor test
PENALTIES = (100.0, 10.0, 1.0, 1000.0)  # the first where nothing can be tested
STEP = 10


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
class Choice:
    """How to fit one kind of model; `log_loss` is that of its calibrated chances on the rows predicted forward."""

    kind: Kind
    penalty: float
    rounds: int = 0
    calibration: Calibration = IDENTITY
    log_loss: float = float("nan")

    @property
    def notes(self) -> dict[str, float]:
        """The numbers chosen, and the log-loss where it was measured."""
        numbers = {"rounds": self.rounds, "penalty": self.penalty, "forward_log_loss": self.log_loss}
        return {name: number for name, number in numbers.items() if np.isfinite(number)}


@dataclass(frozen=True)
class Judged:
    """A choice, and the log-loss it left with each account, summed over the account's rows."""

    choice: Choice
    losses: Floats


@dataclass(frozen=True)
class Block:
    """Rows to learn from, and later rows to predict: the former had settled when the latter began.

    `start`: log-odds of all rows by the rule fitted to the former.
    """

    train: Booleans
    test: Booleans
    start: Floats


def choose(task: Task, trees: int) -> Choice:
    """How to fit: logistic regression, or with up to `trees` trees on top of it a blend.

    A blend only if, on rows predicted forward, it saves more log-loss than one standard error over accounts: less
    could be chance (Breiman's rule).
    """
    blocks = forward_blocks(task)
    if not blocks:
        return Choice("logistic", PENALTIES[0])
    logistic = _best_logistic(task, blocks)
    if not trees:
        return logistic.choice
    blend = _best_blend(task, blocks, logistic.choice.penalty, trees)
    saved = logistic.losses - blend.losses
    return (blend if saved.sum() > np.sqrt(((saved - saved.mean()) ** 2).sum()) else logistic).choice


def forward_blocks(task: Task) -> tuple[Block, ...]:
    """Up to three blocks of neighbouring as-of dates, over the last two thirds of those that can be predicted."""
    when = task.rows["as_of"].to_numpy()
    dates, gap = np.unique(when), np.timedelta64(task.settled_days, "D")
    testable = dates[dates >= dates[0] + gap]
    runs = np.array_split(testable[len(testable) // 3 :], BLOCKS)
    parts = [(when + gap <= run[0], (when >= run[0]) & (when <= run[-1])) for run in runs if len(run)]
    enough = [both for both in parts if all(_enough(task.observed[part]) for part in both)]
    return tuple(Block(train, test, started(task, train)) for train, test in enough)


def started(task: Task, train: Booleans) -> Floats:
    """Log-odds of all rows by the rule to begin with, fitted to the training rows; 0 without one."""
    rule = task.start(task.rows[train])
    return rule.log_odds(task.rows) if rule else np.zeros(len(task.rows))


def _enough(observed: Floats) -> bool:
    return bool(min(observed.sum(), (1 - observed).sum()) >= FEW)


def _best_logistic(task: Task, blocks: tuple[Block, ...]) -> Judged:
    margins = {penalty: np.concatenate([_linear(task, b, penalty)[b.test] for b in blocks]) for penalty in PENALTIES}
    found = [_judged(Choice("logistic", penalty), task, blocks, m) for penalty, m in margins.items()]
    return min(found, key=lambda judged: judged.choice.log_loss)


def _best_blend(task: Task, blocks: tuple[Block, ...], penalty: float, trees: int) -> Judged:
    """Early stopping over all blocks at once: the number of trees after which the chances are best."""
    rounds = tuple(range(min(STEP, trees), trees + 1, STEP))
    margins = np.hstack([_blended(task, b, penalty, rounds) for b in blocks])
    found = [_judged(Choice("blend", penalty, n), task, blocks, m) for n, m in zip(rounds, margins, strict=True)]
    return min(found, key=lambda judged: judged.choice.log_loss)


def _linear(task: Task, block: Block, penalty: float) -> Floats:
    """Log-odds of all rows by the rule and a logistic regression, both fitted to the block's training rows."""
    x, observed, start = (values[block.train] for values in (task.x, task.observed, block.start))
    return block.start + fit_logistic(x, observed, start, penalty, task.directions).margin(task.x)


def _blended(task: Task, block: Block, penalty: float, rounds: tuple[int, ...]) -> Floats:
    """Log-odds of the block's test rows after each number of trees, rounds x rows."""
    first = _linear(task, block, penalty)
    x, observed, start = (values[block.train] for values in (task.x, task.observed, first))
    model = fit_trees(x, observed, start, task.directions, rounds[-1], task.seed)
    return first[block.test] + staged_margins(model, task.x[block.test], rounds)


def _judged(choice: Choice, task: Task, blocks: tuple[Block, ...], margin: Floats) -> Judged:
    """Calibrated on all blocks; rows of one account repeat one another, so together they count as one."""
    rows = np.concatenate([np.flatnonzero(b.test) for b in blocks])
    account, accounts = pd.factorize(task.rows["account_id"].iloc[rows])
    observed = task.observed[rows]
    fit = fit_calibration(margin, observed, LOG_ODDS, len(accounts) / len(rows))
    losses = row_losses(fit.probability(margin), observed)
    judged = replace(choice, calibration=fit, log_loss=float(losses.mean()))
    return Judged(judged, np.bincount(account, losses).astype(np.float64))
