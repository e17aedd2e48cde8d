"""Boosted trees (LightGBM), kept as text: nothing is run to load them, and the same data give the same bytes."""

from typing import Any

import lightgbm as lgb
import numpy as np

from leadline.models.arrays import Floats

THREADS = 1  # fits are small: more threads wait for one another longer than they work
LEARNING_RATE = 0.04


def fit_trees(x: Floats, observed: Floats, directions: tuple[int, ...], rounds: int, seed: int) -> str:
    """Fit `rounds` small trees whose log-odds rise (+1), fall (-1) or run free (0) in each input; as text."""
    options: dict[str, Any] = {
        "objective": "binary",
        "learning_rate": LEARNING_RATE,
        "num_leaves": 7,
        "min_data_in_leaf": max(10, len(x) // 100),
        "lambda_l2": 5.0,
        "feature_fraction": 0.6,
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
    return str(lgb.train(options, lgb.Dataset(x, observed), rounds).model_to_string(num_iteration=-1))


def tree_margin(model: str, x: Floats, rounds: int = -1) -> Floats:
    """Log-odds of rows x inputs after the first `rounds` trees (-1: all)."""
    return np.asarray(_booster(model).predict(x, raw_score=True, num_iteration=rounds, num_threads=THREADS))


def tree_margins(model: str, x: Floats, rounds: tuple[int, ...]) -> Floats:
    """Log-odds after each of several numbers of trees, rounds x rows."""
    booster = _booster(model)
    return np.array([booster.predict(x, raw_score=True, num_iteration=n, num_threads=THREADS) for n in rounds])


def tree_contributions(model: str, x: Floats) -> tuple[Floats, float]:
    """SHAP values (Lundberg's TreeSHAP, path-dependent, as LightGBM computes them) by input, and their base."""
    values = np.asarray(_booster(model).predict(x, pred_contrib=True, num_threads=THREADS))
    return values[:, :-1], float(values[0, -1]) if len(values) else 0.0


def _booster(model: str) -> lgb.Booster:
    return lgb.Booster(model_str=model)
