"""The bootstrap draws whole accounts."""

import numpy as np
import pandas as pd
import pytest

from leadline.models.bootstrap import account_counts, interval, replicated


def test_the_first_row_is_the_data_as_they_are_and_every_draw_is_of_as_many_accounts() -> None:
    counts = account_counts(pd.Series(["b", "a", "a", "c"]), draws=50, seed=1)
    assert list(counts.columns) == ["a", "b", "c"]
    assert (counts.iloc[0] == 1).all()
    assert (counts.sum(axis=1) == 3).all()
    assert counts[1:].std().min() > 0


def test_the_same_seed_draws_the_same() -> None:
    accounts = pd.Series(["a", "b", "c"])
    pd.testing.assert_frame_equal(account_counts(accounts, 9, 4), account_counts(accounts, 9, 4))
    assert not account_counts(accounts, 9, 4).equals(account_counts(accounts, 9, 5))


def test_rows_of_an_account_are_drawn_together() -> None:
    accounts = pd.Series(["a", "b", "a"])
    weights = replicated(account_counts(accounts, 20, 1), accounts, lambda w: w)
    assert (weights[:, 0] == weights[:, 2]).all()


def test_rows_that_repeat_an_account_do_not_narrow_the_interval() -> None:
    """Thirty accounts told once or ten times are thirty accounts."""
    once = pd.Series([f"a{i}" for i in range(30)])
    values = np.arange(30.0)

    def mean_interval(times: int) -> tuple[float, float]:
        accounts = pd.concat([once] * times, ignore_index=True)
        repeated = np.tile(values, times)
        counts = account_counts(accounts, 400, 1)
        return interval(replicated(counts, accounts, lambda w: w @ repeated / w.sum(axis=1)))

    assert mean_interval(10) == pytest.approx(mean_interval(1))


def test_undefined_draws_are_left_out() -> None:
    assert interval(np.array([np.nan, 1.0, 1.0])) == (1.0, 1.0)
    assert np.isnan(interval(np.array([np.nan]))).all()
