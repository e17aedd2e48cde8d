"""Outcomes of literal contracts and logs; dates are days from the as-of date."""

from io import StringIO

import duckdb
import pandas as pd
import pytest

from leadline.experiment import Outcomes
from leadline.features.outcomes import outcomes

AS_OF = pd.Timestamp("2024-06-03").as_unit("us")
CONTRACT = Outcomes(mode="contract", lead_days=14, horizon_days=90, grace_days=30)
ACTIVITY = Outcomes(mode="activity", lead_days=0, horizon_days=30, grace_days=0, expansion_ratio=1.25)
LATER = AS_OF + pd.Timedelta(days=1000)


def instants(days: pd.Series) -> pd.Series:
    return (AS_OF + pd.to_timedelta(days.astype("float64"), unit="D")).astype("datetime64[us]")


def subscriptions(text: str) -> duckdb.DuckDBPyRelation:
    rows = pd.read_csv(StringIO(text), sep=r"\s+")
    rows = rows.assign(
        account_id="a",
        mrr=rows["mrr"].astype("float64") if "mrr" in rows else 100.0,
        start_date=instants(rows["start"]),
        end_date=instants(rows["end"]),
        known_at=instants(rows["known"] if "known" in rows else rows["start"]),
    )
    return duckdb.from_df(rows)


def events(text: str) -> duckdb.DuckDBPyRelation:
    rows = pd.read_csv(StringIO(text), sep=r"\s+")
    known = rows["known"] if "known" in rows else rows["day"]
    rows = rows.assign(account_id="a", occurred_at=instants(rows["day"]), received_at=instants(known))
    return duckdb.from_df(rows.astype({"user_id": "str"}))


def observed(name: str, settings: Outcomes, until: pd.Timestamp = LATER, **relations) -> list[tuple]:
    grid = pd.DataFrame({"account_id": ["a"], "as_of": [AS_OF]})
    found = outcomes(relations, grid, settings, until)
    found = found[found["outcome"] == name]
    known = (found["known_at"] - AS_OF) / pd.Timedelta(days=1)
    return list(zip(found["observed"], known.astype(object).where(known.notna(), None), strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("start end\n-100 50\n", [(1, None)]),  # cover ends inside the window
        ("start end\n-100 104\n", [(1, None)]),  # on its last day: lead 14 + horizon 90
        ("start end\n-100 105\n", [(0, -100)]),  # after it, as was known all along
        ("start end\n-100 10\n", []),  # within the lead time: too late to act, undefined
        ("start end\n-100 50\n50 200\n", [(0, 50)]),  # renewed
        ("start end known\n-100 50 -100\n50 200 40\n", [(0, 40)]),  # renewed, known ten days before
        ("start end\n-100 50\n80 200\n", [(0, 80)]),  # resumed on the 30th day of grace
        ("start end\n-100 50\n81 200\n", [(1, None)]),  # resumed too late
        ("start end\n-100 -1\n", []),  # no cover as of the date
        ("start end\n-200 -10\n-10 60\n-50 40\n", [(1, None)]),  # overlapping products end with the last
    ],
)
def test_churn_is_cover_that_ends_inside_the_window_and_does_not_resume(text, expected):
    assert observed("churn", CONTRACT, subscriptions=subscriptions(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("start end mrr\n-100 50 100\n50 200 110\n", [(1, 50)]),
        ("start end mrr\n-100 50 100\n50 200 109\n", [(0, None)]),
        ("start end mrr\n-100 50 100\n", [(0, None)]),  # left: no expansion
        ("start end mrr\n-100 200 100\n20 200 30\n", [(1, 20)]),  # an add-on bought in the window
        ("start end mrr\n-100 200 0\n", []),  # nothing to grow from
    ],
)
def test_expansion_is_a_tenth_more_money_at_the_windows_end(text, expected):
    assert observed("expansion", CONTRACT, subscriptions=subscriptions(text)) == expected


def test_an_outcome_that_cannot_be_observed_yet_has_no_row():
    table = subscriptions("start end\n-100 50\n")
    settled = AS_OF + pd.Timedelta(days=14 + 90 + 30)
    assert observed("churn", CONTRACT, settled, subscriptions=table) == [(1, None)]
    assert observed("churn", CONTRACT, settled - pd.Timedelta(seconds=1), subscriptions=table) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("day user_id\n-1 ann\n", [(1, None)]),
        ("day user_id\n-1 ann\n0 ann\n", [(0, 0)]),  # the as-of instant itself lies ahead
        ("day user_id\n-1 ann\n30 ann\n", [(1, None)]),  # the window's end does not
        ("day known user_id\n-1 -1 ann\n3 45 ann\n2 50 bob\n", [(0, 45)]),  # refuted when first known
    ],
)
def test_activity_churn_is_silence_for_the_horizon(text, expected):
    assert observed("churn", ACTIVITY, events=events(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("day user_id\n-1 ann\n1 ann\n2 bob\n", [(1, 2)]),
        (
            "day user_id\n-1 ann\n-2 bob\n-3 cid\n-4 dan\n1 e\n2 f\n3 g\n4 h\n5 h\n",
            [(0, None)],
        ),  # four of four
        (
            "day known user_id\n-1 -1 a\n-1 -1 b\n-1 -1 c\n-1 -1 d\n1 1 a\n1 1 b\n1 1 c\n1 9 d\n1 20 e\n",
            [(1, 20)],
        ),
        ("day user_id\n-31 ann\n1 ann\n", []),  # nobody in as many days before: undefined
    ],
)
def test_activity_expansion_is_a_quarter_more_people(text, expected):
    assert observed("expansion", ACTIVITY, events=events(text)) == expected
