"""Levels of value, book by book, set on the week before."""

import numpy as np
import pandas as pd
import pytest
from decision_tables import NOW

from leadline.decisions.list_levels import as_rows, corrections, enters, exits
from leadline.decisions.standing import entered, nobody
from leadline.experiment import Following

INF = np.inf


def ranked(book: str, *values: float) -> pd.DataFrame:
    return pd.DataFrame({"book": book, "priority": values}).astype({"book": "str", "priority": float})


def by_book(**values: float) -> pd.Series:
    return pd.Series(values)


TEN = ranked("anna", *range(100, 0, -10))


@pytest.mark.parametrize(
    ("room", "correction", "rank", "enter"),
    [
        (4, 0.0, 4, 70),
        (4, 2.4, 6, 50),
        (4, -5.9, 1, 100),
        (4, -99, 1, 100),
        (0, 3.0, 0, INF),
        (10, 1.0, 11, -INF),
    ],
    ids=["room", "too few came", "too many came", "never below the first", "no room", "room for all"],
)
def test_the_level_is_that_of_a_rank_among_last_weeks(room: int, correction: float, rank: int, enter: float) -> None:
    found = enters(TEN, by_book(anna=room), by_book(anna=correction)).loc["anna"]
    assert (found["rank"], found["enter"], found["room"]) == (rank, enter, room)


def test_each_book_has_its_own_level() -> None:
    both = pd.concat([TEN, ranked("bo", 9, 8, 7)])
    assert enters(both, by_book(anna=1, bo=1), by_book())["enter"].to_dict() == {"anna": 100, "bo": 9}


@pytest.mark.parametrize(("places", "level"), [(2, 22.5), (10, 2.5), (11, -INF), (0, -INF)])
def test_who_falls_to_a_quarter_of_what_would_fill_the_book_leaves_early(places: int, level: float) -> None:
    assert exits(TEN, by_book(anna=places))["anna"] == level


def test_a_level_that_is_not_worth_its_cost_makes_nobody_leave() -> None:
    assert exits(ranked("anna", 10, -5), by_book(anna=2))["anna"] == -INF


def levels(**columns: float) -> pd.DataFrame:
    base = {"places": 4, "room": 4, "rank": 6, "moved": 0.0, "enter": 50.0, "exit": 25.0, "reached": 3}
    return pd.DataFrame({**base, **columns}, index=["anna"])


TODAY = pd.DataFrame({"account_id": ["a", "b"], "book": "anna", "arr": [1.0, 2.0]})


def test_a_book_is_a_row_of_thresholds_and_hands_on_its_correction() -> None:
    standing = entered(nobody(), pd.Series(["a"], dtype="str"), NOW, Following(), first=True)
    row = as_rows(levels(), TODAY, standing, "value", "en").iloc[0]
    assert row[["group", "indicator", "enter", "exit", "capacity", "alerts"]].tolist() == [
        "csm=anna", "value", 50.0, 25.0, 4, 1,
    ]  # fmt: skip
    assert row["correction"] == pytest.approx(0.3 * (4 - 3))
    assert row["changed_because"] == (
        "4 of 4 places are free: the level of number 6 of those who could be listed last week"
    )
    assert corrections(as_rows(levels(), TODAY, standing, "value", "en"), pd.Index(["anna"]))["anna"] == pytest.approx(
        0.3
    )


def test_without_money_the_level_is_a_risk_and_without_room_there_is_none() -> None:
    row = as_rows(levels(room=0, enter=INF, moved=1.5), TODAY, nobody(), "p_churn", "en").iloc[0]
    assert (row["indicator"], row["alerts"], row["changed_because"]) == ("p_churn", 0, "none of 4 places is free")
    assert np.isnan(row["enter"])
    assert (row["correction"], row["reached"]) == (1.5, 7)


def test_in_the_first_week_nothing_is_corrected() -> None:
    assert corrections(pd.DataFrame(), pd.Index(["anna"])).to_dict() == {"anna": 0.0}
