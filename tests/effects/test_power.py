import numpy as np
import pytest

from leadline.effects.power import planned_error, power


def test_by_eye() -> None:
    """2.8 standard errors are needed: four times the accounts halve the error."""
    now = power(effect=0.05, error=0.05 / 2.8016 * 2, units=100, weekly=10)
    assert now.needed == 400
    assert now.weeks == 30
    assert now.smallest == pytest.approx(0.1, rel=1e-3)


def test_enough_already_and_never() -> None:
    assert power(effect=0.2, error=0.05, units=100, weekly=0).weeks == 0
    assert power(effect=0.01, error=0.05, units=100, weekly=0).weeks == np.inf


def test_an_effect_of_that_size_is_found_in_four_cases_of_five() -> None:
    error = planned_error(0.3, np.repeat([1.0, 0.0], [400, 100]))
    assert error == pytest.approx(np.sqrt(0.21 * (1 / 400 + 1 / 100)))
    effect = power(0.1, error, 500, 1).smallest
    random = np.random.default_rng(7)
    held_out, treated = random.binomial(100, 0.3, 4000) / 100, random.binomial(400, 0.3 - effect, 4000) / 400
    sure = 1.96 * np.sqrt(held_out * (1 - held_out) / 99 + treated * (1 - treated) / 399)
    assert np.mean(held_out - treated > sure) == pytest.approx(0.8, abs=0.06)
