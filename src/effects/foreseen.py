"""What a doubly robust estimate leans on: chance of a contact and outcome without one, each foreseen out of fold."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from leadline.models.arrays import Booleans, Floats

FOLDS, REPEATS = 5, 5
_WITHIN = {"a_min": -3.0, "a_max": 3.0}  # standard deviations; beyond them a value says no more
PENALTY = 10.0  # of squared weights, in accounts


def foreseen(x: Floats, contacted: Booleans, outcome: Floats, seed: int) -> tuple[Floats, Floats]:
    """Propensity of a contact and outcome expected without one, an element each account.

    Cross-fitted (Chernozhukov et al. 2018): an account's numbers come from models fitted on other accounts alone,
    averaged over `REPEATS` divisions into folds.
    """
    rounds = [_once(x, contacted, outcome, seed + r) for r in range(REPEATS)]
    propensity, expected = np.mean(rounds, axis=0)
    return propensity, expected


def _once(x: Floats, contacted: Booleans, outcome: Floats, seed: int) -> tuple[Floats, Floats]:
    propensity, expected = np.empty(len(x)), np.empty(len(x))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(x, contacted):
        alone = train[~contacted[train]]
        propensity[test] = predicted(x[train], contacted[train].astype(np.float64), x[test])
        expected[test] = predicted(x[alone], outcome[alone], x[test])
    return propensity, expected


def predicted(x: Floats, y: Floats, at: Floats) -> Floats:
    """Expected value at other rows: a logistic regression where y is 0 or 1, ridge regression where it is an amount."""
    if y.min() == y.max():
        return np.full(len(at), y[0])
    if set(np.unique(y)) <= {0.0, 1.0}:
        model = _linear(LogisticRegression(C=1 / PENALTY, max_iter=1000)).fit(x, y)
        return np.asarray(model.predict_proba(at)[:, 1])
    return np.asarray(_linear(Ridge(alpha=PENALTY)).fit(x, y).predict(at))


def _linear(model: BaseEstimator) -> Pipeline:
    impute = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    return make_pipeline(impute, StandardScaler(), FunctionTransformer(np.clip, kw_args=_WITHIN), model)
