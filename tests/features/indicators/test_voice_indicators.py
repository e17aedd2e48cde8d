"""Literal answers, ratings and referrals: instants are days before the as-of date, later ones negative."""

import math

import numpy as np
import pytest

from leadline.features.indicators.voice import nps_missing


def test_last_nps_is_the_latest_answer_known(value):
    assert value("last_nps", surveys="answered score\n90 9\n30 4\n-2 10\n") == 4
    assert value("last_nps", surveys="answered score\n90 9\n30 4\n30 7\n") == 5.5
    assert math.isnan(value("last_nps", surveys="answered score\n-2 10\n"))


def test_nps_missing_where_nobody_answered_for_a_year(value):
    assert value("nps_missing", surveys="answered score\n364 9\n") == 0
    assert value("nps_missing", surveys="answered score\n366 9\n-2 10\n") == 1
    assert value("nps_missing", surveys="answered score\n") == 1


def test_last_csat_is_the_mean_of_half_a_year(value):
    tickets = "opened closed csat\n10 5 4\n200 181 1\n200 183 5\n10 -1 5\n9 3 -\n"
    assert value("last_csat", tickets=tickets) == 2.5
    assert value("last_csat", tickets=tickets, back=6) == 3  # the answer of 5 days ago was not given yet
    assert math.isnan(value("last_csat", tickets="opened closed\n10 5\n"))


def test_referrals_of_a_year(value):
    assert value("referrals", referrals="referred\n10\n364\n366\n-1\n") == 2
    assert value("referrals", referrals="referred\n-1\n") == 0


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "No NPS answer for a year: yes, against no four weeks earlier"),
        ("zh", "近一年无人回答 NPS 调查：是，四周前为否"),
    ],
)
def test_a_flag_is_told_as_yes_or_no(language, said):
    (column,) = nps_missing.columns()
    assert column.reason(np.float64(1), np.float64(0), language) == said
