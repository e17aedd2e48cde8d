"""How many accounts may be listed in a week, and in whose book."""

import pandas as pd

from leadline.experiment import Capacity


def within_capacity(csm: pd.Series, capacity: Capacity) -> pd.Series:
    """Which accounts are taken, given their CSMs in order of rank, best first.

    A CSM's book takes at most `accounts_each`, all books together at most csms x accounts_each; accounts
    without a CSM share the total only. The limits nest, so taking the best first also yields the best whole
    list.
    """
    book = csm.fillna("")
    fits_book = book.eq("") | (book.groupby(book).cumcount() < capacity.accounts_each)
    return fits_book & (fits_book.cumsum() <= capacity.total)


def shared(sizes: pd.Series, total: int) -> pd.Series:
    """Share `total` places over groups in proportion to their accounts, by largest remainder.

    `sizes` holds accounts by group. No group gets more places than accounts; equal remainders go by group
    name.
    """
    accounts = int(sizes.sum())
    places = min(total, accounts)
    whole = sizes * places // max(accounts, 1)
    rest = (sizes * places % max(accounts, 1)).rename("rest").rename_axis("group").reset_index()
    neediest = rest.sort_values(["rest", "group"], ascending=[False, True], kind="stable")["group"]
    extra = sizes.index.isin(neediest.head(places - int(whole.sum())))
    return (whole + extra).astype("int64")
