import pandas as pd
import pytest
from decision_tables import COLUMNS, NOW, column, experiment, playbook, scores

from leadline.decisions.expansion import expansion_list
from leadline.decisions.plays import Playbook
from leadline.decisions.schema import EXPANSION
from leadline.experiment import Experiment, Outcomes

NAN = float("nan")


def table(rows: list[tuple[str, float, float, float, str]], csm: str | None = None) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["account_id", "p_expand", "p_churn", "arr", "listed_because"])
    typed = frame.astype({"account_id": "str", "p_expand": float, "p_churn": float, "arr": float})
    texts = {"name": "Company", "stage": "adoption", "tier": "growth", "cause": "unknown"}
    books = pd.Series([csm] * len(rows), dtype="str")
    return typed.assign(as_of=NOW, csm=books, play="", **texts)


SEATS = column("seat_utilisation", family="seats")
NEWCOMERS = column("new_users", family="flow")


def grown(table: pd.DataFrame, said: list[tuple[str, str, str]] = []) -> pd.DataFrame:  # noqa: B006 - only read
    """Reasons to grow: account, indicator and sentence of the first, one row each."""
    blank = scores(dict.fromkeys(table["account_id"], 0.1)).filter(regex="account_id|driver").set_index("account_id")
    for account, indicator, sentence in said:
        blank.loc[account, ["driver_1_indicator", "driver_1_sentence"]] = indicator, sentence
    return blank.reset_index()


def listed(accounts: pd.DataFrame, asked: Experiment | None = None, book: Playbook | None = None) -> pd.DataFrame:
    why = grown(accounts)
    return expansion_list(accounts, why, book or playbook(), asked or experiment(), COLUMNS)


BOOK = [("low1", 0.1, 0.5, 9e5, ""), ("low2", 0.1, 0.5, 9e5, ""), ("low3", 0.1, 0.5, 9e5, "")]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([*BOOK, ("grow", 0.6, 0.1, 10000.0, "")], ["grow"]),
        ([*BOOK, ("grow", 0.6, 0.6, 10000.0, "")], []),
        ([*BOOK, ("grow", 0.6, 0.1, 10000.0, "value of stepping in $9")], []),
        ([*BOOK, ("grow", NAN, 0.1, 10000.0, "")], ["low1", "low2"]),
        ([("a", 0.0, 0.0, 1.0, ""), ("b", 0.0, 0.0, 1.0, "")], []),
        ([("a", 0.5, 0.1, 1000.0, ""), ("b", 0.5, 0.1, 2000.0, ""), ("c", 0.5, 0.1, NAN, "")], ["b", "a"]),
        ([("b", 0.5, 0.1, NAN, ""), ("c", 0.5, 0.1, NAN, ""), ("a", 0.5, 0.1, NAN, "")], ["a", "b"]),
        ([], []),
    ],
    ids=[
        "likely",
        "at risk",
        "on the other list",
        "no score",
        "no chance",
        "by gain",
        "ties by account",
        "none",
    ],
)
def test_who_can_grow(rows: list, expected: list[str]) -> None:
    found = listed(table(rows), experiment(1, 2))
    assert found["account_id"].tolist() == expected
    assert [c for c in EXPANSION.columns if c not in found] == ["play_name", "look_at", "talk_track"]


def test_the_row_by_eye() -> None:
    found = listed(table([*BOOK, ("grow", 0.6, 0.1, 10000.0, "")])).iloc[0]
    assert found["expected_gain"] == pytest.approx(600)
    assert found["play"] == "expand"
    assert found["listed_because"] == (
        "its chance of growing is 60%, of leaving 10%; at least $600 a year to be expected"
    )


def test_where_growth_is_counted_in_users_no_money_is_named() -> None:
    asked = experiment(outcomes=Outcomes(mode="activity"))
    found = listed(table([("grow", 0.6, 0.1, 10000.0, "")]), asked).iloc[0]
    assert pd.isna(found["expected_gain"])
    assert found["listed_because"] == "its chance of growing is 60%, of leaving 10%"


@pytest.mark.parametrize(("csms", "each", "count"), [(0, 9, 0), (1, 3, 3), (2, 3, 3), (9, 9, 5)])
def test_capacity_holds_in_each_book(csms: int, each: int, count: int) -> None:
    rows = [(name, 0.5, 0.1, 1000.0, "") for name in "abcde"]
    found = listed(table(rows, "Anna"), experiment(csms, each))
    assert len(found) == count


RULES = [{"indicator": "seat_utilisation", "play": "more_seats"}, {"family": "flow", "play": "reconnect"}]


@pytest.mark.parametrize(
    ("reasons", "play"),
    [
        (("seat_utilisation", "", ""), "more_seats"),
        (("new_users", "seat_utilisation", ""), "reconnect"),
        (("active_users", "seat_utilisation", "new_users"), "more_seats"),
        (("active_users", "", ""), "expand"),
        (("", "", ""), "expand"),
    ],
    ids=["by indicator", "the first reason decides", "the first that any rule fits", "no rule", "no reason"],
)
def test_what_drives_growth_chooses_the_play(reasons: tuple[str, str, str], play: str) -> None:
    accounts = table([("grow", 0.6, 0.1, 10000.0, "")])
    why = grown(accounts).assign(**{f"driver_{i}_indicator": name for i, name in enumerate(reasons, 1)})
    columns = (*COLUMNS, SEATS, NEWCOMERS)
    found = expansion_list(accounts, why, playbook(expansion_rules=RULES), experiment(), columns)
    assert found["play"].tolist() == [play]


def test_the_first_reason_to_grow_is_told_and_not_that_of_leaving() -> None:
    accounts = table([("grow", 0.6, 0.1, 10000.0, "")]).assign(driver_1_sentence="It fell", driver_1_indicator="events")
    why = grown(accounts, [("grow", "seat_utilisation", "93% of the seats paid for were used")])
    found = expansion_list(accounts, why, playbook(), experiment(), (*COLUMNS, SEATS)).iloc[0]
    assert found["listed_because"].startswith("93% of the seats paid for were used; its chance of growing is 60%")
    assert found["driver_1_indicator"] == "seat_utilisation"
