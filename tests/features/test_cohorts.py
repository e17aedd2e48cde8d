"""Cohorts, from contracts and logs short enough to follow by eye; the grace is 30 days."""

from pathlib import Path

import pandas as pd
import pytest
from source_files import opened

from leadline.experiment import Outcomes
from leadline.features.cohorts import cohort_retention
from leadline.features.newcomers import newcomers
from leadline.features.sources import Tables

SINCE, AS_OF = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-07-08")
CONTRACT = Outcomes(mode="contract", grace_days=30)
YAML = (
    "tables: {events: {file: events.csv}, subscriptions: {file: subscriptions.csv}}\n"
    "actions: {core: [run]}\nquarantine: {max_share: 1}\n"
)
EVENTS = """account_id occurred_at received_at action
            grows 2024-01-10T00:00 2024-01-10T00:00 run
            grows 2024-02-09T23:00 2024-02-09T23:00 run
            grows 2024-02-10T00:00 2024-02-10T00:00 run
            year 2024-01-19T23:00 2024-01-19T23:00 run
            year 2024-03-20T00:00 2024-03-20T00:00 run
            leaves 2024-02-02T00:00 2024-07-08T00:00 run
            gap 2024-01-16T00:00 2024-06-01T00:00 run"""
CONTRACTS = """account_id start_date end_date mrr known_at
               before 2023-12-31 2025-01-01 999 2023-12-31
               grows 2024-01-10 2024-03-10 100 2024-01-10
               grows 2024-03-10 2025-01-10 150 2024-03-10
               year 2024-01-20 2025-01-20 100 2024-01-20
               leaves 2024-02-01 2024-03-01 100 2024-02-01
               gap 2024-01-15 2024-02-15 200 2024-01-15
               gap 2024-03-01 2025-03-01 220 2024-03-01
               later 2024-04-05 2025-04-05 100 2024-04-05
               unknown 2024-01-05 2025-01-05 100 2024-07-08"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return opened(tmp_path_factory.mktemp("cohorts"), YAML, events=EVENTS, subscriptions=CONTRACTS)


def kept(table: pd.DataFrame, measure: str) -> list[tuple[str, int, float, float]]:
    rows = table[table["measure"] == measure]
    named = rows.assign(cohort=rows["cohort"].dt.strftime("%Y-%m"))
    return list(named[["cohort", "month", "kept", "of"]].itertuples(index=False, name=None))


def test_who_began_within_the_log_by_what_was_known(tables: Tables) -> None:
    found = newcomers(tables.relations, "contract", SINCE, AS_OF)
    assert found["account_id"].tolist() == ["grows", "gap", "year", "leaves", "later"]


def test_logos_and_money_of_the_first_quarter(tables: Tables) -> None:
    """`leaves` is gone on the day after a month; `gap` is in a gap then, and goes on for 220. Month 3 and the second
    quarter are not settled: on the as-of date a renewal may still be signed."""
    table = cohort_retention(tables.relations, CONTRACT, SINCE, AS_OF)
    assert kept(table, "logos") == [("2024-01", 0, 4, 4), ("2024-01", 1, 3, 4), ("2024-01", 2, 3, 4)]
    money = [("2024-01", 0, 12 * 500, 12 * 500), ("2024-01", 1, 12 * 420, 12 * 500), ("2024-01", 2, 12 * 470, 12 * 500)]
    assert kept(table, "money") == money
    assert table.loc[table["measure"] == "logos", "share"].tolist() == [1, 0.75, 0.75]
    assert table["accounts"].eq(4).all()


def test_activity_counts_whole_months_from_the_start_by_what_was_known(tables: Tables) -> None:
    """What `year` did the day before it began is no use of its first month; `leaves` was heard of too late."""
    table = cohort_retention(tables.relations, CONTRACT, SINCE, AS_OF)
    assert kept(table, "activity") == [("2024-01", 0, 2, 4), ("2024-01", 1, 1, 4), ("2024-01", 2, 1, 4)]


def test_by_month_each_cohort_has_months_of_its_own(tables: Tables) -> None:
    table = cohort_retention(tables.relations, CONTRACT, SINCE, AS_OF, "month")
    assert kept(table, "logos") == [
        *(("2024-01", month, 3, 3) for month in range(5)),
        ("2024-02", 0, 1, 1),
        *(("2024-02", month, 0, 1) for month in range(1, 4)),
        *(("2024-04", month, 1, 1) for month in range(2)),
    ]


@pytest.mark.parametrize(("renewed", "share"), [(False, 0), (True, 1)])
def test_a_year_is_kept_once_it_is_renewed(tmp_path: Path, renewed: bool, share: float) -> None:
    contracts = "account_id start_date end_date mrr\na 2022-02-28 2023-02-28 100\n"
    again = "a 2023-03-15 2024-03-15 100\n" if renewed else ""
    log = "account_id occurred_at action\na 2022-03-01 run\n"
    source = opened(tmp_path, YAML, events=log, subscriptions=contracts + again)
    table = cohort_retention(source.relations, CONTRACT, pd.Timestamp("2022-01-01"), AS_OF)
    logos = table[table["measure"] == "logos"].set_index("month")["share"]
    assert (logos[11], logos[12]) == (1, share)


def test_without_contracts_an_account_begins_when_it_is_first_known(tables: Tables) -> None:
    """`year` begins with its first event here, an hour before its contract."""
    table = cohort_retention(tables.relations, Outcomes(mode="activity"), SINCE, AS_OF)
    assert table["measure"].unique().tolist() == ["activity"]
    assert kept(table, "activity") == [("2024-01", 0, 3, 4), ("2024-01", 1, 1, 4), ("2024-01", 2, 1, 4)]
