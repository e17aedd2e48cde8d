"""Fitting a model of one outcome to training rows."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from leadline.experiment import Experiment
from leadline.features.indicator import Column
from leadline.models.arrays import matrix
from leadline.models.baselines import starting_rule
from leadline.models.calibration import anchored, smoothed_rate
from leadline.models.fitted import Fitted
from leadline.models.forward import Task
from leadline.models.lightgbm_model import fit_trees
from leadline.models.logistic import fit_logistic
from leadline.models.recipe import USUAL, Choice, Recipe, choose, only, search
from leadline.models.rows import KEYS
from leadline.models.rule import Rule

MOST_ROWS = 20_000

one_thread = threadpool_limits.wrap(limits=1)  # fits are small: threads would wait longer than they work


@one_thread
def fit(
    rows: pd.DataFrame, columns: tuple[Column, ...], outcome: str, experiment: Experiment, recipe: Recipe = USUAL
) -> Fitted:
    """Fit to training rows (keys, indicators, observed; for contracts due_for_renewal and renewals).

    The churn model starts from a plain rule: the renewal curve of contracts, else recency. Logistic regression
    corrects it, and boosted trees by the recipe correct both, unless positives or negatives are fewer than
    models.few_outcomes or the trees do not help on rows predicted forward.
    """
    task = _learned(rows, columns, outcome, experiment)
    choice = choose(task, _trees(task, experiment), recipe)
    return _fitted(task, choice, columns, outcome)


@one_thread
def searched(rows: pd.DataFrame, columns: tuple[Column, ...], outcome: str, experiment: Experiment) -> Recipe:
    """The recipe for trees found on training rows, in models.trials trials."""
    task = _learned(rows, columns, outcome, experiment)
    return search(task, _trees(task, experiment), experiment.models.trials)


@one_thread
def fit_as(
    rows: pd.DataFrame, columns: tuple[Column, ...], outcome: str, experiment: Experiment, choice: Choice
) -> Fitted:
    """Fit as told, with nothing chosen; without the trees where outcomes are few."""
    task = _learned(rows, columns, outcome, experiment)
    plain = replace(choice, kind="logistic", linear=1.0, rounds=0)
    return _fitted(task, choice if _trees(task, experiment) else plain, columns, outcome)


@one_thread
def fit_plain(rows: pd.DataFrame, columns: tuple[Column, ...], outcome: str, experiment: Experiment) -> Fitted:
    """Logistic regression alone, from nothing: the baseline."""
    task = _task(thinned(rows), columns, outcome, experiment, lambda _: None)
    return _fitted(task, choose(task, 0), columns, outcome)


def _learned(rows: pd.DataFrame, columns: tuple[Column, ...], outcome: str, experiment: Experiment) -> Task:
    mode = experiment.outcomes.mode
    return _task(thinned(rows), columns, outcome, experiment, lambda some: starting_rule(some, columns, outcome, mode))


def _trees(task: Task, experiment: Experiment) -> int:
    """At most so many trees: none where outcomes are few."""
    few = min(task.observed.sum(), (1 - task.observed).sum()) < experiment.models.few_outcomes
    return 0 if few else experiment.models.trees


def _task(
    rows: pd.DataFrame,
    columns: tuple[Column, ...],
    outcome: str,
    experiment: Experiment,
    start: Callable[[pd.DataFrame], Rule | None],
) -> Task:
    return Task(
        x=matrix(rows, (column.name for column in columns)),
        observed=rows["observed"].to_numpy(dtype=np.float64),
        rows=rows,
        start=start,
        directions=monotone(columns, outcome),
        settled_days=experiment.outcomes.settled_days,
        seed=experiment.seed,
    )


def _fitted(task: Task, choice: Choice, columns: tuple[Column, ...], outcome: str) -> Fitted:
    rule = task.start(task.rows)
    start = rule.log_odds(task.rows) if rule else np.zeros(len(task.rows))
    logistic = fit_logistic(task.x, task.observed, start, choice.penalty, task.directions).shrunk(choice.linear)
    trees = ""
    if choice.rounds:
        x = only(task.x, choice.inputs)
        trees = fit_trees(x, task.observed, start, task.directions, choice.rounds, task.seed, choice.trees)
    model = Fitted(
        outcome=outcome,
        kind=choice.kind,
        columns=tuple(column.name for column in columns),
        base_rate=float(task.observed.mean()),
        rows=len(task.rows),
        positives=int(task.observed.sum()),
        fingerprint=fingerprint(task.rows, columns),
        calibration=choice.calibration,
        rule=rule,
        logistic=logistic,
        trees=trees,
        tree_share=1 - choice.linear,
        notes=choice.notes,
    )
    level = anchored(choice.calibration.slope, model.margin(task.rows), smoothed_rate(task.observed))
    return replace(model, calibration=level)


def monotone(columns: tuple[Column, ...], outcome: str) -> tuple[int, ...]:
    """Directions for churn as declared; none for expansion, of which the declarations do not speak."""
    return tuple(column.indicator.direction if outcome == "churn" else 0 for column in columns)


def thinned(rows: pd.DataFrame) -> pd.DataFrame:
    """All rows, or every k-th as-of date back from the last where they are too many.

    Neighbouring dates repeat the same accounts, and teach little more.
    """
    dates = np.sort(rows["as_of"].unique())[::-1]
    step = -(-len(rows) // MOST_ROWS)
    return rows[rows["as_of"].isin(dates[::step])]


def fingerprint(rows: pd.DataFrame, columns: tuple[Column, ...]) -> str:
    """SHA-256 of training rows: keys, labels as known then, and inputs, in order."""
    names = [column.name for column in columns]
    hashed = pd.util.hash_pandas_object(rows[[*KEYS, "observed", *names]], index=False)
    return hashlib.sha256(hashed.to_numpy(dtype="<u8").tobytes() + "|".join(names).encode()).hexdigest()
