"""Company level: whether the account pays, and in time."""

import narwhals as nw

from leadline.features.indicator import indicator
from leadline.features.measures import Measures


@indicator(
    level="company",
    family="payment",
    unit="days",
    direction=1,
    empty=0,
    en="an invoice is {value} days overdue ({before} four weeks earlier)",
    zh="账单已逾期 {value} 天（四周前为 {before} 天）",
)
def days_overdue(m: Measures, _: None) -> nw.Expr:
    """Days the oldest unpaid invoice is past its due date."""
    return m.state("days_overdue")


@indicator(
    level="company",
    family="payment",
    unit="count",
    direction=1,
    empty=0,
    en="{value} invoices of the last year were unpaid 30 days after they were due ({before} four weeks earlier)",
    zh="近一年有 {value} 张账单到期 30 天后仍未付（四周前为 {before} 张）",
)
def failed_invoices(m: Measures, _: None) -> nw.Expr:
    """Invoices that were still unpaid 30 days after their due date.

    Of those due in the 365 days before the as-of date, the last 30 left out.
    """
    return m.state("failed_invoices")


@indicator(
    level="company",
    family="payment",
    unit="days",
    direction=1,
    en="it pays {value} days after invoices are due, against {before} four weeks earlier",
    zh="平均在到期后 {value} 天付款，四周前为 {before} 天",
)
def payment_delay(m: Measures, _: None) -> nw.Expr:
    """Mean days from the due date to the payment, or to the as-of date where there is none yet; below 0 it pays early.

    Over invoices due in the last 112 days, each held between 10 days early and 60 days late; undefined without any.
    """
    return m.state("payment_delay")
