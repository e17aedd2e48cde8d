"""What holds as of a date: contract, tickets, surveys and invoices, as they were known just before it.

Rows are joined to the as-of grid by account and kept where they were known; these tables are small.
"""

from collections.abc import Callable

import narwhals as nw

from leadline.features.engine import Frame
from leadline.features.measures import FIXED, fixed_point
from leadline.features.weekly import DAY, flag, microseconds

KEYS = ["account_id", "as_of"]


def known_rows(grid: Frame, table: Frame, known: str) -> Frame:
    """Rows of a table as each as-of date knew them: those whose `known` instant lies before it."""
    return grid.join(table, on="account_id", how="inner").filter(nw.col(known) < nw.col("as_of"))


def days_between(earlier: str, later: str) -> nw.Expr:
    """Days from one instant column to another."""
    return (microseconds(later) - microseconds(earlier)) / DAY


def contract(grid: Frame, subscriptions: Frame) -> Frame:
    """Money, seats and products in force just before each as-of date; days to the end of the term as agreed then."""
    rows = known_rows(grid, subscriptions, "known_at")
    in_force = (nw.col("start_date") < nw.col("as_of")) & (nw.col("end_date") >= nw.col("as_of"))
    return (
        rows.filter(in_force)
        .with_columns(days_left=days_between("as_of", "term_end"), mrr=fixed_point(nw.col("mrr")))
        .group_by(*KEYS)
        .agg(
            nw.col("mrr").sum(),
            nw.col("seats").sum(),
            nw.col("days_left").max().alias("days_to_term_end"),
            nw.col("product").n_unique().alias("products"),
        )
        .with_columns(nw.col("mrr") / FIXED)
    )


def support(grid: Frame, tickets: Frame) -> Frame:
    """Tickets opened in the last 84 days, and those still open."""
    rows = known_rows(grid, tickets, "opened_at")
    still_open = nw.col("closed_at").is_null() | (nw.col("closed_at") >= nw.col("as_of"))
    recent = days_between("opened_at", "as_of") <= 84
    rows = rows.with_columns(open_tickets=flag(still_open), tickets_84=flag(recent))
    return rows.group_by(*KEYS).agg(nw.col("open_tickets").sum(), nw.col("tickets_84").sum())


def voice(grid: Frame, surveys: Frame) -> Frame:
    """The last NPS answer known; several of the same instant are averaged."""
    rows = known_rows(grid, surveys, "answered_at").with_columns(latest=nw.col("answered_at").max().over(*KEYS))
    rows = rows.filter(nw.col("answered_at") == nw.col("latest"))
    return rows.group_by(*KEYS).agg(nw.col("score").mean().alias("last_nps"))


def payment(grid: Frame, invoices: Frame) -> Frame:
    """Days the oldest unpaid invoice is overdue."""
    rows = known_rows(grid, invoices, "due_date")
    rows = rows.filter(nw.col("paid_at").is_null() | (nw.col("paid_at") >= nw.col("as_of")))
    rows = rows.with_columns(days_overdue=days_between("due_date", "as_of"))
    return rows.group_by(*KEYS).agg(nw.col("days_overdue").max())


def tenure(grid: Frame, accounts: Frame) -> Frame:
    """Days since the account was created."""
    rows = known_rows(grid, accounts, "created_at").with_columns(tenure_days=days_between("created_at", "as_of"))
    return rows.select(*KEYS, "tenure_days")


# state -> the table it needs and the function that yields it; a source without the table has no such indicator
STATES: dict[str, tuple[str, Callable[[Frame, Frame], Frame]]] = {
    "tenure_days": ("accounts", tenure),
    "mrr": ("subscriptions", contract),
    "seats": ("subscriptions", contract),
    "days_to_term_end": ("subscriptions", contract),
    "products": ("subscriptions", contract),
    "open_tickets": ("tickets", support),
    "tickets_84": ("tickets", support),
    "last_nps": ("surveys", voice),
    "days_overdue": ("invoices", payment),
}
