"""How to fit a model: chosen on rows predicted forward, the simple unless the other is clearly better."""

from dataclasses import dataclass, replace
from functools import cached_property

import lightgbm as lgb
import numpy as np
import optuna

from leadline.models.arrays import Floats
from leadline.models.calibration import IDENTITY, Calibration
from leadline.models.fitted import Kind
from leadline.models.forward import Block, Judged, Task, account_blocks, clearly_better, forward_blocks, judged
from leadline.models.lightgbm_model import USUAL_TREES, TreeSettings, grow, growing
from leadline.models.logistic import fit_logistic

PENALTIES = (100.0, 10.0)  # the second only where it is clearly better
STEP = 10  # trees between two looks
PATIENCE = 40  # trees without a better look, after which growing stops
RANKING = 40  # trees of a block that tell which inputs matter


@dataclass(frozen=True)
class Recipe:
    """How to average trees with the logistic regression: its share, on how many inputs trees grow (0: all; else those
    that matter most in every block), and by which settings."""

    linear: float = 0.5
    inputs: int = 40
    trees: TreeSettings = USUAL_TREES


USUAL = Recipe()


@dataclass(frozen=True)
class Choice:
    """How to fit one model; `log_loss` is that of its calibrated chances on the rows predicted forward.

    `linear`: the logistic regression's share in what is added to the rule; the trees have the rest. `inputs`: which of
    them the trees may read (none named: all).
    """

    kind: Kind
    penalty: float
    linear: float = 1.0
    rounds: int = 0
    trees: TreeSettings = USUAL_TREES
    inputs: tuple[int, ...] = ()
    calibration: Calibration = IDENTITY
    log_loss: float = float("nan")

    @property
    def notes(self) -> dict[str, float]:
        """The numbers chosen, and the log-loss where it was measured."""
        numbers = {"rounds": self.rounds, "penalty": self.penalty, "forward_log_loss": self.log_loss}
        if self.rounds:
            numbers |= {"linear": self.linear, "inputs": len(self.inputs), **vars(self.trees)}
        return {name: number for name, number in numbers.items() if np.isfinite(number)}


Candidate = tuple[Choice, Judged]


@dataclass(frozen=True)
class Ground:
    """A task's forward blocks, and what every recipe begins with there: the logistic regression, and what it adds to
    each block's test rows beside the rule."""

    task: Task
    blocks: tuple[Block, ...]
    linear: Candidate
    corrections: tuple[Floats, ...]

    @cached_property
    def ranking(self) -> tuple[int, ...]:
        """Inputs by the gain of the trees that read them, in the block where it is least: what matters lastingly."""
        models = [_growing(self.task, b, self.task.x, USUAL) for b in self.blocks]
        for model in models:
            grow(model, self.task.x[:1], RANKING)
        gains = np.array([model.feature_importance("gain") for model in models])
        shares = gains / np.maximum(gains.sum(axis=1, keepdims=True), 1e-12)
        order = np.lexsort((-shares.mean(axis=0), -shares.min(axis=0)))
        return tuple(int(i) for i in order if shares[:, i].any())


def ground(task: Task) -> Ground | None:
    """The blocks, and the logistic regression with the first penalty, or with the second where that is clearly better;
    None where nothing can be tested forward."""
    blocks = forward_blocks(task)
    if not blocks:
        return None
    first, second = (_logistic(task, blocks, penalty) for penalty in PENALTIES)
    return second if clearly_better(second.linear[1], first.linear[1]) else first


def choose(task: Task, trees: int, recipe: Recipe = USUAL) -> Choice:
    """How to fit: logistic regression, or with up to `trees` trees by the recipe a blend, whichever predicts better."""
    known = ground(task)
    if known is None:
        return _unproven(task)
    blend = _blend(known, trees, recipe)[0] if trees else known.linear[0]
    return min(known.linear[0], blend, key=lambda choice: choice.log_loss)


