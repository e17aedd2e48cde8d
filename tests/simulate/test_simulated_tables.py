"""What is written obeys the data contract, whatever the size, and is the same twice."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from leadline.simulate.events import ACTIONS
from leadline.simulate.settings import SimulationSettings
from leadline.simulate.write import simulate

Read = Callable[[str], pd.DataFrame]
TABLES = ("accounts", "users", "events", "subscriptions", "tickets", "surveys", "invoices", "referrals")
PAST = {
    "accounts": ["created_at"],
    "users": ["created_at", "deactivated_at"],
    "events": ["occurred_at", "received_at"],
    "subscriptions": ["known_at", "cancelled_at"],
    "tickets": ["opened_at", "closed_at"],
    "surveys": ["answered_at"],
    "invoices": ["due_date", "paid_at"],
    "referrals": ["referred_at", "won_at"],
    "interventions": ["listed_as_of", "started_at", "closed_at"],
}


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*.parquet"))}


def test_same_seed_same_bytes_and_another_seed_another_company(tmp_path: Path) -> None:
    for name, seed in (("one", 7), ("two", 7), ("other", 8)):
        simulate(tmp_path / name, SimulationSettings(accounts=100, weeks=30, seed=seed))
    one, two, other = (_bytes(tmp_path / name) for name in ("one", "two", "other"))
    assert len(one) == 14
    assert one == two
    assert [name for name in one if one[name] == other[name]] == []


@pytest.mark.parametrize("table", PAST)
def test_nothing_lies_in_the_future(company: Read, end: pd.Timestamp, table: str) -> None:
    times = company(table)[PAST[table]]
    assert len(times) > 10
    assert times.max().max() < end


@pytest.mark.parametrize(
    ("table", "first", "then"),
    [
        ("events", "occurred_at", "received_at"),
        ("users", "created_at", "deactivated_at"),
        ("subscriptions", "start_date", "end_date"),
        ("subscriptions", "known_at", "cancelled_at"),
        ("subscriptions", "cancelled_at", "end_date"),
        ("tickets", "opened_at", "closed_at"),
        ("referrals", "referred_at", "won_at"),
        ("interventions", "listed_as_of", "started_at"),
        ("interventions", "started_at", "closed_at"),
    ],
)
def test_first_things_come_first(company: Read, table: str, first: str, then: str) -> None:
    pairs = company(table)[[first, then]].dropna()
    assert len(pairs) > 10
    assert (pairs[first] <= pairs[then]).all()


def test_keys_do_not_repeat_and_point_somewhere(company: Read) -> None:
    accounts, users, events = company("accounts"), company("users"), company("events")
    assert accounts["account_id"].is_unique
    assert users["user_id"].is_unique
    assert events["event_id"].is_unique
    for table in TABLES[1:]:
        assert set(company(table)["account_id"]) <= set(accounts["account_id"])
    owner = users.set_index("user_id")["account_id"]
    assert (events["user_id"].map(owner) == events["account_id"]).all()


def test_events_lie_within_the_lives_of_account_user_and_contract(company: Read, end: pd.Timestamp) -> None:
    events = company("events").merge(company("users"), on=["user_id", "account_id"])
    accounts = company("accounts").set_index("account_id")["created_at"]
    cover = company("subscriptions").groupby("account_id").agg(since=("start_date", "min"), until=("end_date", "max"))
    at = events["occurred_at"]
    assert (at >= events["created_at"]).all()
    assert (at >= events["account_id"].map(accounts)).all()
    assert (at >= events["account_id"].map(cover["since"])).all()
    unsigned = cover["until"].between(end - pd.Timedelta(days=15), end)  # its renewal may be recorded late
    unsigned[company("truth/reasons")["account_id"]] = False
    assert (at < events["account_id"].map(cover["until"].mask(unsigned, end))).all()
    assert ((at < events["deactivated_at"]) | events["deactivated_at"].isna()).all()


def test_terms_follow_each_other_and_rows_are_not_edited_afterwards(company: Read) -> None:
    plans = company("subscriptions").query("product == 'platform'").sort_values(["account_id", "start_date"])
    before = plans.groupby("account_id")["end_date"].shift()
    assert (plans["start_date"] == before)[before.notna()].all()
    months = plans["end_date"].dt.to_period("M").astype("int64") - plans["start_date"].dt.to_period("M").astype("int64")
    assert (months == plans["billing_months"]).all()
    assert set(plans["billing_months"]) == {1, 6, 12}


def test_a_renewal_is_known_a_few_days_before_it_starts_or_a_little_late(company: Read) -> None:
    plans = company("subscriptions").query("product == 'platform'")
    early = (plans["start_date"] - plans["known_at"]).dt.total_seconds() / 86400
    assert early.between(-15, 7).all()
    assert (early < 0).mean() == pytest.approx(0.04, abs=0.015)


def test_only_some_leavers_say_so_weeks_before(company: Read) -> None:
    left = company("truth/reasons").set_index("account_id")
    last = company("subscriptions").query("product == 'platform'").groupby("account_id").last()
    said = last.loc[left.index, "cancelled_at"]
    ahead = (last.loc[left.index, "end_date"] - said).dt.days / 7
    assert 0.05 < said.notna().mean() < 0.5
    assert ahead.dropna().between(2, 9).all()
    stayed = last.drop(left.index)
    assert (stayed["cancelled_at"].isna() | (stayed["end_date"] > stayed["cancelled_at"])).all()


def test_some_events_arrive_late_and_some_know_their_session(company: Read) -> None:
    events = company("events")
    late = events["received_at"] - events["occurred_at"] > pd.Timedelta(hours=1)
    assert late.mean() == pytest.approx(0.03, abs=0.005)
    assert 0.2 < events["session_id"].isna().mean() < 0.8
    assert set(events["action"]) == set(ACTIONS)
    visits = (
        events.dropna(subset="session_id")
        .groupby("session_id")
        .agg(users=("user_id", "nunique"), first=("occurred_at", "min"), last=("occurred_at", "max"))
    )
    assert (visits["users"] == 1).all()
    assert (visits["last"] - visits["first"]).max() < pd.Timedelta(hours=6)


def test_names_try_the_escaping_of_pages_and_spreadsheets(company: Read) -> None:
    names = set(company("accounts")["name"])
    assert {"O'Brien & Söhne", "北辰软件", "=SUM Analytics <b>"} <= names


def test_progress_counts_accounts_up_to_all(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    simulate(tmp_path, SimulationSettings(accounts=100), lambda done, of: seen.append((done, of)))
    assert seen[-1] == (100, 100)
    assert seen == sorted(seen)
    assert 100_000 < len(pd.read_parquet(tmp_path / "events.parquet", columns=["event_id"])) < 600_000


@pytest.mark.parametrize(("accounts", "weeks"), [(1, 8), (2, 20)])
def test_the_smallest_companies_are_companies(tmp_path: Path, accounts: int, weeks: int) -> None:
    simulate(tmp_path, SimulationSettings(accounts=accounts, weeks=weeks))
    assert len(pd.read_parquet(tmp_path / "accounts.parquet")) == accounts
    assert list(pd.read_parquet(tmp_path / "interventions.parquet").columns)[:3] == [
        "account_id",
        "listed_as_of",
        "arm",
    ]


def test_more_events_for_each_user_and_none_late_when_asked(tmp_path: Path) -> None:
    few, many = (
        SimulationSettings(accounts=20, weeks=20, late_share=0),
        SimulationSettings(accounts=20, weeks=20),
    )
    many = many.model_copy(update={"events_per_user_week": 40})
    simulate(tmp_path / "few", few)
    simulate(tmp_path / "many", many)
    events = {name: pd.read_parquet(tmp_path / name / "events.parquet") for name in ("few", "many")}
    assert len(events["many"]) / len(events["few"]) == pytest.approx(10, rel=0.15)
    assert (events["few"]["received_at"] - events["few"]["occurred_at"]).max() < np.timedelta64(2, "m")


def test_a_week_starts_on_monday() -> None:
    with pytest.raises(ValidationError, match="2023-01-03 is no Monday"):
        SimulationSettings(start="2023-01-03")
