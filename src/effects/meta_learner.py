"""The R-learner of the library `metalearners` around LightGBM, and what it needs to run beside scikit-learn 1.8.

It asks scikit-learn whether a class is a classifier, and scikit-learn answers for estimators alone. So it is given
estimators that make new ones when called, and its own cross-fitting is told how to answer.
"""

from typing import TYPE_CHECKING, Any

from lightgbm import LGBMRegressor
from sklearn.dummy import DummyClassifier
from sklearn.utils import Tags, get_tags

if TYPE_CHECKING:
    from metalearners import RLearner
    from metalearners.cross_fit_estimator import CrossFitEstimator

FOLDS = 3


class _Trees(LGBMRegressor):
    _estimator_type = "regressor"

    def __call__(self, **settings: Any) -> LGBMRegressor:
        return LGBMRegressor(**settings)


class _ShareTreated(DummyClassifier):
    """Treatment is drawn, so its chance is one share for all: nothing about an account can say more."""

    _estimator_type = "classifier"

    def __call__(self, **settings: Any) -> DummyClassifier:
        return DummyClassifier(**settings)


def r_learner(trees: dict[str, Any], seed: int) -> "RLearner":
    """An R-learner (Nie & Wager, 2021) of one treatment, not fitted yet, with LightGBM's settings for both its models.

    The outcome is predicted for every row by trees that did not see it; the effect model is one, fitted on all rows.
    """
    from metalearners import RLearner  # late, for it loads matplotlib: seconds, and a cache in the user's folders
    from metalearners.cross_fit_estimator import CrossFitEstimator

    CrossFitEstimator.__sklearn_tags__ = _tags
    return RLearner(
        is_classification=False,
        n_variants=2,
        nuisance_model_factory=_Trees(),
        treatment_model_factory=_Trees(),
        propensity_model_factory=_ShareTreated(),
        nuisance_model_params=trees,
        treatment_model_params=trees,
        n_folds={"outcome_model": FOLDS, "propensity_model": FOLDS, "treatment_model": 1},
        random_state=seed,
    )


def _tags(self: "CrossFitEstimator") -> Tags:
    return get_tags(self.estimator_factory)
