"""The look over a source: what it holds, what it lets one do, which columns are leaks."""

from pathlib import Path

import pytest
from source_files import EVENTS, opened

from leadline.features.check import Check, check
from leadline.features.sources import open_source, read_source

DATA = Path(__file__).parents[2] / "data"
LOG = """account_id user_id occurred_at received_at action module event_id
         a u1 2024-01-01 2024-01-01 run m1 1
         a u2 2024-01-02 2024-01-05 look m2 2
         b u1 2024-01-03 2024-01-03 run m1 3
         b - 2024-01-04 2024-01-04 hop m1 4"""
WITH_TERMS = EVENTS.replace("tables: {", "tables: {subscriptions: {file: subscriptions.csv}, ")
WITH_BOTH = WITH_TERMS.replace("tables: {", "tables: {accounts: {file: accounts.csv}, ")
TERM = "account_id product start_date end_date mrr billing_months\n"
FULL = "a plan 2023-01-01 2024-01-01 9 12\n"


def allows(found: Check) -> dict[str, str]:
    """What -> answer."""
    return dict(found.allows[["what", "answer"]].itertuples(index=False, name=None))


def leaks(tmp_path: Path, terms: str) -> list[tuple[str, int]]:
    """Leaking columns of a source with these terms, and rows."""
    found = check(opened(tmp_path, WITH_TERMS, events=LOG, subscriptions=TERM + terms)).leaks
    return list(found[["column", "rows"]].itertuples(index=False, name=None))


def test_what_a_log_holds(tmp_path: Path) -> None:
    found = check(opened(tmp_path, events=LOG))
    assert found.counts["what"].tolist() == [
        "accounts", "accounts with events", "users with events", "modules", "actions", "events",
    ]  # fmt: skip
    assert found.counts["count"].tolist() == [2, 2, 3, 2, 3, 4]
    assert list(found.actions[["action", "kind", "rows"]].itertuples(index=False, name=None)) == [
        ("hop", "other", 1), ("look", "view", 1), ("run", "core", 2),
    ]  # fmt: skip


def test_what_a_log_without_contracts_allows(tmp_path: Path) -> None:
    found = check(opened(tmp_path, events=LOG))
    answers = allows(found)
    assert (answers["outcomes"], answers["money"], answers["seats"]) == ("activity", "no", "no")
    assert (answers["people"], answers["repeats"], answers["visits"]) == ("yes", "yes", "no")
    assert answers["effects of stepping in"] == "no"
    (late,) = found.allows.query("what == 'late arrivals'")["detail"]
    assert late == "25.0% come more than a day late; half within 0.0 days, 90% within 2.1"


def test_what_contracts_allow(tmp_path: Path) -> None:
    found = allows(check(opened(tmp_path, WITH_TERMS, events=LOG, subscriptions=TERM + FULL)))
    assert (found["outcomes"], found["money"], found["seats"]) == ("contract", "yes", "no")


def test_a_log_that_says_nothing_of_arrival_and_people(tmp_path: Path) -> None:
    log = "account_id occurred_at action\na 2024-01-01 run\na 2024-01-01 look"
    found = allows(check(opened(tmp_path, events=log)))
    assert (found["late arrivals"], found["people"], found["repeats"]) == ("no", "no", "no")


SHORT = "a plan 2023-01-01 2023-06-01 9 12\n"


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        pytest.param(FULL, [], id="full"),
        pytest.param("a plan 2023-01-01 2023-12-27 9 12\n", [], id="a year of 30-day months"),
        pytest.param("a plan 2023-01-01 2023-06-01 9 -\n", [], id="length unknown"),
        pytest.param(SHORT, [("end_date", 1)], id="cut short"),
        pytest.param(SHORT + "a plan 2023-06-01 2024-06-01 19 12\n", [], id="goes on"),
        pytest.param(SHORT + "b plan 2023-06-01 2024-06-01 19 12\n", [("end_date", 1)], id="another goes on"),
        pytest.param(SHORT + "a plan 2023-09-01 2024-09-01 19 12\n", [("end_date", 1)], id="comes back later"),
        pytest.param(FULL + "a seats 2023-06-01 2024-01-01 2 12\n", [], id="add-on ends with its plan"),
        pytest.param(FULL + "a seats 2023-01-01 2023-06-01 2 12\n", [("end_date", 1)], id="add-on cut short"),
        pytest.param(SHORT + "a seats 2023-01-01 2023-06-01 2 12\n", [("end_date", 2)], id="all cut short"),
    ],
)
def test_an_end_edited_afterwards_is_named_as_a_leak(tmp_path: Path, terms: str, found: list[tuple[str, int]]) -> None:
    assert leaks(tmp_path, terms) == found


@pytest.mark.parametrize(("n", "rows"), [(10, []), (20, [20])], ids=["chance", "no chance"])
def test_a_column_filled_only_once_accounts_had_left_is_named_as_a_leak(
    tmp_path: Path, n: int, rows: list[int]
) -> None:
    """Half have left; that all of n of a kind left by chance has odds of 1 in 2 to the power of n."""
    terms = [f"x{i} plan 2023-01-01 {'2023-02-01' if i < n else '2025-01-01'} 9 1" for i in range(2 * n)]
    accounts = ["account_id segment", *(f"x{i} {'price' if i < n else '-'}" for i in range(2 * n))]
    tables = opened(
        tmp_path,
        WITH_BOTH,
        events="account_id occurred_at action\nx1 2024-01-01 run\nx1 2024-01-01 look",
        subscriptions=TERM + "\n".join(terms),
        accounts="\n".join(accounts),
    )
    found = check(tables).leaks
    assert found["rows"].tolist() == rows
    assert found["first_example"].tolist() == ["account_id=x0, segment=price"] * len(rows)


def test_looking_twice_gives_the_same(tmp_path: Path) -> None:
    tables = opened(tmp_path, WITH_TERMS, events=LOG, subscriptions=TERM + FULL)
    one, two = check(tables), check(tables)
    assert all(getattr(one, name).equals(getattr(two, name)) for name in one.__dataclass_fields__)


@pytest.mark.shared
def test_crm_has_five_ends_edited_afterwards(shared_data: Path) -> None:
    found = check(open_source(read_source(DATA / "crm.yaml"), shared_data / "crm")).leaks
    assert list(found[["table", "column", "rows"]].itertuples(index=False, name=None)) == [
        ("subscriptions", "end_date", 5)
    ]


@pytest.mark.shared
def test_a_tenth_of_openstack_comes_six_weeks_late(shared_data: Path) -> None:
    found = check(open_source(read_source(DATA / "openstack.yaml"), shared_data / "openstack"))
    (late,) = found.allows.query("what == 'late arrivals'")["detail"]
    assert late.endswith("90% within 41.9")
