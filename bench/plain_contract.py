"""Where an account stands in its contract, what it pays, asks and says, in plain pandas."""

import numpy as np
import pandas as pd

from bench.plain_log import DAY, ONE_DAY, Known, ratio

Values = dict[str, pd.Series]
URGENT = ("urgent", "high", "critical", "p1")


def term_ends(rows: pd.DataFrame) -> pd.Series:
    """The agreed end of each term where the table does not give it: the later of end_date and the months sold."""
    months = rows["billing_months"].fillna(0).astype("int64")
    sold = rows["start_date"].copy()
    for n in months.unique():
        sold[months == n] += pd.DateOffset(months=int(n))
    return rows["end_date"].where(rows["end_date"] >= sold, sold)


def commercial(known: Known, subscriptions: pd.DataFrame, users: dict[int, pd.Series]) -> Values:
    """Money, seats, products and terms in force; `users`: active users by window."""
    as_of = known.instant
    if subscriptions["term_end"].isna().all():
        subscriptions = subscriptions.assign(term_end=term_ends(subscriptions))
    rows = subscriptions[subscriptions["known_at"] < as_of]
    in_force = rows[(rows["start_date"] < as_of) & (rows["end_date"] >= as_of)].groupby("account")
    mrr = known.full(in_force["mrr"].sum(min_count=1), np.nan)
    seats = known.full(in_force["seats"].sum(min_count=1), np.nan)
    values = {
        "days_to_term_end": known.full((in_force["term_end"].max() - as_of) / ONE_DAY, np.nan),
        "mrr": mrr,
        "mrr_per_user_28": ratio(mrr, users[28]),
        "seats": seats,
        "discount": known.full(in_force["discount"].mean(), np.nan),
        "products": known.full(in_force["product"].nunique(dropna=False), np.nan),
        "billing_months": known.full(in_force["billing_months"].max(), np.nan),
    }
    return values | {f"seat_utilisation_{w}": ratio(users[w], seats) for w in (28, 84)} | past_changes(known, rows)


def past_changes(known: Known, rows: pd.DataFrame) -> Values:
    """How often the total mrr rose or fell by more than 0.5% from one start of a row to the next."""
    starts = rows.loc[rows["start_date"] < known.instant, ["account", "start_date"]].drop_duplicates()
    starts = starts.rename(columns={"start_date": "then"}).sort_values(["account", "then"])
    pairs = starts.merge(rows, on="account")
    paid = pairs["mrr"].where((pairs["start_date"] <= pairs["then"]) & (pairs["then"] < pairs["end_date"]), 0.0)
    total = paid.groupby([pairs["account"], pairs["then"]]).sum()  # of rows not in force too: it may be zero
    before = total.groupby("account").shift()
    # in whole numbers, so that exactly 0.5% is not more than 0.5%
    rose, fell = (200 * total > 201 * before) & (before > 0), 200 * total < 199 * before
    return {
        "past_expansions": known.full(rose.groupby("account").sum()),
        "past_contractions": known.full(fell.groupby("account").sum()),
    }


def payment(known: Known, invoices: pd.DataFrame) -> Values:
    """Invoices past their due date."""
    as_of = known.instant
    due, paid = invoices["due_date"], invoices["paid_at"]
    unpaid = invoices[(due < as_of) & (paid.isna() | (paid >= as_of))]
    failed = known.within(due, 335, 30) & (paid.isna() | (paid >= due + 30 * ONE_DAY))
    overdue = (as_of - unpaid.groupby("account")["due_date"].min()) / ONE_DAY
    recent = invoices[known.within(due, 112)]
    taken = recent["paid_at"].where(recent["paid_at"] < as_of, as_of) - recent["due_date"]
    delay = (taken / ONE_DAY).clip(-10, 60).groupby(recent["account"]).mean()
    return {
        "days_overdue": known.full(overdue),
        "failed_invoices": known.count(invoices[failed]),
        "payment_delay": known.full(delay, np.nan),
    }


def support(known: Known, tickets: pd.DataFrame, users: dict[int, pd.Series]) -> Values:
    """Calls for support: how many, still open, urgent, suddenly none; `users`: active users by window."""
    as_of = known.instant
    opened, closed = tickets["opened_at"], tickets["closed_at"]
    still = (opened < as_of) & (closed.isna() | (closed >= as_of))
    urgent = tickets["priority"].astype("str").str.lower().isin(URGENT)
    now, before = known.count(tickets[known.within(opened, 28)]), known.count(tickets[known.within(opened, 84, 28)])
    answered = tickets[known.within(closed, 182)].groupby("account")["csat"].mean()
    return {
        "tickets_per_user": ratio(known.count(tickets[known.within(opened, 84)]), users[84]),
        "open_tickets": known.count(tickets[still]),
        "open_urgent_tickets": known.count(tickets[still & urgent]),
        "urgent_tickets": known.count(tickets[known.within(opened, 84) & urgent]),
        "silence_after_tickets": ((before >= 3) & (now == 0)).astype("float64"),
        "last_csat": known.full(answered, np.nan),
    }


def voice(known: Known, surveys: pd.DataFrame) -> Values:
    """What its people answered."""
    answers = surveys[surveys["answered_at"] < known.instant]
    latest = answers.groupby("account")["answered_at"].transform("max")
    last = answers[answers["answered_at"] == latest].groupby("account")["score"].mean()
    year = known.count(answers[known.within(answers["answered_at"], 365)])
    return {"last_nps": known.full(last, np.nan), "nps_missing": (year == 0).astype("float64")}


def referrals(known: Known, made: pd.DataFrame) -> Values:
    """Referrals of the last year."""
    return {"referrals": known.count(made[known.within(made["referred_at"], 365)])}


def lifecycle(known: Known, accounts: pd.DataFrame, term_left: pd.Series | None) -> Values:
    """Tenure, stage, and the onboarding milestones reached; `term_left`: days to the term end, with contracts."""
    created = accounts.loc[accounts["created_at"] < known.instant].set_index("account")["created_at"]
    created = created.astype("int64").astype("float64")
    tenure = known.days_since(created)
    stage = pd.Series(2.0, index=tenure.index)
    if term_left is not None:
        stage = stage.mask(term_left <= 90, 3.0)
    core = known.events[known.events["core"]].groupby("account")["at"].min()
    first_value = (known.full(core, np.nan) - known.full(created, np.nan)) / DAY
    values = {
        "tenure": tenure,
        "stage": stage.mask((tenure < 30) | (first_value.isna() & (tenure < 180)), 1.0).where(tenure.notna()),
        "days_to_first_value": first_value.clip(lower=0),
    }
    return values | milestones(known, tenure)


def milestones(known: Known, tenure: pd.Series) -> Values:
    """Of five onboarding milestones, those ever reached, and those not reached though past their due day."""
    events = known.events
    due_and_reached = (
        (7, known.count(events) >= 1),
        (14, known.count(events[events["core"]]) >= 1),
        (30, known.distinct(events, "user") >= 2),
        (30, known.distinct(events, "module") >= 2),
        (60, known.days_ever >= 5),
    )
    nothing = pd.Series(0.0, index=tenure.index)
    return {
        "milestones_done": sum((reached for _, reached in due_and_reached), nothing),
        "milestones_overdue": sum((~reached & (tenure > due) for due, reached in due_and_reached), nothing),
    }
