"""The balance table by hand."""

import numpy as np
import pandas as pd
import pytest

from leadline.effects.balance import balance

ACCOUNTS = pd.DataFrame(
    {
        "contacted": [True, True, False, False, False],
        "usage": [1.0, 3.0, 3.0, 5.0, 7.0],  # means 2 and 5, variances 2 and 4
        "seats": [10.0, 10.0, 10.0, 10.0, 10.0],
        "nps": [np.nan, 8.0, 8.0, 8.0, 8.0],
    }
)


def test_a_table_by_hand() -> None:
    """Weights 3, 1, 0 make the mean usage of the others 3.5; the root of the mean variance is that of 3."""
    table = balance(ACCOUNTS, ["seats", "usage"], np.array([1.0, 1.0, 3.0, 1.0, 0.0])).set_index("covariate")
    assert table.index.tolist() == ["usage", "seats"]
    assert table.loc["usage", ["contacted", "others", "others_weighted"]].tolist() == [2.0, 5.0, 3.5]
    assert table.loc["usage", "before"] == pytest.approx(-3 / 3**0.5)
    assert table.loc["usage", "after"] == pytest.approx(-1.5 / 3**0.5)
    assert table.loc["seats", ["before", "after"]].tolist() == [0.0, 0.0]
    assert table["alike"].tolist() == [False, True]


def test_accounts_left_out_count_before_and_not_after() -> None:
    """Without the first contacted account, and all the weight on its like, nothing is left of the difference."""
    row = balance(ACCOUNTS, ["usage"], np.array([0.0, 1.0, 2.0, 0.0, 0.0])).iloc[0]
    assert (row["contacted"], row["others_weighted"], row["after"]) == (3.0, 3.0, 0.0)
    assert row["before"] == pytest.approx(-3 / 3**0.5)
    assert row["alike"]


def test_missing_values_have_a_row_of_their_own() -> None:
    """Half of the contacted have no answer, all others do: shares 1/2 and 0, variances 1/2 and 0."""
    table = balance(ACCOUNTS, ["nps"], np.ones(5)).set_index("covariate")
    assert table.index.tolist() == ["nps missing", "nps"]
    assert table.loc["nps missing", "before"] == pytest.approx(0.5 / 0.25**0.5)
    assert table.loc["nps", "before"] == 0.0


def test_groups_that_differ_without_any_spread_are_not_alike() -> None:
    accounts = pd.DataFrame({"contacted": [True, True, False, False], "flag": [1.0, 1.0, 0.0, 0.0]})
    row = balance(accounts, ["flag"], np.ones(4)).iloc[0]
    assert row["after"] == np.inf
    assert not row["alike"]
