"""The order of reasons: what people do before calendar and contract, families in turn."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_tables import column

from leadline.models.fitted import Fitted
from leadline.models.logistic import Logistic
from leadline.models.reasons import reasons

FAMILIES = {
    "term": "lifecycle",
    "tenure": "lifecycle",
    "price": "commercial",
    "events": "activity",
    "people": "activity",
    "nps": "voice",
}
COLUMNS = tuple(column(name, family) for name, family in FAMILIES.items())
N = len(COLUMNS)
LINE = Logistic((0.0,) * N, (), (0.0,) * N, (1.0,) * N, (1.0,) * N, -1.0)
MODEL = Fitted("churn", "logistic", tuple(FAMILIES), 0.1, 1, 1, "", logistic=LINE)


def told(top: int = 3, **contributions: float) -> pd.DataFrame:
    """Reasons of one account whose values are their own contributions; 0 where not given."""
    now = pd.DataFrame([{name: contributions.get(name, 0.0) for name in FAMILIES}]).assign(account_id="a")
    return reasons(MODEL, now, now, COLUMNS, "en", top)


@pytest.mark.parametrize(
    ("contributions", "order"),
    [
        ({"term": 9, "price": 8, "nps": 1}, ["nps", "term", "price"]),
        ({"term": 9, "tenure": 8, "price": 1}, ["term", "price", "tenure"]),
        ({"events": 9, "people": 8, "nps": 1}, ["events", "nps", "people"]),
        ({"term": 9, "events": 3, "people": 2, "nps": 1}, ["events", "nps", "people"]),
        ({"term": 9, "events": -3, "nps": -1}, ["term"]),
        ({"term": -1, "events": -3}, []),
        ({"events": 1, "nps": 1}, ["events", "nps"]),
        ({"events": 2, "people": 2, "nps": 3}, ["events", "nps", "people"]),
        ({"events": 9, "people": -10, "nps": 1}, ["nps"]),
    ],
)
def test_the_order_of_reasons(contributions: dict[str, float], order: list[str]) -> None:
    assert told(**contributions)["indicator"].tolist() == order


@settings(max_examples=25, deadline=None)
@given(st.fixed_dictionaries({name: st.integers(-5, 5).map(float) for name in FAMILIES}), st.integers(1, 6))
def test_as_many_as_asked_of_those_that_push_up_behaviour_first_and_families_in_turn(
    values: dict[str, float], top: int
) -> None:
    found = told(top, **values)
    in_all = pd.Series(values).groupby(FAMILIES).transform("sum")
    assert len(found) == min(top, sum(value > 0 and in_all[name] > 0 for name, value in values.items()))
    assert found["rank"].tolist() == list(range(1, len(found) + 1))
    assert found["contribution"].tolist() == [values[name] for name in found["indicator"]]
    families = found["indicator"].map(FAMILIES)
    calendar = families.isin(["lifecycle", "commercial"])
    assert calendar.is_monotonic_increasing
    turns = families.groupby(families).cumcount()
    assert all(turns[calendar == part].is_monotonic_increasing for part in (True, False))
