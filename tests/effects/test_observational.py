"""A planted confounder: the plain difference has the wrong sign, the doubly robust one holds the truth."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from leadline.effects.balance import balance
from leadline.effects.observational import augmented, effect_on_contacted, overlapping, placebo_check
from leadline.problem import Problem

COVARIATES = ["fall", "seats", "due"]
HELPS = 2 / 3  # of the chance of leaving is left


def _planted(n: int = 1500, seed: int = 1) -> pd.DataFrame:
    """Accounts whose usage fell are contacted more and leave more; a contact takes a third off that chance."""
    rng = np.random.default_rng(seed)
    fall, seats, due = rng.normal(size=n), rng.lognormal(2, 0.5, n), rng.random(n) < 0.4
    contacted = rng.random(n) < expit(-1.8 + 1.2 * fall + 0.5 * due)
    held = expit(-2 + 1.2 * fall + 0.8 * due)
    luck = rng.random(n)
    return pd.DataFrame(
        {
            "account_id": [f"a{i:05}" for i in range(n)],
            "contacted": contacted,
            "left": (luck < np.where(contacted, HELPS * held, held)).astype(float),
            "money": 100 * fall + seats + np.where(contacted, -50, 0) + rng.normal(0, 30, n),
            "earlier": 2 * fall + rng.normal(size=n),
            "held": held,
            "propensity": expit(-1.8 + 1.2 * fall + 0.5 * due),
            "fall": fall,
            "seats": np.where(rng.random(n) < 0.02, np.nan, seats),
            "due": due,
        }
    )


def test_a_difference_by_hand() -> None:
    """Residuals 0.5 and 0.1 of the contacted; 0.3 and -0.1 of the others at odds 1 and 3, of mean 0."""
    observed, expected = np.array([1.0, 0.6, 0.5, 0.2]), np.array([0.5, 0.5, 0.2, 0.3])
    found = augmented(observed, np.array([True, True, False, False]), np.array([0.5, 0.5, 0.5, 0.75]), expected)
    assert found.value == pytest.approx(0.3)
    influence = np.array([0.2 / 0.5, -0.2 / 0.5, -0.3, 3 * 0.1])  # odds over their mean over all, which is 1
    margin = 1.96 * influence.std(ddof=1) / 2
    assert (found.low, found.high) == pytest.approx((0.3 - margin, 0.3 + margin))
    assert (found.n_treat, found.n_holdout) == (2, 2)


def test_right_when_either_model_is_wrong_and_wrong_when_both_are() -> None:
    table = _planted(60_000)
    contacted, left = table["contacted"].to_numpy(), table["left"].to_numpy()
    truth = (HELPS - 1) * table["held"][contacted].mean()
    right_p, right_y = table["propensity"].to_numpy(), table["held"].to_numpy()
    wrong_p, wrong_y = np.full(len(table), contacted.mean()), np.full(len(table), left.mean())
    for p, y in ((right_p, right_y), (wrong_p, right_y), (right_p, wrong_y)):
        assert abs(augmented(left, contacted, p, y).value - truth) < 0.02
    assert augmented(left, contacted, wrong_p, wrong_y).value > truth + 0.15


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_planted_confounder_turns_the_plain_difference_and_not_the_estimate(seed: int) -> None:
    table = _planted(seed=seed)
    found = effect_on_contacted(table, COVARIATES, "left", seed=7)
    kept = table["contacted"] & (found.weights > 0)
    truth = (HELPS - 1) * table["held"][kept].mean()
    assert found.naive > 0
    assert found.estimate.low < truth < found.estimate.high < 0
    assert found.contacted_mean == pytest.approx(table["left"][kept].mean())
    assert found.counterfactual_mean == pytest.approx(table["held"][kept].mean(), abs=0.08)
    assert (found.estimate.n_treat, found.left_out) == (kept.sum(), table["contacted"].sum() - kept.sum())
    assert found.estimate.n_holdout + found.unlike == (~table["contacted"]).sum()
    after = balance(table, COVARIATES, found.weights).set_index("covariate")
    assert after.loc["fall", "before"] > 0.8
    assert abs(after.loc["fall", "after"]) < 0.2


def test_money_too() -> None:
    found = effect_on_contacted(_planted(), COVARIATES, "money", seed=7)
    assert found.naive > 20
    assert found.estimate.low < -50 < found.estimate.high
    assert found.estimate.width < 15


def test_an_earlier_outcome_shows_no_effect_unless_something_is_left_out() -> None:
    table = _planted()
    assert placebo_check(table, COVARIATES, "earlier", seed=7).passed
    blind = placebo_check(table, ["seats"], "earlier", seed=7)
    assert not blind.passed
    assert blind.estimate.value > 1


def test_the_same_whatever_the_order_of_rows_and_every_time() -> None:
    table = _planted(600)
    shuffled = table.sample(frac=1, random_state=3)
    first, again = (effect_on_contacted(table, COVARIATES, "left", seed=7) for _ in range(2))
    other = effect_on_contacted(shuffled, COVARIATES, "left", seed=7)
    assert first.estimate == again.estimate == other.estimate
    assert (first.weights == again.weights).all()
    assert (other.weights == first.weights[shuffled.index]).all()


def test_the_range_both_groups_have() -> None:
    propensity = np.array([0.05, 0.2, 0.6, 0.97, 0.1, 0.5, 0.96, 0.99])
    contacted = np.array([False] * 4 + [True] * 4)
    assert overlapping(propensity, contacted).tolist() == [False, True, True, False, True, True, False, False]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"contacted": False}, "0 accounts contacted: an effect needs 30"),
        ({"contacted": True}, "0 accounts not contacted: .* hold some out at random"),
        ({"left": 0.0}, "0 had one of the two outcomes"),
        ({"left": np.nan}, "600 of 600 accounts have no left"),
        ({"account_id": "a1"}, "a1 is there twice"),
    ],
)
def test_no_number_where_there_is_nothing_to_compare(change: dict[str, object], words: str) -> None:
    with pytest.raises(Problem, match=words):
        effect_on_contacted(_planted(600).assign(**change), COVARIATES, "left", seed=7)


def test_few_contacted_are_too_few() -> None:
    table = _planted(600)
    few = pd.concat([table[table["contacted"]].head(29), table[~table["contacted"]]])
    with pytest.raises(Problem, match="29 accounts contacted"):
        effect_on_contacted(few, COVARIATES, "left", seed=7)


def test_groups_that_have_no_like_are_not_compared() -> None:
    table = _planted(600)
    apart = table.assign(fall=np.where(table["contacted"], 1.0, -1.0) * (5 + table["seats"] / 1000))
    with pytest.raises(Problem, match="with a like in the other group"):
        effect_on_contacted(apart, ["fall"], "left", seed=7)
