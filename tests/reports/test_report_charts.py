"""Ticks, scales and the SVG that charts become."""

import altair as alt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_tables import ATTACK

from leadline.reports.charts import axis, drawn, log_ticks, ticks


@pytest.mark.parametrize(
    ("low", "high", "count", "expected"),
    [
        (0, 0.62, 4, [0, 0.2, 0.4, 0.6, 0.8]),
        (0.48, 0.86, 3, [0.4, 0.6, 0.8, 1.0]),
        (0, 7, 4, [0, 2, 4, 6, 8]),
        (3, 3, 4, [3]),
    ],
)
def test_ticks_are_round_and_reach_over_both_ends(low: float, high: float, count: int, expected: list[float]) -> None:
    assert ticks(low, high, count) == expected


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(3, 10))
def test_ticks_hold_the_whole_range_in_equal_steps(low: float, span: float, count: int) -> None:
    found = ticks(low, low + span, count)
    slack = 1e-6 * max(span, abs(low))
    assert found[0] <= low + slack
    assert found[-1] >= low + span - slack
    assert len(found) <= count + 2


def test_log_ticks_take_threes_only_where_few_powers_fit() -> None:
    assert log_ticks(4_900, 540_000) == [3e3, 1e4, 3e4, 1e5, 3e5, 1e6]
    assert log_ticks(2, 5e6) == [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7]


def test_an_axis_is_labelled_in_the_language_of_the_report() -> None:
    svg = drawn(_bar("A", axis([0, 0.5, 1.0], lambda share: f"成{share:g}")), 300, 80)
    assert all(f">成{share}</text>" in svg for share in ("0", "0.5", "1"))
    assert "aria-label" not in svg


def test_names_in_a_figure_are_text() -> None:
    svg = drawn(_bar(ATTACK, alt.Axis()), 300, 80)
    assert "<script" not in svg
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in svg


def _bar(name: str, x_axis: alt.Axis) -> alt.LayerChart:
    data = pd.DataFrame({"share": [0.7], "name": [name]})
    base = alt.Chart(data).encode(x=alt.X("share:Q", axis=x_axis, scale=alt.Scale(domain=[0, 1])))
    return alt.layer(base.mark_bar(), base.mark_text().encode(text="name:N"))
