"""Literal invoices: instants are days before the as-of date, later ones negative."""


def test_days_overdue_is_that_of_the_oldest_unpaid_invoice(value):
    invoices = "due paid\n90 80\n60 -3\n30 -\n-5 -\n"
    assert value("days_overdue", invoices=invoices) == 60
    assert value("days_overdue", invoices=invoices, back=85) == 5
    assert value("days_overdue", invoices="due paid\n90 80\n") == 0


def test_failed_invoices_were_unpaid_30_days_after_they_were_due(value):
    invoices = "due paid\n40 -\n365 -\n50 10\n50 25\n365.1 -\n30 -\n"
    assert value("failed_invoices", invoices=invoices) == 3  # the first three; one was paid in time, one is too old
    assert value("failed_invoices", invoices="due paid\n90 80\n") == 0
