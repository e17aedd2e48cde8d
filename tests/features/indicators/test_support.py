"""Literal tickets: instants are days before the as-of date, later ones negative."""

import math


def test_tickets_per_user(value):
    log = "ago user_id\n1 ann\n50 bob\n"
    assert value("tickets_per_user", log, tickets="opened closed\n10 5\n80 79\n84 -\n85 -\n-1 -\n") == 3 / 2
    assert value("tickets_per_user", log, tickets="opened\n85\n") == 0
    assert math.isnan(value("tickets_per_user", tickets="opened\n10\n"))


def test_open_tickets(value):
    tickets = "opened closed\n10 5\n10 -2\n10 -\n-1 -\n"
    assert value("open_tickets", tickets=tickets) == 2
    assert value("open_tickets", tickets=tickets, back=7) == 3
    assert value("open_tickets", tickets="opened closed\n-1 -\n") == 0


def test_open_urgent_tickets(value):
    named = ["10 - Urgent", "10 - HIGH", "10 - critical", "10 - p1", "10 - low", "10 - -", "10 5 high", "-1 - high"]
    assert value("open_urgent_tickets", tickets="opened closed priority\n" + "\n".join(named)) == 4
    assert value("open_urgent_tickets", tickets="opened\n10\n") == 0


def test_silence_after_tickets(value):
    assert value("silence_after_tickets", tickets="opened\n28.1\n40\n112\n") == 1
    assert value("silence_after_tickets", tickets="opened\n28.1\n40\n112\n28\n") == 0  # it called again
    assert value("silence_after_tickets", tickets="opened\n28.1\n40\n112.1\n") == 0  # two are not many
    assert value("silence_after_tickets", tickets="opened\n") == 0


def test_urgent_tickets_count_closed_ones_too(value):
    named = ["10 5 urgent", "84 - P1", "84.1 - urgent", "10 - low", "-1 - high"]
    assert value("urgent_tickets", tickets="opened closed priority\n" + "\n".join(named)) == 2
    assert value("urgent_tickets", tickets="opened\n10\n") == 0
