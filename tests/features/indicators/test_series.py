"""Statistics of weekly series against what numpy and Page's recursion, step by step, say of the same weeks."""

import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.features.measures import Measures
from leadline.features.series import (
    ALLOWANCE,
    LEAST_SPREAD,
    ROUNDING,
    cusum_of_falls,
    log_weeks,
    mean,
    run_until_now,
    slope,
    spread,
)

WEEKS = [nw.col(f"w{i}") for i in range(16)]
counts = st.lists(st.sampled_from([0, 0, 1, 2, 3, 7, 40, 1000]), min_size=16, max_size=16)
tables = st.lists(counts, min_size=1, max_size=50)
quick = settings(max_examples=5, deadline=None, derandomize=True)


def values(rows: list[list[int]], **asked: nw.Expr) -> pd.DataFrame:
    """What was asked of rows of weekly counts, oldest first: the columns hold their logs."""
    logs = pd.DataFrame(np.log1p(rows), columns=[f"w{i}" for i in range(16)])
    return nw.from_native(logs).select(**asked).to_native()


def page(row: list[int]) -> list[float]:
    """S after each of the last 8 weeks."""
    x = np.log1p(row)
    usual, unit = x[:8].mean(), max(x[:8].std(), LEAST_SPREAD)
    sums = [0.0]
    for week in x[8:]:
        sums.append(max(0.0, sums[-1] + (usual - week) / unit - ALLOWANCE))
    return sums[1:]


def weeks_above_zero(sums: list[float]) -> int:
    """How many weeks in a row, up to the last, the CUSUM stood above zero."""
    standing = [total > ROUNDING for total in reversed(sums)]
    return standing.index(False) if False in standing else len(standing)


@quick
@given(tables)
def test_the_cusum_is_pages(rows):
    m = Measures()
    cusum = cusum_of_falls(m, WEEKS[8:], before=WEEKS[:8])
    frame = nw.from_native(pd.DataFrame(np.log1p(rows), columns=[f"w{i}" for i in range(16)]))
    for step in m.steps:
        frame = frame.with_columns(**step)
    found = frame.select(value=cusum.value, weeks=cusum.weeks).to_native()
    sums = [page(row) for row in rows]
    assert list(found["value"]) == pytest.approx([each[-1] for each in sums], abs=1e-9)
    assert list(found["weeks"]) == [weeks_above_zero(each) for each in sums]


@quick
@given(tables)
def test_mean_spread_and_slope_are_numpys(rows):
    found = values(rows, mean=mean(WEEKS), spread=spread(WEEKS), slope=slope(WEEKS))
    logs = np.log1p(rows)
    lines = np.polyfit(range(16), logs.T, 1)[0]
    assert found.to_numpy() == pytest.approx(np.column_stack([logs.mean(axis=1), logs.std(axis=1), lines]), abs=1e-9)


def test_a_spread_is_not_below_the_least_and_none_where_all_weeks_are_alike():
    found = values([[6] * 16], none=spread(WEEKS), least=spread(WEEKS, least=0.25))
    assert found.to_numpy().tolist() == [pytest.approx([0, 0.25], abs=1e-12)]


def test_a_run_ends_with_the_last_week():
    asked = [nw.col("w0") < limit for limit in (2, 0, 2, 2)]  # w0 is log 2: true, false, true, true
    found = values([[1] * 16], now=run_until_now(asked), over=run_until_now([*asked, nw.col("w0") < 0]))
    assert found.to_numpy().tolist() == [[2, 0]]


def test_weeks_are_asked_for_oldest_first():
    asked = []
    log_weeks(lambda window, skip: asked.append((window, skip)) or nw.lit(0), 3, ago=2)
    assert asked == [(7, 28), (7, 21), (7, 14)]
