"""Literal contracts: instants are days before the as-of date, later ones negative."""

import math

import pytest

TERM = "start end mrr seats product\n200 100 90 5 plan\n100 -40 100 8 plan\n100 -40 20 - add-on\n"
MOVES = "start end mrr\n300 200 100\n200 100 120\n100 -100 60\n50 -50 1\n"  # 100, 120, 60, 61


def test_mrr_sums_what_is_in_force(value):
    assert value("mrr", subscriptions=TERM) == 120
    assert value("mrr", subscriptions=TERM, back=150) == 90
    assert math.isnan(value("mrr", subscriptions="start end\n200 100\n"))


def test_a_renewal_is_not_seen_before_it_is_known(value):
    assert value("mrr", subscriptions="start end mrr known\n50 -50 70 50\n20 -90 900 -1\n") == 70


def test_mrr_per_user(value):
    assert value("mrr_per_user_28", "ago user_id\n1 ann\n2 bob\n", subscriptions=TERM) == 60
    assert math.isnan(value("mrr_per_user_28", subscriptions=TERM))


def test_seats_sum_those_given(value):
    assert value("seats", subscriptions=TERM + "100 -40 10 3 more\n") == 11
    assert math.isnan(value("seats", subscriptions="start end seats\n100 -40 -\n200 100 5\n"))


def test_discount_is_the_mean_of_those_given(value):
    rows = "start end mrr discount\n100 -40 900 0.1\n100 -40 100 0.3\n100 -40 100 -\n200 100 100 0.9\n"
    assert value("discount", subscriptions=rows) == pytest.approx(0.2)
    assert math.isnan(value("discount", subscriptions=TERM))


def test_products_are_counted_once(value):
    assert value("products", subscriptions=TERM + "90 -40 20 - add-on\n") == 2


def test_billing_months_are_those_of_the_longest_in_force(value):
    rows = "start end billing_months\n100 -40 12\n100 -40 1\n100 -40 -\n200 100 36\n"
    assert value("billing_months", subscriptions=rows) == 12


def test_past_expansions_count_rises_of_all_that_is_in_force(value):
    assert value("past_expansions", subscriptions=MOVES) == 2
    assert value("past_expansions", subscriptions=MOVES, back=60) == 1
    assert value("past_expansions", subscriptions="start end\n300 -100\n") == 0


def test_past_expansions_leave_out_rises_by_half_a_percent_or_from_nothing(value):
    assert value("past_expansions", subscriptions="start end mrr\n300 200 1000\n200 -100 1005\n") == 0
    assert value("past_expansions", subscriptions="start end mrr\n300 200 1000\n200 -100 1006\n") == 1
    assert value("past_expansions", subscriptions="start end mrr\n300 200 0\n200 -100 50\n") == 0


def test_past_expansions_are_those_known_and_begun(value):
    rows = "start end mrr known\n300 200 100 300\n200 100 150 -1\n-10 -100 500 20\n"
    assert value("past_expansions", subscriptions=rows) == 0


def test_past_contractions_count_falls(value):
    assert value("past_contractions", subscriptions=MOVES) == 1
    assert value("past_contractions", subscriptions=MOVES, back=110) == 0
    assert value("past_contractions", subscriptions="start end mrr\n300 200 1000\n200 -100 996\n") == 0
    assert value("past_contractions", subscriptions="start end mrr\n300 200 1000\n200 -100 0\n") == 1
