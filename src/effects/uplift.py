"""Uplift by account: how much more (or less) of the outcome an account is expected to have if it is contacted.

An R-learner (Nie & Wager, 2021, "Quasi-oracle estimation of heterogeneous treatment effects") with LightGBM inside: on
simulated experiments of 200 to 3,000 accounts with 20% or 50% held out it was the best or near it, where an X-learner
of the same leaves could rank against the truth; settings come from those and a half of Hillstrom. It is written here
because of the libraries of meta-learners one does not run beside scikit-learn 1.9, and the other's pins contradict
SHAP's on some machines.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from lightgbm import LGBMRegressor
from pydantic import TypeAdapter
from sklearn.model_selection import cross_val_predict

from leadline.models.arrays import Booleans, Floats, matrix
from leadline.models.fitted import read_text
from leadline.models.lightgbm_model import THREADS, tree_margin
from leadline.models.tree_text import check_trees
from leadline.problem import Problem

FOLDS = 5
NUISANCE_FOLDS = 3
CORRECTIONS = 25  # trees where they only correct an effect proportional to a base
LEAST = 10  # accounts of an arm, below which there is nothing to split
LEAST_LEAF, LEAF_SHARE = 40, 0.05  # rows of a leaf: a leaf holds both arms, and the smaller may be a twentieth
SMALL_TREES = {
    "n_estimators": 60,
    "learning_rate": 0.05,
    "num_leaves": 3,
    "reg_lambda": 20.0,
    "colsample_bytree": 0.6,
    "subsample": 0.8,
    "subsample_freq": 1,
    "max_bin": 63,
    "deterministic": True,
    "force_row_wise": True,
    "n_jobs": THREADS,
    "verbosity": -1,
}


@dataclass(frozen=True)
class UpliftModel:
    """A fitted learner: the columns it reads, the one an effect is first taken to be proportional to, at which rate,
    and the trees, as LightGBM's text, that add what differs from that."""

    columns: tuple[str, ...]
    base: str
    rate: float
    trees: str

    def predict(self, x: pd.DataFrame) -> Floats:
        """Predicted uplift, one a row, in the unit of the outcome; a Problem names the columns that `x` lacks."""
        return self.rate * _base(x, self.base) + tree_margin(self.trees, matrix(x, self.columns))

    def text(self) -> str:
        """The model as JSON."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"


KEPT = TypeAdapter(UpliftModel)


def read_uplift(file: Path) -> UpliftModel:
    """A model written as JSON; no code in it is run. A Problem where it is not what `text` writes."""
    try:
        model = KEPT.validate_json(read_text(file), strict=True)
        check_trees(model.trees, len(model.columns))
    except (OSError, ValueError, IndexError) as error:
        short = " ".join(str(error).split())[:300]
        raise Problem(f"The uplift model {file} cannot be read ({short}); run leadline effects again.") from None
    return model


def fit_uplift(x: pd.DataFrame, y: Floats, treated: Booleans, seed: int, base: str = "") -> UpliftModel:
    """Fit the uplift of treatment, drawn at one share for all, on outcomes `y` (0 or 1, or any number).

    `base`: a column the effect is first taken to be proportional to, such as expected loss; by default the effect is
    first taken to be one for all. `x` may hold NaN; a Problem where an arm has fewer than LEAST accounts.
    """
    _check(treated)
    return _fitted(x, y, treated, seed, base)


def cross_fitted_uplift(x: pd.DataFrame, y: Floats, treated: Booleans, seed: int, base: str = "") -> Floats:
    """Uplift of every row as predicted by a learner of which no part saw that row; arguments as of `fit_uplift`."""
    _check(treated)
    folds = _folds(y, treated, seed)
    predicted = np.empty(len(y))
    for fold in range(FOLDS):
        seen, held_out = folds != fold, folds == fold
        predicted[held_out] = _fitted(x[seen], y[seen], treated[seen], seed, base).predict(x[held_out])
    return predicted


def _fitted(x: pd.DataFrame, y: Floats, treated: Booleans, seed: int, base: str) -> UpliftModel:
    """Outcomes less what cross-fitted trees expect, over treatment less its share: the weighted mean is the effect."""
    values, settings, drawn = matrix(x, x.columns), _trees(len(y), seed), treated - treated.mean()
    left = y - cross_val_predict(LGBMRegressor(**settings), values, y, cv=NUISANCE_FOLDS)
    size = _base(x, base)
    rate = float((drawn * size) @ left / ((drawn * size) @ (drawn * size)))
    corrections = {"n_estimators": CORRECTIONS} if base else {}
    trees = LGBMRegressor(**settings | corrections).fit(values, left / drawn - rate * size, sample_weight=drawn**2)
    return UpliftModel(tuple(x.columns), base, rate, trees.booster_.model_to_string())


def _base(x: pd.DataFrame, base: str) -> Floats:
    return np.nan_to_num(matrix(x, [base])[:, 0]) if base else np.ones(len(x))


def _trees(n: int, seed: int) -> dict[str, Any]:
    """LightGBM's settings for both models of a learner: an effect is fainter than a risk, so few large leaves."""
    return SMALL_TREES | {"min_child_samples": max(LEAST_LEAF, round(n * LEAF_SHARE)), "random_state": seed}


def _folds(y: Floats, treated: Booleans, seed: int) -> npt.NDArray[np.intp]:
    """A fold for every row, each with its part of both arms and of low and high outcomes.

    Left to chance, a fold of high effect leaves a low one to be learned, and predictions run against the truth.
    """
    random = np.random.default_rng(seed)
    alike = np.lexsort((random.random(len(y)), y, treated))
    dealt = random.permuted(np.tile(np.arange(FOLDS), (-(-len(y) // FOLDS), 1)), axis=1).ravel()[: len(y)]
    folds = np.empty(len(y), dtype=np.intp)
    folds[alike] = dealt
    return folds


def _check(treated: Booleans) -> None:
    least = min(int(treated.sum()), int((~treated).sum()))
    if least < LEAST:
        raise Problem(
            f"Uplift by account needs at least {LEAST} accounts that were contacted and {LEAST} held out, and one of "
            f"the two has {least}; wait for more outcomes, or hold out a larger share."
        )
