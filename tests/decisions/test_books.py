"""How many places each CSM's book has."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.decisions.books import book_of, group_of, places, rooms_of
from leadline.decisions.capacity import Places, all_places
from leadline.experiment import Capacity


@pytest.mark.parametrize(
    ("csms", "each", "accounts", "expected"),
    [
        (2, 3, {"anna": 9, "bo": 5}, {"anna": 3, "bo": 3}),
        (2, 3, {"anna": 9, "bo": 2}, {"anna": 3, "bo": 2}),
        (2, 3, {"": 9}, {"": 6}),
        (2, 3, {"": 6, "anna": 6}, {"": 3, "anna": 3}),
        (2, 3, {"": 1, "anna": 11}, {"": 1, "anna": 3}),
        (1, 3, {"anna": 6, "bo": 3}, {"anna": 2, "bo": 1}),
        (0, 3, {"anna": 6}, {"anna": 0}),
        (3, 0, {"anna": 6, "": 2}, {"": 0, "anna": 0}),
        (9, 9, {"anna": 1}, {"anna": 1}),
        (2, 2, {}, {}),
    ],
    ids=[
        "each has its own number",
        "no more than it has accounts",
        "nobody has a CSM",
        "some have none",
        "what a book cannot take goes to another",
        "more CSMs than the team has",
        "no CSM",
        "no hours",
        "one account",
        "no account",
    ],
)  # fmt: skip
def test_places(csms: int, each: int, accounts: dict[str, int], expected: dict[str, int]) -> None:
    book = pd.Series([name for name, n in accounts.items() for _ in range(n)], dtype="str")
    assert places(book, all_places(Capacity(csms=csms, accounts_each=each))).to_dict() == expected


def test_a_missing_csm_is_nobodys_book_and_groups_are_named() -> None:
    assert book_of(pd.Series(["anna", None], dtype="str")).tolist() == ["anna", ""]
    assert group_of("", pd.Index([""])) == "all"
    assert group_of("anna", pd.Index(["", "anna"])) == "csm=anna"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(["anna", "bo", "cy", ""]), max_size=30), st.integers(0, 4), st.integers(0, 5))
def test_places_fill_the_team_and_overfill_nobody(names: list[str], csms: int, each: int) -> None:
    capacity, book = Capacity(csms=csms, accounts_each=each), pd.Series(names, dtype="str")
    found, sizes = places(book, all_places(capacity)), book.value_counts()
    most = sum(min(n, each) if name else n for name, n in sizes.items())
    assert found.sum() == min(capacity.total, most)
    assert all(found[name] <= min(n, each if name else n) for name, n in sizes.items())


def test_open_work_takes_places_from_the_book_of_who_does_it() -> None:
    book, capacity = pd.Series(["anna"] * 5 + ["bo"] * 5, dtype="str"), Capacity(csms=2, accounts_each=3)
    assert places(book, Places(4, capacity, {"anna": 2})).to_dict() == {"anna": 1, "bo": 3}


def test_rooms_are_places_of_their_own() -> None:
    capacity = Capacity(csms=2, accounts_each=3, tiers={"growth": 0.5})
    listed = pd.DataFrame({"tier": ["growth", "growth", "standard"]})
    rooms = rooms_of(pd.Series({"": 2, "anna": 1, "bo": 0}), all_places(capacity), listed)
    assert (rooms.total, rooms.book("anna"), rooms.book("bo"), rooms.book("")) == (3, 1, 0, 2)
    assert (rooms.kept_for("growth"), rooms.kept_for("standard")) == (1, 0)


def test_rooms_never_exceed_what_is_free_of_all() -> None:
    """Accounts that moved between books overfill one, which leaves fewer places for the other."""
    listed = pd.DataFrame({"tier": ["growth"] * 5})
    rooms = rooms_of(pd.Series({"anna": 0, "bo": 3}), all_places(Capacity(csms=2, accounts_each=3)), listed)
    assert rooms.total == 1
