"""Boosted trees (LightGBM), kept as text: nothing is run to load them, and the same data give the same bytes."""

from typing import Any

import lightgbm as lgb
import numpy as np

from leadline.models.arrays import Floats

THREADS = 1  # fits are small: more threads wait for one another longer than they work


def fit_trees(x: Floats, observed: Floats, start: Floats, directions: tuple[int, ...], rounds: int, seed: int) -> str:
    """Fit `rounds` small trees that correct the log-odds `start`; as LightGBM's text.

    What they add rises (+1), falls (-1) or runs free (0) in each input.
    """
    options: dict[str, Any] = {
        "objective": "binary",
        "learning_rate": 0.03,
        "num_leaves": 5,
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
    data = lgb.Dataset(x, observed, init_score=start)
    return str(lgb.train(options, data, rounds).model_to_string(num_iteration=-1))


def tree_margin(model: str, x: Floats) -> Floats:
    """What the trees add to the log-odds, one a row."""
    return np.asarray(_booster(model).predict(x, raw_score=True, num_threads=THREADS), dtype=np.float64)


def staged_margins(model: str, x: Floats, rounds: tuple[int, ...]) -> Floats:
    """The same after each of several rising numbers of trees, rounds x rows."""
    booster, starts = _booster(model), (0, *rounds[:-1])
    parts = [
        booster.predict(x, raw_score=True, start_iteration=a, num_iteration=b - a, num_threads=THREADS)
        for a, b in zip(starts, rounds, strict=True)
    ]
    return np.cumsum(parts, axis=0)


def tree_contributions(model: str, x: Floats) -> tuple[Floats, float]:
    """SHAP values (Lundberg's TreeSHAP, path-dependent, as LightGBM computes them) by input, and their base."""
    values = np.asarray(_booster(model).predict(x, pred_contrib=True, num_threads=THREADS))
    return values[:, :-1], float(values[0, -1])


def _booster(model: str) -> lgb.Booster:
    return lgb.Booster(model_str=model)
