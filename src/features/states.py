"""What holds as of a date: contract, tickets, surveys, invoices, referrals and people, as known just before it.

Rows are joined to the as-of grid by account and kept where they were known; these tables are small.
"""

from collections.abc import Callable

import narwhals as nw

from leadline.features.cells import flag, in_days
from leadline.features.engine import Frame
from leadline.features.measures import FIXED, fixed_point
from leadline.features.members import KEY_ROLES

KEYS = ["account_id", "as_of"]
URGENT = ("urgent", "high", "critical", "p1")
EARLIEST, LATEST = -10.0, 60.0  # days about the due date, between which a payment is punctual or late


def known_rows(grid: Frame, table: Frame, known: str) -> Frame:
    """Rows of a table as each as-of date knew them: those whose `known` instant lies before it."""
    return grid.join(table, on="account_id", how="inner").filter(nw.col(known) < nw.col("as_of"))


def days_between(earlier: str, later: str) -> nw.Expr:
    """Days from one instant column to another."""
    return in_days(nw.col(later) - nw.col(earlier))


def counted(rows: Frame, **conditions: nw.Expr) -> Frame:
    """How many rows of each account and date fulfil each condition."""
    flags = {name: flag(condition) for name, condition in conditions.items()}
    return rows.with_columns(**flags).group_by(*KEYS).agg(*(nw.col(name).sum() for name in flags))


def mean_of(rows: Frame, value: str, name: str) -> Frame:
    """The mean of what is given, summed in fixed point so that it does not depend on the order of rows."""
    given = rows.filter(~nw.col(value).is_null()).with_columns(total=fixed_point(nw.col(value)), given=nw.lit(1))
    sums = given.group_by(*KEYS).agg(nw.col("total").sum(), nw.col("given").sum())
    return sums.select(*KEYS, (nw.col("total") / FIXED / nw.col("given")).alias(name))


def contract(grid: Frame, subscriptions: Frame) -> Frame:
    """Money, seats and products in force just before each as-of date; days to the end of the term as agreed then."""
    rows = known_rows(grid, subscriptions, "known_at")
    rows = rows.filter((nw.col("start_date") < nw.col("as_of")) & (nw.col("end_date") >= nw.col("as_of")))
    rows = rows.with_columns(
        days_left=days_between("as_of", "term_end"),
        mrr=fixed_point(nw.col("mrr")),
        gives_seats=flag(~nw.col("seats").is_null()),
    )
    summed = rows.group_by(*KEYS).agg(
        nw.col("mrr").sum(),
        nw.col("seats").sum(),
        nw.col("gives_seats").sum(),
        nw.col("days_left").max().alias("days_to_term_end"),
        nw.col("product").n_unique().alias("products"),
        nw.col("billing_months").max(),
    )
    seats = nw.when(nw.col("gives_seats") > 0).then(nw.col("seats"))
    return summed.with_columns(nw.col("mrr") / FIXED, seats=seats).join(
        mean_of(rows, "discount", "discount"), on=KEYS, how="left"
    )


def money_changes(grid: Frame, subscriptions: Frame) -> Frame:
    """How often the account's total MRR rose and fell by more than 0.5%, at the starts of its terms."""
    changes = _totals_at_starts(subscriptions)
    before = nw.col("total").shift(1).over("account_id", order_by="start_date")
    changes = changes.with_columns(before=before).filter(nw.col("before") > 0)
    rows = known_rows(grid, changes, "known_at").filter(nw.col("start_date") < nw.col("as_of"))
    return counted(
        rows,
        past_expansions=nw.col("total") * 200 > nw.col("before") * 201,
        past_contractions=nw.col("total") * 200 < nw.col("before") * 199,
    )


def _totals_at_starts(subscriptions: Frame) -> Frame:
    """The MRR in force at each start of a term, by the rows known then: account_id, start_date, known_at, total."""
    starts = subscriptions.group_by("account_id", "start_date").agg(nw.col("known_at").max())
    terms = subscriptions.select(
        "account_id", "end_date", begins="start_date", known="known_at", money=fixed_point(nw.col("mrr"))
    )
    in_force = starts.join(terms, on="account_id", how="inner").filter(
        (nw.col("begins") <= nw.col("start_date"))
        & (nw.col("end_date") > nw.col("start_date"))
        & (nw.col("known") <= nw.col("known_at"))
    )
    return in_force.group_by("account_id", "start_date", "known_at").agg(nw.col("money").sum().alias("total"))


def support(grid: Frame, tickets: Frame) -> Frame:
    """Tickets opened lately, and those still open."""
    rows = known_rows(grid, tickets, "opened_at").with_columns(days=days_between("opened_at", "as_of"))
    still_open = nw.col("closed_at").is_null() | (nw.col("closed_at") >= nw.col("as_of"))
    priority = nw.col("priority").str.to_lowercase()
    urgent = nw.any_horizontal(*(priority == word for word in URGENT), ignore_nulls=True)
    return counted(
        rows,
        open_tickets=still_open,
        open_urgent_tickets=still_open & urgent,
        urgent_tickets=urgent & (nw.col("days") <= 84),
        tickets_84=nw.col("days") <= 84,
        tickets_28=nw.col("days") <= 28,
        tickets_before=(nw.col("days") > 28) & (nw.col("days") <= 112),
    )


