"""Contacted accounts and others: by hand, on few of them."""

from types import SimpleNamespace

import duckdb
import pandas as pd

from leadline.experiment import Outcomes
from leadline.runs.no_holdout import compared, first_contacts
from leadline.runs.stepping_in import SteppingIn

MONDAY = pd.Timestamp("2024-03-04")
WEEK = pd.Timedelta(weeks=1)
DAY = pd.Timedelta(days=1)


def told(rows: list[tuple[str, int, float | None]]) -> pd.DataFrame:
    """Account, week of the list, days until a call."""
    frame = pd.DataFrame(rows, columns=["account_id", "week", "days"])
    listed = MONDAY + pd.to_timedelta(7 * frame["week"], unit="D")
    return frame.assign(listed_as_of=listed, started_at=listed + pd.to_timedelta(frame["days"], unit="D"))


def known(accounts: str, weeks: int) -> pd.DataFrame:
    rows = [(account, MONDAY + week * WEEK) for account in accounts for week in range(weeks)]
    return pd.DataFrame(rows, columns=["account_id", "as_of"]).assign(eligible=True, announced=False)


def test_the_first_call_within_two_weeks_of_a_list_counts() -> None:
    rows = [("a", 0, 14), ("a", 4, 3), ("a", 8, 1), ("b", 0, None), ("c", 0, -0.5), ("d", 2, 13)]
    found = first_contacts(told(rows))
    assert found.set_index("account_id")["as_of"].to_dict() == {
        "c": MONDAY, "d": MONDAY + 2 * WEEK, "a": MONDAY + 4 * WEEK,
    }  # fmt: skip


def test_one_called_later_stands_on_both_sides_and_one_called_soon_on_one() -> None:
    contacts = pd.DataFrame({"account_id": ["a", "b"], "as_of": [MONDAY, MONDAY + 20 * WEEK]})
    pairs = compared(known("abc", 21), contacts)
    sides = pairs.groupby("account_id")["contacted"].apply(sorted).to_dict()
    assert sides["a"] == [True]
    assert sides["b"] in ([True], [False, True])
    assert sides["c"] == [False]
    alone = pairs[~pairs["contacted"]]
    assert set(alone["as_of"]) <= {MONDAY, MONDAY + 20 * WEEK}


def test_who_left_before_a_call_was_due() -> None:
    """a's contract ended a week after the list, b's three weeks after it, c's runs on."""
    ends = pd.to_datetime([MONDAY + 7 * DAY, MONDAY + 21 * DAY, MONDAY + 700 * DAY])
    subscriptions = pd.DataFrame(
        {
            "account_id": ["a", "b", "c"],
            "start_date": MONDAY - 300 * DAY,
            "end_date": ends,
            "mrr": 100.0,
            "known_at": MONDAY - 300 * DAY,
        }
    )
    outcomes = Outcomes(mode="contract", lead_days=0, horizon_days=90, grace_days=30)
    job = SimpleNamespace(
        tables=SimpleNamespace(relations={"subscriptions": duckdb.from_df(subscriptions)}),
        experiment=SimpleNamespace(outcomes=outcomes),
        as_of=MONDAY + 300 * DAY,
    )
    pairs = pd.DataFrame({"account_id": ["c", "a", "b"], "as_of": MONDAY})
    assert SteppingIn(job).left_within(pairs, 13).tolist() == [False, True, False]
