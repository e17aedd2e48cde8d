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
    found = rows_of(name, settings, until, **relations)
    return list(zip(found["observed"], days_after(found["known_at"]), strict=True))


def happened(settings: Outcomes, days: list[int], **relations) -> list[float | None]:
    return days_after(rows_of("churn", settings, LATER, days, **relations)["happened_at"])


def rows_of(name: str, settings: Outcomes, until: pd.Timestamp, days: list[int] = [0], **relations):  # noqa: B006
    grid = pd.DataFrame({"account_id": "a", "as_of": instants(pd.Series(days))})
    found = outcomes(relations, grid, settings, until)
    return found[found["outcome"] == name]


def days_after(instants: pd.Series) -> list[float | None]:
    days = (instants - AS_OF) / pd.Timedelta(days=1)
    return list(days.astype(object).where(days.notna(), None))


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("start end mrr\n-100 50 100\n50 200 90\n", [(1, None)]),  # renewed for a tenth less
        ("start end mrr\n-100 50 100\n50 200 91\n", [(0, 50)]),
        ("start end known mrr\n-100 50 -100 100\n50 200 40 95\n", [(0, 40)]),  # the renewal was known before
        ("start end mrr\n-100 200 100\n-100 20 50\n", [(1, None)]),  # an add-on that ran out
        ("start end mrr\n-100 200 100\n-100 20 50\n20 200 40\n", [(0, 20)]),  # and was renewed for less: 140 of 150
        ("start end mrr\n-100 50 100\n", [(0, 0)]),  # churned: from the start no contraction
        ("start end mrr\n-100 104 100\n", [(0, 0)]),  # churned on the window's last day, still paying
        ("start end mrr\n-100 100 100\n110 200 50\n", [(0, 0)]),  # in a gap at the window's end: nothing to compare
        ("start end mrr\n-100 50 100\n50 200 0\n", [(1, None)]),  # covered, and free from now on
        ("start end mrr\n-100 200 0\n", []),  # nothing to lose
        ("start end mrr\n-100 10 100\n", []),  # cover ends within the lead time
    ],
)
def test_contraction_is_a_tenth_less_money_under_cover(text, expected):
    assert observed("contraction", CONTRACT, subscriptions=subscriptions(text)) == expected


def test_how_much_less_is_a_contraction_is_a_setting():
    text = "start end mrr\n-100 50 100\n50 200 80\n"
    half = CONTRACT.model_copy(update={"contraction_ratio": 0.5})
    assert observed("contraction", CONTRACT, subscriptions=subscriptions(text)) == [(1, None)]
    assert observed("contraction", half, subscriptions=subscriptions(text)) == [(0, 50)]


def test_cover_is_lost_when_it_ends_whatever_the_date_it_is_foretold_from():
    text = "start end\n-200 60\n85 95\n"
    assert happened(CONTRACT, [-40, -9, 0], subscriptions=subscriptions(text)) == [None, 95, 95]


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("day user_id\n-1 a\n-1 b\n1 a\n2 a\n", [(1, None)]),  # one of two
        ("day user_id\n-1 a\n-1 b\n1 a\n2 b\n", [(0, 2)]),
        ("day user_id\n-1 a\n-1 b\n", [(0, 0)]),  # silence is churn
        ("day user_id\n-1 a\n1 a\n", [(0, 0)]),  # one cannot become fewer and still be there
        ("day known user_id\n-1 -1 a\n-1 -1 b\n1 5 a\n2 50 b\n", [(0, 50)]),  # until then one alone was seen
        ("day user_id\n-31 a\n-31 b\n1 a\n", []),  # nobody in as many days before: undefined
    ],
)
def test_activity_contraction_is_a_tenth_fewer_people(text, expected):
    assert observed("contraction", ACTIVITY, events=events(text)) == expected


def test_nine_of_ten_people_are_a_contraction():
    ten = [f"-1 {name}" for name in "abcdefghij"]
    assert observed("contraction", ACTIVITY, events=events("\n".join(["day user_id", *ten, *ten[:9]]))) == [(0, 0)]
    nine = [f"{day} {name}" for day, name in enumerate("abcdefghi", start=1)]
    assert observed("contraction", ACTIVITY, events=events("\n".join(["day user_id", *ten, *nine]))) == [(1, None)]


def test_silence_counts_from_the_last_event_whatever_the_date_it_is_foretold_from():
    text = "day user_id\n-9.5 bob\n-9.5 ann\n-9.25 ann\n-30 ann\n"
    assert happened(ACTIVITY, [-20, -9, 0, 10], events=events(text)) == [None, 20.75, 20.75, 20.75]


def test_what_happens_within_the_lead_time_counts_towards_silence():
    late = ACTIVITY.model_copy(update={"lead_days": 7})
    assert happened(late, [0], events=events("day user_id\n-1 ann\n5 ann\n")) == [35]
