"""Weeks in which there is little or nothing to list: every file is defined, and empty where nobody is on it."""

import pandas as pd
import pytest
from decision_tables import experiment, falls
from whole_week import accounts, whole_week

from leadline.experiment import Capacity, Outcomes


def test_nobody_at_all() -> None:
    week = whole_week(experiment(), *accounts(0))
    assert [len(week.table), len(week.listed), len(week.sheet), len(week.expansion)] == [0, 0, 0, 0]
    assert {name: len(rows) for name, rows in week.crm.items()} == {"salesforce": 0, "hubspot": 0}


def test_no_past_at_all() -> None:
    scored, state, _ = accounts(3)
    week = whole_week(experiment(1, 2), scored, state, falls([]))
    assert week.listed["account_id"].tolist() == ["a02", "a01"]
    assert week.listed["data_quality"].unique().tolist() == ["new account: history too short"]
    assert week.listed["cause"].unique().tolist() == ["unknown"]
    assert week.sheet["Why it is listed"].str.startswith("Its chance of leaving is").all()


def test_one_account() -> None:
    week = whole_week(experiment(1, 2), *accounts(1, [0.5]))
    assert week.sheet["Account"].tolist() == ["Company a00"]
    assert week.crm["hubspot"]["leadline_account_id"].tolist() == ["a00"]
    assert week.expansion.empty


def test_nobody_has_a_csm() -> None:
    week = whole_week(experiment(2, 2), *accounts(9, csm=pd.Series([None] * 9, dtype="str")))
    assert len(week.listed) == 4
    assert week.listed["csm"].isna().all()


@pytest.mark.parametrize(("csms", "each", "listed"), [(0, 9, 0), (3, 0, 0), (99, 99, 5)])
def test_no_capacity_and_more_than_accounts(csms: int, each: int, listed: int) -> None:
    """One of the six has fallen by nothing and is not worth a call."""
    week = whole_week(experiment(csms, each), *accounts(6))
    assert len(week.listed) == len(week.sheet) == len(week.crm["salesforce"]) == listed


def test_all_accounts_alike() -> None:
    scored, state, _ = accounts(6, [0.5] * 6)
    week = whole_week(experiment(1, 3), scored, state, falls([]))
    assert week.listed["account_id"].tolist() == ["a00", "a01", "a02"]
    assert week.expansion["account_id"].tolist() == ["a03", "a04", "a05"]


def test_a_number_for_somebody_who_has_no_account_keeps_its_places_from_nobody() -> None:
    asked = experiment(capacity=Capacity(csms=2, accounts_each=1, by_csm={"nobody we know": 3}))
    week = whole_week(asked, *accounts(9, csm=pd.Series([None] * 9, dtype="str")))
    assert len(week.listed) == 4


def test_without_contracts_money_and_term_are_left_out_of_the_sheet_and_the_talk() -> None:
    asked = experiment(1, 3, outcomes=Outcomes(mode="activity"))
    scored, state, fell = accounts(6, arr=float("nan"))
    week = whole_week(asked, scored.assign(expected_loss=float("nan")), state, fell)
    assert not {"ARR (USD)", "Expected loss (USD)", "Term ends"} & set(week.sheet)
    assert not week.sheet.map(lambda cell: "nan" in str(cell) or "NaT" in str(cell) or "{" in str(cell)).any(axis=None)


def test_those_held_out_are_in_no_file_for_csms_and_crms() -> None:
    week = whole_week(experiment(5, 6, holdout_share=0.5), *accounts(30, csm=pd.Series([None] * 30, dtype="str")))
    held = set(week.listed.loc[week.listed["arm"] == "holdout", "account_id"])
    assert held
    assert not held & set(week.crm["salesforce"]["Leadline_Account_Id__c"])
    assert len(week.crm["salesforce"]) == (week.listed["arm"] == "treat").sum() > 0
