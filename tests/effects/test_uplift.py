"""Uplift by account: a planted difference of effects is found, none is not, and no row predicts itself."""

import numpy as np
import pandas as pd
import pytest

from leadline.effects.uplift import FOLDS, LEAST, _folds, cross_fitted_uplift, fit_uplift
from leadline.effects.uplift_curves import heterogeneity
from leadline.problem import Problem

Simulated = tuple[pd.DataFrame, np.ndarray, np.ndarray, np.ndarray]


def simulated(n: int, planted: float, seed: int, share: float = 0.8) -> Simulated:
    """Accounts kept at some 0.7, `planted` more where `helped` is above zero if treated; and that effect."""
    random = np.random.default_rng(seed)
    x = pd.DataFrame(random.normal(size=(n, 4)), columns=["risk", "helped", "noise", "more_noise"])
    x.loc[random.random(n) < 0.1, "noise"] = np.nan
    effect = planted * (x["helped"] > 0).to_numpy()
    treated = random.random(n) < share
    kept = 1 / (1 + np.exp(x["risk"].to_numpy() - 0.3))
    return x, (random.random(n) < np.clip(kept + effect * treated, 0, 1)).astype(float), treated, effect


def test_a_planted_difference_of_effects_is_found() -> None:
    x, y, treated, effect = simulated(2000, 0.4, seed=1)
    uplift = cross_fitted_uplift(x, y, treated, seed=7)
    assert heterogeneity(y, uplift, treated, 0.8).found
    assert uplift[effect > 0].mean() - uplift[effect == 0].mean() > 0.1
    assert np.corrcoef(uplift, effect)[0, 1] > 0.6


def test_new_accounts_are_told_apart_and_columns_may_come_in_any_order() -> None:
    x, y, treated, _ = simulated(2000, 0.4, seed=1)
    model = fit_uplift(x, y, treated, seed=7)
    new, _, _, effect = simulated(500, 0.3, seed=2)
    uplift = model.predict(new)
    assert np.corrcoef(uplift, effect)[0, 1] > 0.6
    np.testing.assert_array_equal(uplift, model.predict(new[new.columns[::-1]]))
    with pytest.raises(Problem, match="first helped"):
        model.predict(new.drop(columns="helped"))


def test_a_constant_effect_is_not_taken_for_heterogeneity() -> None:
    found = 0
    for seed in range(8):
        x, y, treated, _ = simulated(200, 0.0, seed)
        y = y + 0.1 * treated
        found += heterogeneity(y, cross_fitted_uplift(x, y, treated, seed), treated, 0.8).found
    assert found <= 1  # 0.2 are due at most; 20 of these would take too long


def test_no_row_has_a_part_in_its_own_prediction() -> None:
    x, y, treated, _ = simulated(300, 0.2, seed=4)
    money = 100 * y + np.arange(300) / 1e6  # no two alike, so that a change that keeps their order keeps the folds
    richest = int(money.argmax())
    changed = money.copy()
    changed[richest] += 1000
    before, after = (cross_fitted_uplift(x, outcomes, treated, seed=7) for outcomes in (money, changed))
    assert before[richest] == after[richest]
    assert np.mean(before != after) > 0.7  # all but the rows of its fold


def test_money_is_an_outcome_too_and_its_unit_is_kept() -> None:
    x, y, treated, _ = simulated(1000, 0.3, seed=5)
    dollars, thousands = (cross_fitted_uplift(x, y * unit, treated, seed=7) for unit in (20_000.0, 20.0))
    np.testing.assert_allclose(dollars, 1000 * thousands, rtol=1e-3, atol=1.0)


@pytest.mark.parametrize("share", [0.5, 0.95])
def test_small_and_lopsided_experiments_give_finite_numbers(share: float) -> None:
    x, y, treated, _ = simulated(300, 0.2, seed=6, share=share)
    x["empty"] = np.nan
    uplift = cross_fitted_uplift(x, y, treated, seed=7)
    assert np.isfinite(uplift).all()
    assert np.abs(uplift).max() < 1


def test_one_outcome_alone_shows_no_uplift() -> None:
    x, _, treated, _ = simulated(200, 0.2, seed=6)
    assert (cross_fitted_uplift(x, np.ones(200), treated, seed=7) == 0).all()


def test_the_same_data_and_seed_give_the_same_bytes() -> None:
    x, y, treated, _ = simulated(300, 0.2, seed=6)
    first, second = (cross_fitted_uplift(x, y, treated, seed=7) for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_every_row_is_held_out_and_each_fold_has_its_part_of_both_arms() -> None:
    _, y, treated, _ = simulated(503, 0.2, seed=6)
    folds = pd.Series(_folds(y, treated, seed=7))
    cells = pd.crosstab(folds, [treated, y])
    assert len(cells) == FOLDS
    assert (cells.max() - cells.min()).max() <= 2


def test_too_few_of_an_arm_are_a_problem() -> None:
    x, y, _, _ = simulated(200, 0.2, seed=6)
    few = np.arange(200) >= LEAST - 1
    with pytest.raises(Problem, match=f"at least {LEAST} accounts.*one of the two has {LEAST - 1};"):
        fit_uplift(x, y, few, seed=7)
    with pytest.raises(Problem, match="hold out a larger share"):
        cross_fitted_uplift(x, y, ~few, seed=7)
    assert np.isfinite(cross_fitted_uplift(x, y, np.arange(200) >= LEAST, seed=7)).all()
