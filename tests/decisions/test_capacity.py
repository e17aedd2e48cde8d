import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.decisions.capacity import all_places, places_left, shared, within_capacity
from leadline.experiment import Capacity

NOW = pd.Timestamp("2024-03-04")


def csm(*names: str | None) -> pd.Series:
    return pd.Series(names, dtype="str")


def taken_by(books: pd.Series, capacity: Capacity, tiers: pd.Series | None = None) -> pd.Series:
    tiers = pd.Series("growth", books.index, dtype="str") if tiers is None else tiers
    return within_capacity(books, tiers, all_places(capacity))


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
    assert taken_by(books, Capacity(csms=csms, accounts_each=each)).tolist() == taken


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
    taken = taken_by(books, Capacity(csms=csms, accounts_each=each))
    per_book = books[taken].dropna().value_counts()
    assert taken.sum() <= csms * each
    assert (per_book <= each).all()
    for book in books[~taken].dropna():
        assert taken.sum() == csms * each or per_book.get(book, 0) == each


def test_a_csm_may_have_a_number_of_their_own() -> None:
    capacity = Capacity(csms=3, accounts_each=2, by_csm={"anna": 1, "bo": 0})
    assert capacity.total == 1 + 0 + 2
    assert taken_by(csm("anna", "anna", "bo", "cy", "cy", "cy"), capacity).tolist() == [1, 0, 0, 1, 1, 0]


@pytest.mark.parametrize(
    ("shares", "tiers", "taken"),
    [
        ({}, "sssgb", [1, 1, 1, 1, 0]),
        ({"b": 0.25}, "sssgb", [1, 1, 1, 0, 1]),
        ({"b": 0.25, "g": 0.25}, "ssssgb", [1, 1, 0, 0, 1, 1]),
        ({"b": 0.5}, "ssssb", [1, 1, 1, 0, 1]),
        ({"b": 0.5}, "bbbbb", [1, 1, 1, 1, 0]),
        ({"b": 0.49}, "sssbb", [1, 1, 1, 1, 0]),
        ({"s": 1.0}, "bbs", [1, 1, 1]),
    ],
    ids=[
        "none kept",
        "the best of a tier",
        "two tiers",
        "unused go to the rest",
        "no upper limit",
        "rounded down",
        "all",
    ],
)
def test_places_kept_for_a_tier_go_to_its_best_first(shares: dict, tiers: str, taken: list[int]) -> None:
    capacity = Capacity(csms=2, accounts_each=2, tiers=shares)
    assert taken_by(csm(*[None] * len(tiers)), capacity, pd.Series(list(tiers))).tolist() == taken


def test_a_full_book_takes_none_of_a_tier_either() -> None:
    capacity = Capacity(csms=2, accounts_each=1, tiers={"b": 1.0})
    assert taken_by(csm("anna", "anna", "bo"), capacity, pd.Series(list("bbs"))).tolist() == [True, False, True]


WISHES = st.lists(st.tuples(st.sampled_from(["anna", "bo", "cy", None]), st.sampled_from(["b", "g", None])))
CAPACITIES = st.builds(
    Capacity,
    csms=st.integers(1, 4),
    accounts_each=st.integers(0, 4),
    by_csm=st.dictionaries(st.just("anna"), st.integers(0, 4)),
    tiers=st.dictionaries(st.sampled_from(["b", "g"]), st.sampled_from([0.25, 0.5])),
)


@settings(deadline=None)
@given(WISHES, CAPACITIES)
def test_whatever_is_kept_no_limit_breaks_and_the_best_of_book_and_tier_come_first(
    rows: list[tuple[str | None, str | None]], capacity: Capacity
) -> None:
    frame = pd.DataFrame(rows, columns=["csm", "tier"]).astype("str")
    frame["taken"] = within_capacity(frame["csm"], frame["tier"], all_places(capacity))
    for (book,), accounts in frame.dropna(subset="csm").groupby(["csm"]):
        assert accounts["taken"].sum() <= capacity.of(book)
    assert frame["taken"].sum() <= capacity.total
    for _, alike in frame.groupby(["csm", "tier"], dropna=False):
        assert alike["taken"].is_monotonic_decreasing
    nobodys = frame[frame["csm"].isna()]
    assert nobodys["taken"].all() or frame["taken"].sum() == capacity.total
    for tier, share in capacity.tiers.items():
        wanted = min((nobodys["tier"] == tier).sum(), int(share * capacity.total))
        assert len(nobodys) < len(frame) or (frame["taken"] & (frame["tier"] == tier)).sum() >= wanted


