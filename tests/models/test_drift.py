import numpy as np
import pandas as pd
import pytest

from leadline.models.drift import psi


def test_by_eye() -> None:
    """A hundred of a thousand values in each tenth; now two hundred in each of the lower five; half added to each."""
    before = pd.Series(np.arange(1000.0))
    p, q = np.array([200.5] * 5 + [0.5] * 5) / 1005, np.full(10, 0.1)
    assert psi(before // 2, before) == pytest.approx(((p - q) * np.log(p / q)).sum() - 9 * (2 / 1000))


def test_nothing_has_shifted_and_few_values_tell_nothing() -> None:
    values = pd.Series(np.arange(300.0))
    assert psi(values, values) == 0
    assert np.isnan(psi(values[:29], values))
    assert np.isnan(psi(values.where(values > 280), values))
    assert psi(pd.Series([3.0] * 50), pd.Series([3.0] * 50)) == 0


def test_chance_alone_makes_little_of_it_in_small_samples() -> None:
    random = np.random.default_rng(7)
    found = [psi(pd.Series(random.normal(size=60)), pd.Series(random.normal(size=600))) for _ in range(200)]
    assert np.mean(found) < 0.1
    moved = [psi(pd.Series(random.normal(1, size=60)), pd.Series(random.normal(size=600))) for _ in range(50)]
    assert min(moved) > 0.25
