"""What each part of a model contributes, against SHAP's own explainer and by hand."""

from dataclasses import replace

import lightgbm
import numpy as np
import pandas as pd
import pytest
import shap

from leadline.models.calibration import Calibration
from leadline.models.explain import contributions
from leadline.models.fitted import Fitted
from leadline.models.lightgbm_model import fit_trees
from leadline.models.logistic import fit_logistic
from leadline.models.rule import Rule

NAMES = ("silent", "use", "trend", "luck")
RANDOM = np.random.default_rng(4)
X = RANDOM.normal(size=(300, 4))
X[::7, 0] = np.nan
Y = (X[:, 1] - X[:, 2] * X[:, 3] + RANDOM.normal(size=300) > 0).astype(float)
FRAME = pd.DataFrame(X, columns=NAMES, index=range(1000, 1300))
LOGISTIC = fit_logistic(X, Y, np.zeros(300), 1.0, (0, 0, 0, 0))


def fitted(**parts: object) -> Fitted:
    facts = {"base_rate": 0.5, "rows": 300, "positives": 150, "fingerprint": ""}
    return Fitted(**{"outcome": "churn", "kind": "blend", "columns": NAMES, **facts, **parts})


def trees(directions: tuple[int, ...]) -> str:
    return fit_trees(X, Y, LOGISTIC.margin(X), directions, rounds=25, seed=5)


@pytest.mark.filterwarnings("ignore:LightGBM binary classifier:UserWarning")
@pytest.mark.parametrize("directions", [(0, 0, 0, 0), (0, 1, -1, 0)], ids=["free", "monotone"])
def test_trees_contribute_shap_values(directions: tuple[int, ...]) -> None:
    text = trees(directions)
    silent = replace(LOGISTIC, weights=(0.0,) * len(LOGISTIC.weights), intercept=0.0)
    found = contributions(fitted(logistic=silent, trees=text), FRAME)
    explainer = shap.TreeExplainer(lightgbm.Booster(model_str=text))
    values = np.asarray(explainer.shap_values(X))
    assert np.abs(values).max() > 0.1
    np.testing.assert_allclose(found.values.to_numpy(), values, atol=1e-6)
    np.testing.assert_allclose(found.base, np.ravel(explainer.expected_value)[0], atol=1e-6)


def test_parts_are_added_and_stretched_by_the_calibration() -> None:
    text, recency = trees((0, 0, 0, 0)), Rule("recency", ("silent",), slope=0.7, intercept=-1.5)
    model = fitted(rule=recency, logistic=LOGISTIC, trees=text, calibration=Calibration(0.5, -0.25))
    found = contributions(model, FRAME)
    p = model.predict(FRAME)
    np.testing.assert_allclose(found.base + found.values.sum(axis=1).to_numpy(), np.log(p / (1 - p)), atol=1e-9)
    assert found.values.index.equals(FRAME.index)
    silent = replace(LOGISTIC, weights=(0.0,) * len(LOGISTIC.weights), intercept=0.0)
    parts = [
        fitted(rule=recency, columns=("silent",), kind="rule"),
        fitted(logistic=LOGISTIC, kind="logistic"),
        fitted(logistic=silent, trees=text),
    ]
    alone = [contributions(part, FRAME).values.reindex(columns=NAMES, fill_value=0.0) for part in parts]
    np.testing.assert_allclose(found.values, 0.5 * sum(alone), atol=1e-9)


def test_a_regression_contributes_weight_times_distance_from_the_mean() -> None:
    x = np.array([[0.0, 10.0], [2.0, 10.0], [4.0, 40.0]])
    model = fit_logistic(x, np.array([0.0, 1.0, 1.0]), np.zeros(3), 1.0, (0, 0))
    found = contributions(fitted(logistic=model, columns=("a", "b")), pd.DataFrame(x, columns=["a", "b"]))
    spread = [np.sqrt(8 / 3), np.sqrt(200)]
    np.testing.assert_allclose(found.values.to_numpy(), (x - [2, 20]) / spread * np.array(model.weights))
    assert found.base.tolist() == [model.intercept] * 3


def test_a_rule_gives_all_it_adds_to_the_worst_of_its_columns() -> None:
    frame = pd.DataFrame({"a": [1.0, 5.0, np.nan], "b": [3.0, 2.0, 4.0]})
    found = contributions(fitted(rule=Rule("decline", ("a", "b"), slope=2.0), columns=("a", "b"), kind="rule"), frame)
    assert found.values.to_numpy().tolist() == [[0, 6], [10, 0], [0, 8]]
    assert found.base.tolist() == [0, 0, 0]
