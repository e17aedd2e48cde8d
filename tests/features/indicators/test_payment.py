"""Literal invoices: instants are days before the as-of date, later ones negative."""

import math


def test_days_overdue_is_that_of_the_oldest_unpaid_invoice(value):
    invoices = "due paid\n90 80\n60 -3\n30 -\n-5 -\n"
    assert value("days_overdue", invoices=invoices) == 60
    assert value("days_overdue", invoices=invoices, back=85) == 5
    assert value("days_overdue", invoices="due paid\n90 80\n") == 0


def test_failed_invoices_were_unpaid_30_days_after_they_were_due(value):
    invoices = "due paid\n40 -\n365 -\n50 10\n50 25\n365.1 -\n30 -\n"
    assert value("failed_invoices", invoices=invoices) == 3  # the first three; one was paid in time, one is too old
    assert value("failed_invoices", invoices="due paid\n90 80\n") == 0


def test_payment_delay_is_the_mean_over_the_invoices_of_112_days(value):
    assert value("payment_delay", invoices="due paid\n100 95\n50 53\n") == (5 - 3) / 2
    assert value("payment_delay", invoices="due paid\n40 -\n") == 40  # unpaid until now
    assert value("payment_delay", invoices="due paid\n40 -1\n") == 40  # paid tomorrow, which nobody knows
    assert value("payment_delay", invoices="due paid\n100 5\n50 90\n") == (60 - 10) / 2  # held between
    assert math.isnan(value("payment_delay", invoices="due paid\n112.1 100\n-5 -\n"))
