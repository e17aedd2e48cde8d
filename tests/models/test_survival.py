"""Survival curves of hand-made hazards."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.models.baseline_hazard import BaselineHazard
from leadline.models.hazard import Hazard
from leadline.models.hazard_level import Level
from leadline.models.survival import survival

NOW = pd.Timestamp("2024-06-03").as_unit("us")
HAZARD = Hazard(BaselineHazard({"12 months": 0.2, "1 months": 0.1, "first period": 0.0, "later period": 0.0}, 0.1),
                (), Level(0.2, 4.0), 1, 1)  # fmt: skip


def ahead(account: str, *months: int) -> pd.DataFrame:
    """Four-week periods of an account, with the length of the term that ends in each (0: none)."""
    n = len(months)
    frame = pd.DataFrame({"period": range(1, n + 1), "term_months": months})
    frame = frame.assign(account_id=account, as_of=NOW, opens=28 * (frame["period"] - 1), closes=28 * frame["period"])
    return frame.assign(term_ends=(frame["term_months"] > 0).astype(int), renewal=frame["term_months"].gt(0).cumsum())


def curves(frame: pd.DataFrame, announced: bool = False, hazard: Hazard = HAZARD) -> pd.DataFrame:
    keys = frame[["account_id", "as_of"]].drop_duplicates()
    return survival(hazard, frame, keys, keys.assign(arr=1000.0, announced=announced, eligible=True))


def test_a_monthly_account_by_hand() -> None:
    found = curves(ahead("a", 1, 0, 1))
    assert found["period_end"].tolist() == [28, 56, 84]
    assert found["survival"].tolist() == pytest.approx([0.9, 0.9, 0.81])
    assert found["expected_loss"].tolist() == pytest.approx([100, 100, 190])
    assert found["p_reach_renewal"].tolist() == pytest.approx([0.9] * 3)


def test_the_next_renewal_of_a_yearly_account() -> None:
    found = curves(ahead("a", 0, 0, 12, 0))
    assert found["survival"].tolist() == pytest.approx([1, 1, 0.8, 0.8])
    assert found["p_reach_renewal"].tolist() == pytest.approx([0.8] * 4)
    assert curves(ahead("a", 0, 0))["p_reach_renewal"].isna().all()


def test_an_account_that_announced_it_leaves_at_its_term_end() -> None:
    assert curves(ahead("a", 0, 12, 0), announced=True)["survival"].tolist() == [1, 0, 0]
    assert curves(ahead("a", 0, 0), announced=True)["survival"].tolist() == [0, 0]


@settings(deadline=None)
@given(
    months=st.lists(st.sampled_from([0, 1, 6, 12]), min_size=1, max_size=13),
    rates=st.dictionaries(st.sampled_from(["1 months", "6 months", "12 months", "later period"]), st.floats(0, 0.99)),
)
def test_chances_are_chances_and_nobody_comes_back(months: list[int], rates: dict[str, float]) -> None:
    found = curves(ahead("a", *months), hazard=Hazard(BaselineHazard(rates, 0.1), (), Level(0.2, 4.0), 1, 1))
    assert found["hazard"].between(0, 1).all()
    assert found["survival"].between(0, 1).all()
    assert (np.diff(found["survival"]) <= 1e-12).all()
