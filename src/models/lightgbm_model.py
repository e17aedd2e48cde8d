"""Boosted trees (LightGBM), kept as text: nothing is run to load them, and the same data give the same bytes."""

from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np

from leadline.models.arrays import Floats

THREADS = 1  # fits are small: more threads wait for one another longer than they work


@dataclass(frozen=True)
class TreeSettings:
    """What the search may change: leaves of a tree, least share of the rows in a leaf, share of the inputs that a tree
    may read, and the L2 penalty on what a leaf adds."""

    leaves: int = 5
    least_share: float = 0.01
    feature_fraction: float = 0.6
    l2: float = 5.0


USUAL_TREES = TreeSettings()


def growing(
    x: Floats, observed: Floats, start: Floats, directions: tuple[int, ...], settings: TreeSettings, seed: int
) -> lgb.Booster:
    """A model of no trees yet that corrects the log-odds `start`; each `update()` adds one.

    What they add rises (+1), falls (-1) or runs free (0) in each input.
    """
    options: dict[str, Any] = {
        "objective": "binary",
        "learning_rate": 0.03,
        "num_leaves": settings.leaves,
        "min_data_in_leaf": max(10, round(len(x) * settings.least_share)),
        "lambda_l2": settings.l2,
        "feature_fraction": settings.feature_fraction,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": THREADS,
        "verbosity": -1,
    }
    if any(directions):
        options |= {"monotone_constraints": list(directions), "monotone_constraints_method": "intermediate"}
    return lgb.Booster(options, lgb.Dataset(x, observed, init_score=start))


def fit_trees(
    x: Floats,
    observed: Floats,
    start: Floats,
    directions: tuple[int, ...],
    rounds: int,
    seed: int,
    settings: TreeSettings = USUAL_TREES,
) -> str:
    """Fit `rounds` small trees that correct the log-odds `start`; as LightGBM's text."""
    model = growing(x, observed, start, directions, settings, seed)
    for _ in range(rounds):
        model.update()
    return str(model.model_to_string(num_iteration=-1))


def tree_margin(model: str, x: Floats) -> Floats:
    """What the trees add to the log-odds, one a row."""
    return np.asarray(_booster(model).predict(x, raw_score=True, num_threads=THREADS), dtype=np.float64)


def grow(model: lgb.Booster, x: Floats, rounds: int) -> Floats:
    """Add so many trees to a growing model, and tell what they add to the log-odds of `x`, one a row."""
    before = model.current_iteration()
    for _ in range(rounds):
        model.update()
    added = model.predict(x, raw_score=True, start_iteration=before, num_iteration=rounds, num_threads=THREADS)
    return np.asarray(added, dtype=np.float64)


def tree_contributions(model: str, x: Floats) -> tuple[Floats, float]:
    """SHAP values (Lundberg's TreeSHAP, path-dependent, as LightGBM computes them) by input, and their base."""
    values = np.asarray(_booster(model).predict(x, pred_contrib=True, num_threads=THREADS))
    return values[:, :-1], float(values[0, -1])


def _booster(model: str) -> lgb.Booster:
    return lgb.Booster(model_str=model)