def contentment(grid: Frame, tickets: Frame) -> Frame:
    """The mean answer about tickets closed in the last 182 days."""
    rows = known_rows(grid, tickets, "closed_at")
    return mean_of(rows.filter(days_between("closed_at", "as_of") <= 182), "csat", "last_csat")


def voice(grid: Frame, surveys: Frame) -> Frame:
    """The last NPS answer known; several of the same instant are averaged."""
    rows = known_rows(grid, surveys, "answered_at").with_columns(latest=nw.col("answered_at").max().over(*KEYS))
    return mean_of(rows.filter(nw.col("answered_at") == nw.col("latest")), "score", "last_nps")


def answers(grid: Frame, surveys: Frame) -> Frame:
    """Answers of the last year."""
    rows = known_rows(grid, surveys, "answered_at")
    return counted(rows, answers_365=days_between("answered_at", "as_of") <= 365)


def payment(grid: Frame, invoices: Frame) -> Frame:
    """Days the oldest unpaid invoice is overdue, and invoices of the last year that stood unpaid for 30 days."""
    rows = known_rows(grid, invoices, "due_date").with_columns(days=days_between("due_date", "as_of"))
    unpaid = nw.col("paid_at").is_null() | (nw.col("paid_at") >= nw.col("as_of"))
    stood = nw.col("paid_at").is_null() | (days_between("due_date", "paid_at") >= 30)
    rows = rows.with_columns(
        days_overdue=nw.when(unpaid).then(nw.col("days")),
        failed_invoices=flag((nw.col("days") > 30) & (nw.col("days") <= 365) & stood),
    )
    return rows.group_by(*KEYS).agg(nw.col("days_overdue").max(), nw.col("failed_invoices").sum())


def punctuality(grid: Frame, invoices: Frame) -> Frame:
    """The mean delay of payment of the invoices due in the last 112 days; those unpaid have taken until the date."""
    rows = known_rows(grid, invoices, "due_date").filter(days_between("due_date", "as_of") <= 112)
    unpaid = nw.col("paid_at").is_null() | (nw.col("paid_at") >= nw.col("as_of"))
    rows = rows.with_columns(ended=nw.when(unpaid).then(nw.col("as_of")).otherwise(nw.col("paid_at")))
    delay = nw.max_horizontal(days_between("due_date", "ended"), nw.lit(EARLIEST))
    return mean_of(rows.with_columns(delay=nw.min_horizontal(delay, nw.lit(LATEST))), "delay", "payment_delay")


def referred(grid: Frame, referrals: Frame) -> Frame:
    """Referrals of the last year."""
    rows = known_rows(grid, referrals, "referred_at")
    return counted(rows, referrals_365=days_between("referred_at", "as_of") <= 365)


def departures(grid: Frame, users: Frame) -> Frame:
    """People in a leading role who left in the last 84 days."""
    leading = nw.any_horizontal(*(nw.col("role") == role for role in KEY_ROLES), ignore_nulls=True)
    rows = known_rows(grid, users.filter(leading), "deactivated_at")
    return counted(rows, departed_key_users=days_between("deactivated_at", "as_of") <= 84)


def tenure(grid: Frame, accounts: Frame) -> Frame:
    """Days since the account was created."""
    rows = known_rows(grid, accounts, "created_at").with_columns(tenure_days=days_between("created_at", "as_of"))
    return rows.select(*KEYS, "tenure_days")


# state -> the table it needs and the function that yields it; a source without the table has no such indicator
STATES: dict[str, tuple[str, Callable[[Frame, Frame], Frame]]] = {
    "tenure_days": ("accounts", tenure),
    **dict.fromkeys(
        ("mrr", "seats", "days_to_term_end", "products", "billing_months", "discount"), ("subscriptions", contract)
    ),
    **dict.fromkeys(("past_expansions", "past_contractions"), ("subscriptions", money_changes)),
    **dict.fromkeys(
        ("open_tickets", "open_urgent_tickets", "urgent_tickets", "tickets_84", "tickets_28", "tickets_before"),
        ("tickets", support),
    ),
    "last_csat": ("tickets", contentment),
    "last_nps": ("surveys", voice),
    "answers_365": ("surveys", answers),
    **dict.fromkeys(("days_overdue", "failed_invoices"), ("invoices", payment)),
    "payment_delay": ("invoices", punctuality),
    "referrals_365": ("referrals", referred),
    "departed_key_users": ("users", departures),
}

# what the log itself says since ever, and what each of these needs beside events
HISTORY: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("days_since_last_event", "days_since_first_event", "core_ever", "days_of_use"), ()),
    **dict.fromkeys(("users_ever", "modules_ever"), ()),
    "days_to_first_core": ("accounts",),
    "durations": ("durations",),
}
