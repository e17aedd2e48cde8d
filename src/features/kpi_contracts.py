"""The KPIs of renewal and revenue: what came due, what was kept, what was added."""

import pandas as pd

from leadline.features.quarter import NAN, Counted, Quarter


def accounts_due(q: Quarter) -> Counted:
    """How many accounts came due."""
    return Counted(len(q.due), NAN, q.settled)


def renewal_rate(q: Quarter) -> Counted:
    """Accounts that renewed, of the accounts due."""
    return Counted(q.due["renewed"].sum(), len(q.due), q.settled)


def renewal_rate_by_money(q: Quarter) -> Counted:
    """ARR renewed, of each account no more than was due, of the ARR due."""
    kept = q.due[["mrr_due", "mrr_after"]].min(axis=1).where(q.due["renewed"], 0)
    return Counted(12 * kept.sum(), 12 * q.due["mrr_due"].sum(), q.settled)


def early_renewal_rate(q: Quarter) -> Counted:
    """Accounts whose renewal was known 30 days ahead, of the accounts due; untold where no row was ever known ahead."""
    rows = q.rows("subscriptions", "known_at")
    if not (rows["known_at"] < rows["start_date"]).any():
        return Counted(NAN, NAN, q.settled, "signing_unknown")
    return Counted(q.due["early"].sum(), len(q.due), q.settled)


def nrr(q: Quarter) -> Counted:
    """ARR now of the accounts of a year ago, of their ARR then."""
    return Counted(*kept_net(q.kept_in_year), q.year)


def grr(q: Quarter) -> Counted:
    """ARR now of the accounts of a year ago, of each no more than then, of their ARR then."""
    return Counted(*kept_gross(q.kept_in_year), q.year)


def kept_net(kept: pd.DataFrame) -> tuple[float, float]:
    """ARR after and before of accounts whose MRR stands in the columns `before` and `after`."""
    return 12 * kept["after"].sum(), 12 * kept["before"].sum()


def kept_gross(kept: pd.DataFrame) -> tuple[float, float]:
    """The same, of each account no more after than before."""
    return 12 * kept.min(axis=1).sum(), 12 * kept["before"].sum()


def expansion_arr(q: Quarter) -> Counted:
    """ARR added by accounts that grew, beside the ARR of all at the start."""
    rows = q.kept_since(q.settled.start)
    rows = rows[rows["before"] > 0]
    grown = (rows["after"] - rows["before"]).clip(lower=0)
    return Counted(12 * grown.sum(), 12 * rows["before"].sum(), q.settled)


def _chances(q: Quarter) -> pd.DataFrame | None:
    """account_id and as_of of when each account was first named; None where no list of the weeks names any."""
    if q.expansion_listed is None:
        return None
    found = q.expansion_listed[q.recent.holds(q.expansion_listed["as_of"])]
    found = found.sort_values("as_of", kind="stable").drop_duplicates("account_id")
    return None if found.empty else found[["account_id", "as_of"]]


def expansion_chances(q: Quarter) -> Counted:
    """How many accounts the expansion lists of the weeks named."""
    found = _chances(q)
    return Counted(NAN, NAN, q.recent, "no_lists") if found is None else Counted(len(found), NAN, q.recent)


def expansion_chances_taken(q: Quarter) -> Counted:
    """Accounts that grew since they were first named, of the accounts named."""
    found = _chances(q)
    if found is None:
        return Counted(NAN, NAN, q.recent, "no_lists")
    dates = found["as_of"].unique()
    then = pd.concat(
        [q.mrr(pd.Timestamp(date)).reindex(found.loc[found["as_of"] == date, "account_id"]) for date in dates]
    )
    now = q.mrr(q.as_of).reindex(then.index, fill_value=0.0)
    grown = (then > 0) & (now >= q.settings.expansion_ratio * then - 1e-9)
    return Counted(grown.sum(), len(found), q.recent)


def _renewed_in(q: Quarter, arm: str) -> Counted:
    """Renewals among accounts of an arm that were listed within an outcome window before a term end."""
    listed = q.listings
    if listed is None or listed.empty:
        return Counted(NAN, NAN, q.settled, "no_listings")
    both = q.terms.merge(listed[listed["listed_as_of"] < q.as_of], on="account_id")
    ahead = both["term_end"] - both["listed_as_of"]
    both = both[(ahead > pd.Timedelta(0)) & (ahead <= pd.Timedelta(days=q.settings.window_days))]
    accounts = both.groupby("account_id").agg(arm=("arm", "first"), renewed=("renewed", "all"))
    renewed = accounts.loc[accounts["arm"] == arm, "renewed"]
    return Counted(renewed.sum(), len(renewed), q.settled)


def save_rate(q: Quarter) -> Counted:
    """Renewals among accounts to be followed, whether or not anybody did (by intention to treat)."""
    return _renewed_in(q, "treat")


def holdout_renewal_rate(q: Quarter) -> Counted:
    """Renewals among accounts left alone."""
    return _renewed_in(q, "holdout")