def interventions(*rows: tuple[str, str | None, float, float | None]) -> pd.DataFrame:
    """Account, CSM, and the days before the as-of date on which it started and was closed."""
    frame = pd.DataFrame(rows, columns=["account_id", "csm", "started_at", "closed_at"])
    moments = {c: NOW - pd.to_timedelta(frame[c].astype(float), unit="D") for c in ("started_at", "closed_at")}
    return frame.astype({"account_id": "str", "csm": "str"}).assign(**moments)


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        ((), {"anna": 3, "bo": 3, "all": 6}),
        ((("a", "anna", 7, None),), {"anna": 2, "bo": 3, "all": 5}),
        ((("a", "anna", 7, -3),), {"anna": 2, "bo": 3, "all": 5}),
        ((("a", "anna", 7, 0),), {"anna": 2, "bo": 3, "all": 5}),
        ((("a", "anna", 7, 1),), {"anna": 3, "bo": 3, "all": 6}),
        ((("a", "anna", 0, None),), {"anna": 3, "bo": 3, "all": 6}),
        ((("a", "anna", -2, None),), {"anna": 3, "bo": 3, "all": 6}),
        ((("a", "anna", None, None),), {"anna": 3, "bo": 3, "all": 6}),
        ((("a", "anna", 56, None),), {"anna": 2, "bo": 3, "all": 5}),
        ((("a", "anna", 57, None),), {"anna": 3, "bo": 3, "all": 6}),
        ((("a", "anna", 57, -3),), {"anna": 3, "bo": 3, "all": 6}),
        ((("a", "anna", 7, None), ("a", "anna", 3, None)), {"anna": 2, "bo": 3, "all": 5}),
        ((("a", None, 7, None),), {"anna": 3, "bo": 3, "all": 5}),
        (tuple((f"{i}", "anna", 7, None) for i in range(9)), {"anna": 0, "bo": 3, "all": 3}),
        (tuple((f"{i}", None, 7, None) for i in range(9)), {"anna": 3, "bo": 3, "all": 0}),
    ],
    ids=[
        "none",
        "open",
        "to be closed, but nobody knew",
        "closed on the date",
        "closed the day before",
        "starts on the date",
        "starts later",
        "never started",
        "old",
        "too old to be still open",
        "too old, and closed later",
        "twice for one account",
        "by nobody",
        "more than a book holds",
        "more than there are places",
    ],
)
def test_open_interventions_use_capacity_up(rows: tuple, left: dict[str, int]) -> None:
    free = places_left(Capacity(csms=2, accounts_each=3), interventions(*rows), NOW)
    assert {"anna": free.book("anna"), "bo": free.book("bo"), "all": free.total} == left
    assert free.book("") == free.total


def test_a_book_full_of_open_interventions_takes_nobody() -> None:
    free = places_left(Capacity(csms=2, accounts_each=1), interventions(("x", "anna", 7, None)), NOW)
    books = csm("anna", "bo", None)
    assert within_capacity(books, pd.Series("growth", books.index), free).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"csms": 1, "by_csm": {"anna": 1, "bo": 2}}, "by_csm names 2 CSMs, and csms says there are 1"),
        ({"tiers": {"benchmark": 0.7, "growth": 0.4}}, "add up to more than 1"),
        ({"tiers": {"benchmark": 0}}, "greater than 0"),
        ({"by_csm": {"anna": -1}}, "greater than or equal to 0"),
    ],
)
def test_a_capacity_that_cannot_be_is_refused(settings: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Capacity(**settings)


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
