"""What became of accounts in the periods ahead, of literal contracts and logs; dates are days from the as-of date."""

from io import StringIO

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.experiment import Outcomes
from leadline.features.covers import covers
from leadline.features.dataset import with_term_end
from leadline.features.follow_up import PERIODS, follow_up, periods_ahead

AS_OF = pd.Timestamp("2024-06-03").as_unit("us")
CONTRACT = Outcomes(mode="contract", grace_days=30)
ACTIVITY = Outcomes(mode="activity", horizon_days=60, grace_days=0)
GRID = pd.DataFrame({"account_id": ["a"], "as_of": [AS_OF]})


def day(days: pd.Series | float) -> pd.Series | pd.Timestamp:
    moved = AS_OF + pd.to_timedelta(days, unit="D")
    return moved.astype("datetime64[us]") if isinstance(moved, pd.Series) else moved.as_unit("us")


def contracts(text: str) -> dict[str, duckdb.DuckDBPyRelation]:
    rows = pd.read_csv(StringIO(text), sep=r"\s+")
    known = rows["known"] if "known" in rows else rows["start"]
    rows = rows.assign(account_id="a", start_date=day(rows["start"]), end_date=day(rows["end"]), known_at=day(known))
    rows["billing_months"] = rows.get("months", 0)
    columns = ["account_id", "start_date", "end_date", "known_at", "billing_months"]
    return {"subscriptions": with_term_end(duckdb.from_df(rows[columns]))}


def log(*days: float, known: dict[float, float] | None = None) -> dict[str, duckdb.DuckDBPyRelation]:
    rows = pd.DataFrame({"account_id": "a", "day": [float(d) for d in days]})
    received = rows["day"].replace(known or {})
    return {"events": duckdb.from_df(rows.assign(occurred_at=day(rows["day"]), received_at=day(received)))}


def left(relations: dict, at: float, settings: Outcomes = CONTRACT) -> list[int]:
    """`left` of the periods settled by then, in order."""
    rows = follow_up(relations, GRID, settings, day(at))
    assert rows["period"].tolist() == list(range(1, len(rows) + 1))
    return rows["left"].tolist()


def test_three_periods_are_a_quarter() -> None:
    assert PERIODS["closes"].tolist()[:6] == [28, 56, 91, 119, 147, 182]
    assert (PERIODS["opens"].iloc[1:].to_numpy() == PERIODS["closes"].iloc[:-1].to_numpy()).all()
    assert PERIODS["closes"].iloc[-1] > 366


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("start end\n-100 50\n", 121, [0, 1]),  # cover ended in the second period; the third has not settled
        ("start end\n-100 56\n", 121, [0, 1]),  # on the last day of the second period
        ("start end\n-100 57\n", 121, [0, 0, 1]),  # a day later
        ("start end\n-100 50\n50 200\n", 121, [0, 0, 0]),  # renewed
        ("start end known\n-100 50 -100\n50 200 110\n", 121, [0, 0, 0]),  # signed late, known by then
        ("start end known\n-100 50 -100\n50 200 122\n", 121, [0, 1]),  # signed later than that
        ("start end\n-100 50\n80 200\n", 121, [0, 0, 0]),  # resumed on the last day of grace
        ("start end\n-100 50\n81 200\n", 121, [0, 1]),  # too late
        ("start end\n-100 0\n", 121, [1]),  # on the date itself
        ("start end\n-100 10\n", 39, []),  # nothing has settled
        ("start end\n-100 10\n", 58, [1]),
    ],
)
def test_an_account_leaves_in_the_period_in_which_its_cover_ends(text: str, at: float, expected: list[int]) -> None:
    assert left(contracts(text), at) == expected


@pytest.mark.parametrize(
    ("relations", "at", "expected"),
    [
        (log(-1, 10, 40, 99), 158, [0, 0, 0]),  # never silent for 60 days
        (log(-1, 10, 40), 151, [0, 1]),  # silent from day 40
        (log(-1), 151, [1]),  # silent already
        (log(-70, 100), 151, [1]),  # as of the date there were 60 days of silence to come
        (log(-10, 55, 100), 151, [0, 0, 0]),  # 65 days between, 55 of them ahead
        (log(-1, 40, 70, known={70: 160}), 151, [0, 1]),  # not known yet
        (log(-1, 40, 70, known={70: 150}), 151, [0, 0, 1]),
        (log(-1, 10, 40), 87, []),
    ],
)
def test_without_contracts_an_account_leaves_where_a_silence_begins(
    relations: dict, at: float, expected: list[int]
) -> None:
    assert left(relations, at, ACTIVITY) == expected


