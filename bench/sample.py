"""All as-of dates where that ends in time, else a sample of them scaled up; for peers that go date by date."""

from collections.abc import Callable
from time import perf_counter

import pandas as pd

SAMPLE = 5
Compute = Callable[[pd.DataFrame], pd.DataFrame]


def computed(compute: Compute, pairs: pd.DataFrame, longest: float) -> tuple[pd.DataFrame, dict]:
    """The table of all pairs, or of a sample where all would take longer than so many seconds; and the seconds for all,
    how many dates were computed, of how many."""
    dates = sorted(pairs["as_of"].unique())
    one, _ = timed(compute, pairs, spread(dates, 1))
    several, table = timed(compute, pairs, spread(dates, SAMPLE))
    seconds, asked = scaled(one, several, len(dates)), SAMPLE
    if seconds <= longest:
        (seconds, table), asked = timed(compute, pairs, dates), len(dates)
    return table, {"seconds": seconds, "dates": asked, "of": len(dates), "rows": len(pairs)}


def scaled(one: float, several: float, dates: int) -> float:
    """Seconds for all dates: what is paid once, and what a date takes on average, from one date and from several."""
    each = max(several - one, 0.0) / (SAMPLE - 1)  # noise may make the few slower than the many
    return one + (dates - 1) * each


def spread(dates: list, count: int) -> list:
    """So many dates from the middles of equal parts, for later dates have more history to read."""
    return [dates[(2 * i + 1) * len(dates) // (2 * count)] for i in range(count)]


def timed(compute: Compute, pairs: pd.DataFrame, dates: list) -> tuple[float, pd.DataFrame]:
    """Seconds for these dates, and their table."""
    began = perf_counter()
    table = compute(pairs[pairs["as_of"].isin(dates)])
    return perf_counter() - began, table
