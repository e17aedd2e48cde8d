import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.decisions.capacity import shared, within_capacity
from leadline.experiment import Capacity


def csm(*names: str | None) -> pd.Series:
    return pd.Series(names, dtype="str")


@pytest.mark.parametrize(
    ("csms", "each", "books", "taken"),
    [
        (1, 2, csm("anna", "anna", "anna"), [True, True, False]),
        (2, 1, csm("anna", "anna", "bo"), [True, False, True]),
        (1, 2, csm("anna", "bo", "cy"), [True, True, False]),
        (2, 2, csm(None, None, None, None, None), [True, True, True, True, False]),
        (2, 1, csm("anna", "anna", None, "bo"), [True, False, True, False]),
        (2, 1, csm("", "", ""), [True, True, False]),
        (0, 5, csm("anna"), [False]),
        (5, 0, csm("anna", None), [False, False]),
        (9, 9, csm("anna", None), [True, True]),
        (1, 1, csm(), []),
    ],
    ids=[
        "a full book",
        "a full book leaves room for another's",
        "more CSMs than the team has",
        "nobody's accounts share the total",
        "both",
        "an empty name is nobody",
        "no CSM",
        "no hours",
        "more than accounts",
        "no account",
    ],
)
def test_who_is_taken(csms: int, each: int, books: pd.Series, taken: list[bool]) -> None:
    assert within_capacity(books, Capacity(csms=csms, accounts_each=each)).tolist() == taken


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["anna", "bo", "cy", None])),
    st.integers(0, 4),
    st.integers(0, 4),
)
def test_neither_book_nor_total_overflows_and_no_place_stays_empty(
    names: list[str | None], csms: int, each: int
) -> None:
    books = csm(*names)
    taken = within_capacity(books, Capacity(csms=csms, accounts_each=each))
    per_book = books[taken].dropna().value_counts()
    assert taken.sum() <= csms * each
    assert (per_book <= each).all()
    for book in books[~taken].dropna():
        assert taken.sum() == csms * each or per_book.get(book, 0) == each


@pytest.mark.parametrize(
    ("sizes", "total", "places"),
    [
        ({"a": 60, "b": 40}, 10, {"a": 6, "b": 4}),
        ({"a": 50, "b": 30, "c": 20}, 3, {"a": 1, "b": 1, "c": 1}),
        ({"a": 40, "b": 40, "c": 40}, 4, {"a": 2, "b": 1, "c": 1}),
        ({"c": 40, "a": 40}, 1, {"c": 0, "a": 1}),
        ({"a": 3, "b": 2}, 99, {"a": 3, "b": 2}),
        ({"a": 3, "b": 2}, 0, {"a": 0, "b": 0}),
        ({}, 5, {}),
    ],
)
def test_capacity_is_shared_by_accounts(sizes: dict[str, int], total: int, places: dict[str, int]) -> None:
    assert shared(pd.Series(sizes, dtype="int64"), total).to_dict() == places


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=3), st.integers(1, 500), max_size=8), st.integers(0, 1000))
def test_shares_add_up_and_fit_their_groups(sizes: dict[str, int], total: int) -> None:
    series = pd.Series(sizes, dtype="int64")
    places = shared(series, total)
    assert places.sum() == min(total, series.sum())
    assert ((places >= 0) & (places <= series)).all()
