"""Literal contracts, tickets, answers and invoices: instants are days before the as-of date, later ones negative."""

import math

TERM = "start end mrr seats product\n200 100 90 5 plan\n100 -40 100 8 plan\n100 -40 20 - add-on\n"


def test_tenure_is_days_since_the_account_was_created(value):
    assert value("tenure", accounts="account_id created\na 123.5\n") == 123.5


def test_days_to_term_end_reads_the_term_as_agreed(value):
    assert value("days_to_term_end", subscriptions=TERM) == 40
    edited = "start end term_end\n100 -40 -265\n"
    assert value("days_to_term_end", subscriptions=edited) == 265


def test_mrr_sums_what_is_in_force(value):
    assert value("mrr", subscriptions=TERM) == 120
    assert math.isnan(value("mrr", subscriptions="start end\n200 100\n"))


def test_a_renewal_is_not_seen_before_it_is_known(value):
    assert value("mrr", subscriptions="start end mrr known\n50 -50 70 50\n20 -90 900 -1\n") == 70


def test_mrr_per_user(value):
    assert value("mrr_per_user_28", "ago user_id\n1 ann\n2 bob\n", subscriptions=TERM) == 60


def test_products_are_counted_once(value):
    assert value("products", subscriptions=TERM) == 2


def test_days_overdue_is_that_of_the_oldest_unpaid_invoice(value):
    invoices = "due paid\n90 80\n60 -3\n30 -\n-5 -\n"
    assert value("days_overdue", invoices=invoices) == 60
    assert value("days_overdue", invoices="due paid\n90 80\n") == 0


def test_tickets_per_user(value):
    log = "ago user_id\n1 ann\n50 bob\n"
    assert value("tickets_per_user", log, tickets="opened closed\n10 5\n80 79\n84 -\n85 -\n-1 -\n") == 3 / 2


def test_open_tickets(value):
    assert value("open_tickets", tickets="opened closed\n10 5\n10 -2\n10 -\n-1 -\n") == 2
    assert value("open_tickets", tickets="opened closed\n-1 -\n") == 0


def test_last_nps_is_the_latest_answer_known(value):
    assert value("last_nps", surveys="answered score\n90 9\n30 4\n-2 10\n") == 4
    assert math.isnan(value("last_nps", surveys="answered score\n-2 10\n"))