def search(task: Task, trees: int, trials: int) -> Recipe:
    """The best of the recipes that Optuna tries, `trials` of them; the usual one unless that is clearly better."""
    known = ground(task) if trees and trials else None
    if known is None:
        return USUAL
    found = {USUAL: _blend(known, trees, USUAL)[1]}

    def loss(trial: optuna.Trial) -> float:
        recipe = _suggested(trial)
        if recipe not in found:
            found[recipe] = _blend(known, trees, recipe)[1]
        return found[recipe].log_loss

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=task.seed, n_startup_trials=max(2, trials // 2))
    optuna.create_study(sampler=sampler).optimize(loss, n_trials=trials)
    best = min(found, key=lambda recipe: found[recipe].log_loss)
    return best if clearly_better(found[best], found[USUAL]) else USUAL


def only(x: Floats, inputs: tuple[int, ...]) -> Floats:
    """The inputs that trees may read; the others are made constant, so that no tree splits on them."""
    if not inputs:
        return x
    kept = np.zeros_like(x)
    kept[:, inputs] = x[:, inputs]
    return kept


def _suggested(trial: optuna.Trial) -> Recipe:
    settings = TreeSettings(
        leaves=trial.suggest_categorical("leaves", [3, 5, 8, 15]),
        least_share=trial.suggest_categorical("least_share", [0.003, 0.01, 0.03]),
        feature_fraction=trial.suggest_categorical("feature_fraction", [0.3, 0.6, 0.9]),
        l2=trial.suggest_categorical("l2", [1.0, 5.0, 25.0]),
    )
    linear = trial.suggest_categorical("linear", [0.0, 0.25, 0.5, 0.75])
    return Recipe(linear, trial.suggest_categorical("inputs", [0, 15, 40]), settings)


def _unproven(task: Task) -> Choice:
    """Logistic regression where nothing can be tested forward; its slope is what other accounts ask for."""
    blocks = account_blocks(task)
    return _logistic(task, blocks, PENALTIES[0]).linear[0] if blocks else Choice("logistic", PENALTIES[0])


def _logistic(task: Task, blocks: tuple[Block, ...], penalty: float) -> Ground:
    corrections = tuple(_correction(task, b, penalty) for b in blocks)
    margin = np.concatenate([b.start[b.test] + c for b, c in zip(blocks, corrections, strict=True)])
    return Ground(task, blocks, _told(Choice("logistic", penalty), judged(task, blocks, margin)), corrections)


def _correction(task: Task, block: Block, penalty: float) -> Floats:
    x, observed, start = (values[block.train] for values in (task.x, task.observed, block.start))
    return fit_logistic(x, observed, start, penalty, task.directions).margin(task.x[block.test])


def _blend(known: Ground, trees: int, recipe: Recipe) -> Candidate:
    """Trees grown from the rule, averaged with the logistic regression in log-odds. Early stopping over all blocks at
    once: the number of trees after which the chances are best."""
    task, blocks = known.task, known.blocks
    inputs = known.ranking[: recipe.inputs] if recipe.inputs else ()
    x, share = only(task.x, inputs), 1 - recipe.linear
    models = [_growing(task, b, x, recipe) for b in blocks]
    margins = [b.start[b.test] + recipe.linear * c for b, c in zip(blocks, known.corrections, strict=True)]
    blend = replace(known.linear[0], kind="blend", linear=recipe.linear, trees=recipe.trees, inputs=inputs)
    best: Candidate = (blend, Judged(IDENTITY, float("inf"), np.zeros(0)))
    for rounds in range(STEP, max(trees, STEP) + 1, STEP):
        margins = [
            m + share * grow(model, x[b.test], STEP) for m, model, b in zip(margins, models, blocks, strict=True)
        ]
        found = _told(replace(blend, rounds=rounds), judged(task, blocks, np.concatenate(margins)))
        if found[1].log_loss < best[1].log_loss:
            best = found
        elif rounds - best[0].rounds >= PATIENCE:
            break
    return best


def _growing(task: Task, block: Block, x: Floats, recipe: Recipe) -> lgb.Booster:
    rows = block.train
    return growing(x[rows], task.observed[rows], block.start[rows], task.directions, recipe.trees, task.seed)


def _told(choice: Choice, found: Judged) -> Candidate:
    return replace(choice, calibration=found.calibration, log_loss=found.log_loss), found
