import pandas as pd
import pytest
from decision_tables import COLUMNS, column, fall, falls

from leadline.decisions.quality import data_quality


@pytest.mark.parametrize(
    ("row", "announced", "word"),
    [
        ({}, False, "ok"),
        ({"now": 0.0}, False, "no usage in 28 days"),
        ({"baseline": float("nan")}, False, "new account: history too short"),
        ({"baseline": float("nan"), "now": 0.0}, False, "new account: history too short"),
        ({}, True, "leaving announced"),
    ],
)
def test_the_gravest_word_is_said(row: dict, announced: bool, word: str) -> None:
    accounts = pd.DataFrame({"account_id": ["a"], "announced": [announced]})
    table = falls([fall("a", 0.1, **row)])
    assert data_quality(accounts, table, COLUMNS, "en").tolist() == [word]


def test_silence_is_not_said_where_no_28_day_column_is_watched() -> None:
    accounts = pd.DataFrame({"account_id": ["a"], "announced": [False]})
    table = falls([fall("a", 0.1, now=0.0, indicator="events_7")])
    assert data_quality(accounts, table, (column("events", 7),), "zh").tolist() == ["正常"]