def test_the_calendar_ahead_counts_on_by_the_term_as_agreed() -> None:
    yearly = periods_ahead(contracts("start end months\n-300 66 12\n"), GRID, CONTRACT)
    assert yearly.loc[
        yearly["term_ends"] > 0, ["period", "term_ends", "term_months", "renewal"]
    ].to_numpy().tolist() == [[3, 1, 12, 1]]
    monthly = periods_ahead(contracts("start end months\n-50 -2 1\n-2 28 1\n"), GRID, CONTRACT)
    assert monthly["term_ends"].sum() == 12  # from 1 July to 1 June; the next is after day 392
    assert monthly["term_ends"].max() == 2
    assert monthly["renewal"].iloc[0] == 2


def test_the_calendar_ahead_knows_only_what_was_signed_before_the_date() -> None:
    before = "start end months known\n-20 10 1 -20\n"
    after = before + "10 375 12 0\n"
    pd.testing.assert_frame_equal(
        periods_ahead(contracts(before), GRID, CONTRACT), periods_ahead(contracts(after), GRID, CONTRACT)
    )


# contract rows (start, length, known) about the end of the cover on day 0, so that many of them renew it
FACTS = st.lists(st.tuples(st.integers(-200, 300), st.integers(1, 150), st.integers(-200, 400)), min_size=1, max_size=8)


@settings(max_examples=12, deadline=None)
@given(facts=FACTS, at=st.integers(28, 400))
def test_facts_known_later_change_nothing_that_was_known(facts: list[tuple[int, int, int]], at: int) -> None:
    rows = pd.DataFrame(
        [("x", -300, 0, -300), *(("x", s, s + n, k) for s, n, k in facts)], columns=["account", "start", "end", "known"]
    )
    known = rows[rows["known"] < at]
    now, later = (contracts(part.to_csv(sep=" ", index=False)) for part in (known, rows))
    pd.testing.assert_frame_equal(follow_up(now, GRID, CONTRACT, day(at)), follow_up(later, GRID, CONTRACT, day(at)))


@settings(max_examples=12, deadline=None)
@given(
    days=st.lists(st.tuples(st.integers(-5, 120), st.integers(0, 300)), min_size=2, max_size=8), at=st.integers(88, 400)
)
def test_events_received_later_change_nothing_either(days: list[tuple[int, int]], at: int) -> None:
    facts = [(-5, -5), *((occurred, occurred + late) for occurred, late in days)]
    rows = pd.DataFrame(facts, columns=["occurred", "received"]).assign(account_id="a")
    rows = rows.assign(occurred_at=day(rows["occurred"]), received_at=day(rows["received"]))
    now, later = ({"events": duckdb.from_df(part)} for part in (rows[rows["received"] < at], rows))
    pd.testing.assert_frame_equal(follow_up(now, GRID, ACTIVITY, day(at)), follow_up(later, GRID, ACTIVITY, day(at)))


@settings(max_examples=12, deadline=None)
@given(facts=FACTS, at=st.integers(58, 200), more=st.integers(0, 200))
def test_more_time_adds_periods_but_each_account_leaves_once(
    facts: list[tuple[int, int, int]], at: int, more: int
) -> None:
    rows = pd.DataFrame([(-300, 0), *((s, s + n) for s, n, _ in facts)], columns=["start", "end"])
    relations = contracts(rows.assign(known=-300).to_csv(sep=" ", index=False))
    early, late = (follow_up(relations, GRID, CONTRACT, day(t)) for t in (at, at + more))
    pd.testing.assert_frame_equal(early, late.head(len(early)))
    assert late["left"].sum() <= 1
    assert not late["left"].iloc[:-1].any()


def test_covers_bridge_the_grace() -> None:
    rows = contracts("start end\n-100 -50\n-20 10\n41 60\n50 55\n")["subscriptions"]
    found = covers(rows, 30).df().sort_values("starts")
    assert ((found["starts"] - AS_OF).dt.days).tolist() == [-100, 41]
    assert ((found["ends"] - AS_OF).dt.days).tolist() == [10, 60]
