"""How many accounts may be listed at a time, in whose book, and of which tier first."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from leadline.experiment import Capacity


@dataclass(frozen=True)
class Places:
    """Places free for new accounts: in all, in each CSM's book less those taken, for accounts without a CSM (None:
    bound by the total only), and kept for tiers, less their accounts that are listed already."""

    total: int
    capacity: Capacity
    taken: Mapping[str, int]
    unowned: int | None = None
    listed: Mapping[str, int] = field(default_factory=dict)

    def book(self, csm: str) -> int:
        """Places in a CSM's book, or, without a name, for accounts of nobody's."""
        if csm:
            return max(self.capacity.of(csm) - self.taken.get(csm, 0), 0)
        return self.total if self.unowned is None else self.unowned

    def kept_for(self, tier: str) -> int:
        """Places still kept for a tier: its share of the team's capacity, rounded down, less those it has."""
        share = int(self.capacity.tiers.get(tier, 0) * self.capacity.total + 1e-9)
        return max(share - self.listed.get(tier, 0), 0)


def all_places(capacity: Capacity) -> Places:
    """The places of a team with nothing open."""
    return Places(capacity.total, capacity, {})


def places_left(capacity: Capacity, interventions: pd.DataFrame, as_of: pd.Timestamp) -> Places:
    """The places that open interventions leave, as known at an as-of date.

    `interventions`: account_id, csm, started_at, closed_at. One is open when it started before the date, at most
    `open_days` before, and was not closed before it: a close that lies ahead was not known then. Each takes a place in
    the book of who did it (several for one account take one) and one of all; a CSM who follows more than their number
    takes no one else's places.
    """
    oldest = as_of - pd.Timedelta(days=capacity.open_days)
    started = (interventions["started_at"] < as_of) & (interventions["started_at"] >= oldest)
    still_open = interventions[started & ~(interventions["closed_at"] < as_of)]
    books = still_open.assign(csm=still_open["csm"].fillna("")).drop_duplicates(["account_id", "csm"])["csm"]
    taken = {str(csm): int(n) for csm, n in books.value_counts().items()}
    used = sum(min(n, capacity.of(csm)) if csm else n for csm, n in taken.items())
    return Places(max(capacity.total - used, 0), capacity, taken)


def within_capacity(csm: pd.Series, tier: pd.Series, places: Places, reach: pd.Series | None = None) -> pd.Series:
    """Which accounts are taken, given CSMs and tiers in order of rank, best first.

    The places kept for tiers go to the best of each tier that fit into their CSM's book; then all that are left, those
    no tier could fill too, go to the best of the rest that fit, of those that `reach` the level (by default all). No
    book and no total is ever exceeded.
    """
    enough = [True] * len(csm) if reach is None else reach.tolist()
    rows = list(zip(csm.fillna(""), tier.fillna(""), enough, strict=True))
    taken: set[int] = set()
    books: Counter[str] = Counter()
    tiers: Counter[str] = Counter()
    for kept in (True, False):
        for row, (book, of, reaches) in enumerate(rows):
            free = len(taken) < places.total and books[book] < places.book(book) and row not in taken
            if free and (tiers[of] < places.kept_for(of) if kept else reaches):
                taken.add(row)
                books[book] += 1
                tiers[of] += 1
    return pd.Series(range(len(rows)), index=csm.index).isin(taken)


def shared(sizes: pd.Series, total: int) -> pd.Series:
    """Share `total` places over groups in proportion to their accounts, by largest remainder.

    `sizes` holds accounts by group. No group gets more places than accounts; equal remainders go by group
    name.
    """
    accounts = round(float(sizes.sum()))
    places = min(total, accounts)
    whole = sizes * places // max(accounts, 1)
    rest = (sizes * places % max(accounts, 1)).rename("rest").rename_axis("group").reset_index()
    neediest = rest.sort_values(["rest", "group"], ascending=[False, True], kind="stable")["group"]
    extra = sizes.index.isin(neediest.head(places - int(whole.sum())))
    return (whole + extra).astype("int64")
