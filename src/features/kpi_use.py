"""The KPIs of use and voice: adoption, first value, tier, referrals, NPS."""

import duckdb
import pandas as pd

from leadline.features.lifecycle import first_value
from leadline.features.quarter import NAN, Counted, Period, Quarter

ADOPTION = pd.Timedelta(days=28)
FIRST_VALUE = pd.Timedelta(days=90)
PROMOTER, DETRACTOR = 9, 6


def adoption_rate(q: Quarter) -> Counted:
    """Accounts with a core action in 28 days, of the accounts in force."""
    period = Period(q.as_of - ADOPTION, q.as_of)
    if q.log_begins > period.start:
        return Counted(NAN, NAN, period, "log_too_short")
    events, window = q.relations["events"], {"start": period.start.to_pydatetime(), "end": q.as_of.to_pydatetime()}  # noqa: F841
    used = duckdb.sql("""
        SELECT DISTINCT account_id FROM events
        WHERE occurred_at >= $start AND occurred_at < $end AND received_at < $end AND list_contains($core, action)
    """, params={**window, "core": list(q.core)}).df()  # fmt: skip
    return Counted(q.in_force.isin(used["account_id"]).sum(), len(q.in_force), period)


def growth_tier_share(q: Quarter) -> Counted:
    """Accounts of the growth tier, of the accounts in force; a tier not given is another."""
    accounts, period = q.relations["accounts"].select("account_id, tier").df(), Period(q.as_of, q.as_of)
    if accounts["tier"].isna().all():
        return Counted(NAN, NAN, period, "no_tier")
    growth = accounts.loc[accounts["tier"] == "growth", "account_id"]
    return Counted(q.in_force.isin(growth).sum(), len(q.in_force), period)


def first_value_rate(q: Quarter) -> Counted:
    """Accounts with a core action known within 90 days, of those created in the weeks that ended 90 days ago."""
    period = Period(q.recent.start - FIRST_VALUE, q.recent.end - FIRST_VALUE)
    if q.log_begins > period.start:
        return Counted(NAN, NAN, period, "log_too_short")
    accounts = q.relations["accounts"].select("account_id, created_at").df()
    new = accounts[period.holds(accounts["created_at"])].merge(
        first_value(q.relations["events"], q.core), on="account_id", how="left"
    )
    return Counted((new["valued_at"] < new["created_at"] + FIRST_VALUE).sum(), len(new), period)


def referrals(q: Quarter) -> Counted:
    """How many referrals were made."""
    made = q.rows("referrals", "referred_at")["referred_at"]
    return Counted(q.recent.holds(made).sum(), NAN, q.recent)


def referral_revenue(q: Quarter) -> Counted:
    """What the referrals won in the weeks brought, and how many they are; untold where no amount was ever given."""
    rows = q.rows("referrals", "referred_at")
    won = rows[rows["won_at"] < q.as_of]
    if won["amount"].isna().all():
        return Counted(NAN, NAN, q.recent, "no_amounts")
    won = won[q.recent.holds(won["won_at"])]
    return Counted(won["amount"].sum(), len(won), q.recent)


def nps(q: Quarter) -> Counted:
    """Promoters less detractors, of the answers; of each person the latest, of the nameless all."""
    rows = q.rows("surveys", "answered_at")
    rows = rows[q.recent.holds(rows["answered_at"])].sort_values(["answered_at", "score"], kind="stable")
    again = rows["user_id"].notna() & rows.duplicated(["account_id", "user_id"], keep="last")
    scores = rows.loc[~again, "score"]
    return Counted((scores >= PROMOTER).sum() - (scores <= DETRACTOR).sum(), len(scores), q.recent)
