"""Where an account stands, from literal contracts; dates are days from the as-of date."""

from io import StringIO

import duckdb
import pandas as pd
import pytest

from leadline.experiment import Outcomes
from leadline.features.dataset import with_term_end
from leadline.features.lifecycle import context

AS_OF = pd.Timestamp("2024-06-03").as_unit("us")
SETTINGS = Outcomes(mode="contract", lead_days=14, horizon_days=90, grace_days=30)
CORE = ("core", "deep")
GRID = pd.DataFrame({"account_id": ["a"], "as_of": [AS_OF]})


def at(days: pd.Series) -> pd.Series:
    return (AS_OF + pd.to_timedelta(days.astype("float64"), unit="D")).astype("datetime64[us]")


def accounts(created: float = -400) -> duckdb.DuckDBPyRelation:
    row = {
        "account_id": ["a"],
        "name": ["Acme"],
        "segment": ["mid"],
        "region": ["EMEA"],
        "tier": ["growth"],
        "csm": ["Li"],
    }
    return duckdb.from_df(pd.DataFrame(row).assign(created_at=at(pd.Series([created]))))


def log(text: str) -> duckdb.DuckDBPyRelation:
    """Events of account a: the day each occurred, its action, and the day it was received."""
    rows = pd.read_csv(StringIO(text), sep=r"\s+").astype({"action": "str"})
    rows = rows.assign(account_id="a", occurred_at=at(rows["day"]), received_at=at(rows["known"]))
    return duckdb.from_df(rows)


USED = "day action known\n-399 core -399\n"


def standing(text: str, created: float = -400, settings: Outcomes = SETTINGS, events: str = USED) -> pd.Series:
    rows = pd.read_csv(StringIO(text), sep=r"\s+", na_values="-")
    rows = rows.assign(
        account_id="a",
        mrr=rows.get("mrr", pd.Series(100.0, rows.index)).astype("float64"),
        start_date=at(rows["start"]),
        end_date=at(rows["end"]),
        known_at=at(rows.get("known", rows["start"])),
        billing_months=rows.get("months", pd.Series(0.0, rows.index)).astype("float64"),
        cancelled_at=at(rows.get("cancelled", pd.Series(float("nan"), rows.index))),
    )
    terms = with_term_end(duckdb.from_df(rows))
    relations = {"accounts": accounts(created), "subscriptions": terms, "events": log(events)}
    return context(relations, GRID, settings, CORE).iloc[0]


def test_arr_is_twelve_times_the_mrr_in_force():
    assert standing("start end mrr\n-100 50 70\n-30 50 30\n60 90 500\n-90 -5 900\n")["arr"] == 1200


def test_the_context_says_where_an_account_belongs():
    places = ["name", "segment", "region", "tier", "csm"]
    assert standing("start end\n-100 50\n")[places].tolist() == ["Acme", "mid", "EMEA", "growth", "Li"]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("start end\n-100 15\n", True),
        ("start end\n-100 104\n", True),
        ("start end\n-100 105\n", False),
        ("start end\n-100 10\n", False),
        ("start end months\n-20 10 1\n", True),  # a monthly term: the next one ends inside the window
        ("start end known\n-100 50 -100\n50 400 -3\n", False),  # renewed already, and known
        ("start end known\n-100 50 -100\n50 400 3\n", True),  # renewed, but nobody could know
        ("start end months\n-100 50 12\n", False),  # edited afterwards: the term as agreed runs on
        ("start end months\n-350 16 12\n-10 16 12\n", True),  # seats bought within a term end with it
        ("start end months\n-350 10 12\n-20 10 12\n", False),  # both edited: each runs on as agreed
    ],
)
def test_due_for_renewal_reads_the_term_end_as_known_then(text, due):
    assert standing(text)["due_for_renewal"] == due


def test_seats_bought_within_a_term_are_no_renewal():
    assert standing("start end months\n-715 -350 12\n-350 16 12\n-10 16 12\n")["renewals"] == 1


def test_only_accounts_in_contract_are_eligible():
    assert standing("start end\n-100 50\n")["eligible"]
    assert not standing("start end\n-100 -5\n")["eligible"]
    assert not standing("start end known\n-100 50 1\n")["eligible"]


def test_leaving_is_announced_only_once_it_was_said():
    assert standing("start end cancelled\n-100 50 -1\n")["announced"]
    assert not standing("start end cancelled\n-100 50 1\n")["announced"]


@pytest.mark.parametrize(
    ("created", "events", "end", "stage"),
    [
        (-29, "-5 core -5", 300, "onboarding"),  # the first 30 days, whatever they did
        (-30, "-5 core -5", 300, "adoption"),  # first value
        (-30, "-5 deep -5", 300, "adoption"),  # any core action is one
        (-30, "-5 view -5", 300, "onboarding"),  # seeing a page is not using it
        (-30, "-5 core 1", 300, "onboarding"),  # a core action, but nobody knew
        (-30, "0 core 0", 300, "onboarding"),  # not before the as-of date
        (-179, "-5 view -5", 50, "onboarding"),  # no value yet comes before the term's end
        (-180, "-5 view -5", 300, "adoption"),  # half a year without value is no beginning any more
        (-30, "-5 core -5", 50, "renewal"),
        (-400, "-5 view -5", 50, "renewal"),
    ],
)
def test_stages_follow_first_value_tenure_and_term_end(created, events, end, stage):
    found = standing(f"start end\n-20 {end}\n", created, events=f"day action known\n{events}\n")
    assert found["stage"] == stage


def test_activity_eligibility_counts_what_was_known():
    settings = Outcomes(mode="activity", min_events_before=2, active_days_before=30)
    late = log("day action known\n-29 core -29\n-1 core 1\n-31 core -31\n")
    known = log("day action known\n-29 core -29\n-1 core -1\n-31 core -31\n")
    for events, eligible in ((late, False), (known, True)):
        relations = {"accounts": accounts(), "events": events}
        assert context(relations, GRID, settings, CORE).iloc[0]["eligible"] == eligible


@pytest.mark.parametrize(("end", "asked_of"), [(10, False), (15, True), (104, True), (105, False)])
def test_the_renewal_view_asks_only_of_terms_that_end_inside_the_window(end, asked_of):
    renewals = SETTINGS.model_copy(update={"view": "renewal"})
    text = f"start end\n-100 {end}\n"
    assert standing(text)["eligible"]
    assert standing(text, settings=renewals)["eligible"] == asked_of


def test_the_renewal_view_needs_contracts():
    with pytest.raises(ValueError, match="only contracts have a term that ends"):
        Outcomes(mode="activity", view="renewal")
