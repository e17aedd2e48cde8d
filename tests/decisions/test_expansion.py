import pandas as pd
import pytest
from decision_tables import NOW, experiment, playbook

from leadline.decisions.expansion import COLUMNS, expansion_list
from leadline.experiment import Outcomes

NAN = float("nan")


def table(rows: list[tuple[str, float, float, float, str]], csm: str | None = None) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["account_id", "p_expand", "p_churn", "arr", "listed_because"])
    typed = frame.astype({"account_id": "str", "p_expand": float, "p_churn": float, "arr": float})
    texts = {"name": "Company", "stage": "adoption", "tier": "growth"}
    books = pd.Series([csm] * len(rows), dtype="str")
    return typed.assign(as_of=NOW, csm=books, play="", **texts)


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
    found = expansion_list(table(rows), playbook(), experiment(1, 2))
    assert found["account_id"].tolist() == expected
    assert found.columns.tolist() == COLUMNS


def test_the_row_by_eye() -> None:
    found = expansion_list(table([*BOOK, ("grow", 0.6, 0.1, 10000.0, "")]), playbook(), experiment()).iloc[0]
    assert found["expected_gain"] == pytest.approx(600)
    assert found["play"] == "expand"
    assert found["listed_because"] == ("chance of expansion 60%, risk of leaving 10%; at least $600 a year expected")


def test_where_growth_is_counted_in_users_no_money_is_named() -> None:
    asked = experiment(outcomes=Outcomes(mode="activity"))
    found = expansion_list(table([("grow", 0.6, 0.1, 10000.0, "")]), playbook(), asked).iloc[0]
    assert pd.isna(found["expected_gain"])
    assert found["listed_because"] == "chance of expansion 60%, risk of leaving 10%"


@pytest.mark.parametrize(("csms", "each", "count"), [(0, 9, 0), (1, 3, 3), (2, 3, 3), (9, 9, 5)])
def test_capacity_holds_in_each_book(csms: int, each: int, count: int) -> None:
    rows = [(name, 0.5, 0.1, 1000.0, "") for name in "abcde"]
    found = expansion_list(table(rows, "Anna"), playbook(), experiment(csms, each))
    assert len(found) == count
