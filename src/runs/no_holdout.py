"""The accounts a team contacted and others like them, where nobody was held out at random."""

import numpy as np
import pandas as pd

from leadline.decisions.arms import even
from leadline.effects.findings import Findings
from leadline.effects.measures import measured
from leadline.effects.without_holdout import PLACEBO, without_holdout
from leadline.features.after_listing import LONG_BEFORE, USAGE_DAYS, WEEKS
from leadline.problem import Problem
from leadline.runs.stepping_in import SteppingIn

LAST = WEEKS[-1]
SOON = 13  # days within which a call follows a list: an account must not have had to stay long in order to be called
MEASURES = ("churn", "arr_kept", "usage")
INDICATORS = (
    "active_days", "active_users", "billing_months", "core_per_user", "core_trend", "core_users_share",
    "days_since_last_event", "days_to_term_end", "days_trend", "drop_from_best", "events", "events_per_user",
    "events_trend", "modules_used", "mrr", "new_users_share", "people_still_here", "seat_utilisation", "seats",
    "silent_users_share", "steepest_module_fall", "tenure", "tickets_per_user", "users_trend",
)  # fmt: skip


def observed(found: SteppingIn) -> Findings:
    """What can be said of contact, by what was known of the accounts; a Problem where nobody told of a contact."""
    contacts = first_contacts(found.told)
    if contacts.empty:
        raise Problem(
            "Nobody was held out, and no intervention was started, so there is nothing to compare. Set holdout_share "
            "in the experiment, and bring back what the team did as the table interventions."
        )
    pairs = compared(found.known, contacts)
    # nobody can be called who has left, so those who left before a call was due are looked at on neither side
    table = found.at_listing(pairs[~found.left_within(pairs, SOON)].reset_index(drop=True))
    unit = table["account_id"] + table["contacted"].map({True: "", False: " before"})  # one may stand on both sides
    keys = ["account_id", "as_of"]
    after = found.after_dates(table[keys]).merge(table[keys].assign(unit=unit), on=keys)
    table, after = table.assign(account_id=unit, share=0.0), after.assign(account_id=after["unit"])
    named = [c.name for c in found.weekly.columns if c.indicator.name in INDICATORS]
    columns = [name for name in dict.fromkeys(["p", *named]) if table[name].notna().any()]
    told = {}
    for name in MEASURES:
        one = measured(after, table, name, LAST)
        told[one.key] = pd.Series(one.y, index=table.index[one.units]).reindex(table.index)
    old_enough = table["tenure_days"] >= USAGE_DAYS - LONG_BEFORE
    usage = np.log1p(table["events_long_before"]).where(old_enough)
    rows = table[["account_id", "contacted", *columns]].assign(**told, **{PLACEBO: usage})
    known = [name for name in told if rows[name].notna().any()]
    if not known:
        raise Problem(f"No outcome is ripe yet: what became of accounts in {LAST} weeks cannot be seen for any.")
    return without_holdout(rows, columns, known, found.job.experiment.seed)


def first_contacts(told: pd.DataFrame) -> pd.DataFrame:
    """account_id, as_of of the list, of the first intervention of each account that was started within two weeks."""
    days = (told["started_at"] - told["listed_as_of"]).dt.days
    started = told[days.between(-1, SOON)].sort_values(["listed_as_of", "account_id"], kind="stable")
    first = started.drop_duplicates("account_id")[["account_id", "listed_as_of"]]
    return first.rename(columns={"listed_as_of": "as_of"}).reset_index(drop=True)


def compared(known: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """account_id, as_of, contacted: those contacted, at their first list; and one date of each account, drawn by a hash
    of its name from the dates of contacts, if it might have been listed then and was not contacted before, nor within
    12 weeks: one that is contacted later stands on both sides, for it must not be left out because it stayed.
    """
    scorable = known.loc[known["eligible"].astype(bool) & ~known["announced"].astype(bool), ["account_id", "as_of"]]
    mine = contacts.merge(scorable, on=["account_id", "as_of"])
    dates = np.sort(contacts["as_of"].to_numpy())
    names = np.sort(scorable["account_id"].unique())
    others = pd.DataFrame({"account_id": names, "as_of": [dates[int(even(name) * len(dates))] for name in names]})
    when = others["account_id"].map(contacts.set_index("account_id")["as_of"])
    alone = others[when.isna() | (when >= others["as_of"] + pd.Timedelta(weeks=LAST))]
    alone = alone.merge(scorable, on=["account_id", "as_of"])
    both = pd.concat([mine.assign(contacted=True), alone.assign(contacted=False)])
    return both.sort_values("account_id", kind="stable", ignore_index=True)
