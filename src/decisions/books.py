"""Whose accounts they are, and how many places each book has."""

import pandas as pd

from leadline.decisions.capacity import Places, shared

NOBODY = ""


def book_of(csm: pd.Series) -> pd.Series:
    """The book of each account: its CSM's name, empty for an account that has none."""
    return csm.fillna(NOBODY).astype("str")


def places(book: pd.Series, free: Places) -> pd.Series:
    """Places on the list by book, given the book of every account that may be listed, and the places there are.

    They go to books in proportion to their accounts, to none more than its CSM can follow or than it has
    accounts; what that leaves goes to books that can still take some. Accounts without a CSM share places as a book of
    their own.
    """
    sizes = book.groupby(book).size().sort_index().astype("int64")
    most = sizes.clip(upper=pd.Series({b: free.book(str(b)) for b in sizes.index}, dtype="int64"))
    given = pd.Series(0, index=sizes.index, dtype="int64")
    while (left := min(free.total, int(most.sum())) - int(given.sum())) > 0:
        open_books = sizes[given < most]
        given = given.add(shared(open_books, left), fill_value=0).astype("int64").clip(upper=most)
    return given


def group_of(book: str, books: pd.Index) -> str:
    """A book as a group of thresholds: `csm=Anna Li`; `all` where no account has a CSM."""
    return "all" if list(books) == [NOBODY] else f"csm={book}"


def rooms_of(rooms: pd.Series, free: Places, listed: pd.DataFrame) -> Places:
    """Rooms by book as places, given the accounts listed already (tier): never more than are free of all."""
    taken = {str(book): free.capacity.of(str(book)) - int(room) for book, room in rooms.items() if book != NOBODY}
    total = min(int(rooms.sum()), max(free.total - len(listed), 0))
    tiers = {str(tier): int(n) for tier, n in listed["tier"].value_counts().items()}
    return Places(total, free.capacity, taken, int(rooms.get(NOBODY, 0)), tiers)
