"""Frames as tables in a notebook: written as they are read, text of the data as text, nothing fetched."""

import re

import pandas as pd
import pytest

from leadline.runs.tables import shown

FRAME = pd.DataFrame(
    {
        "name": ["<b>Ann & Co", "=SUM(A1)"],
        "accounts": [1234, 5],
        "arr": [98765.4, None],
        "churn_share": [0.125, None],
        "events_change": [-0.5, 2.0],
        "estimate": [1234.5, -0.01234],
        "as_of": pd.to_datetime(["2024-06-03", None]),
        "seen": pd.to_datetime(["2024-06-03 12:30", "2024-06-03 00:00"]),
        "key": [True, False],
    }
)


def cells(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", html[html.index("<tbody") :], re.DOTALL)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]


def test_each_column_is_written_by_what_it_holds() -> None:
    html = shown(FRAME, currency="USD").as_raw_html()
    assert cells(html) == [
        ["&lt;b&gt;Ann &amp; Co", "1,234", "$98,765", "12%", "−50%", "1,234", "2024-06-03", "2024-06-03 12:30", "yes"],
        ["=SUM(A1)", "5", "–", "–", "200%", "-0.012", "–", "2024-06-03", ""],
    ]
    assert re.findall(r"<th[^>]*>(.*?)</th>", html)[3] == "churn share"


def test_nothing_is_fetched_and_the_same_table_is_the_same_text() -> None:
    html = shown(FRAME, "Title <i>").as_raw_html()
    assert not re.findall(r"https?:|@import|url\(|<script", html)
    assert "Title &lt;i&gt;" in html
    assert html == shown(FRAME, "Title <i>").as_raw_html()


def test_what_is_left_out_is_said() -> None:
    many = pd.DataFrame({"n": range(1200)})
    html = shown(many, rows=10).as_raw_html()
    assert len(cells(html)) == 10
    assert "and 1,190 more" in html
    assert "more" not in shown(many, rows=1200).as_raw_html()


def test_a_named_index_and_levels_of_columns_are_shown() -> None:
    frame = pd.DataFrame({"date": ["a", "a"], "outcome": ["churn", "growth"], "accounts": [3, 4], "share": [0.5, 0.25]})
    wide = frame.set_index(["date", "outcome"]).unstack("outcome")
    html = shown(wide).as_raw_html()
    assert re.findall(r"<th[^>]*>(.*?)</th>", html) == [
        "date", "accounts churn", "accounts growth", "share churn", "share growth",
    ]  # fmt: skip
    assert cells(html) == [["a", "3", "4", "50%", "25%"]]


@pytest.mark.parametrize("frame", [FRAME.head(0), pd.DataFrame(columns=["a"])])
def test_an_empty_frame_has_its_head(frame: pd.DataFrame) -> None:
    html = shown(frame).as_raw_html()
    assert len(re.findall(r"<th[ >]", html)) == len(frame.columns)


def test_numbers_written_already_stand_flush_right() -> None:
    frame = pd.DataFrame({"model": ["p"], "AUC": ["0.824"]})
    assert 'class="gt_row gt_right">0.824' in shown(frame, numbers=True).as_raw_html()
    assert 'class="gt_row gt_left">0.824' in shown(frame).as_raw_html()
