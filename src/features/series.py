"""Statistics of a short weekly series, each as one expression over its weeks, oldest first."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import add

import narwhals as nw

from leadline.features.measures import DAYS_A_WEEK, Measures, change, per

ALLOWANCE = 0.5  # k of the CUSUM: a fall of half a standard deviation a week is let pass
LEAST_SPREAD = 0.25  # of log(1 + n): a perfectly even past is no reason to call every wobble a fall
ROUNDING = 1e-9  # engines differ in the last digits of a logarithm; less than this is nothing

Weekly = Callable[[int, int], nw.Expr]  # (window, skip) in days -> a sum, as `Measures` gives them


def log_weeks(weekly: Weekly, weeks: int, ago: int = 0) -> list[nw.Expr]:
    """log(1 + n) of so many weeks, the newest of them `ago` weeks before the last one."""
    counts = [weekly(DAYS_A_WEEK, DAYS_A_WEEK * i) for i in reversed(range(ago, ago + weeks))]
    return [(n + 1.0).log() for n in counts]


def total(xs: list[nw.Expr]) -> nw.Expr:
    """The sum, added from left to right: a horizontal sum may add in any order, and digits depend on it."""
    return reduce(add, xs)


def against_12_weeks(weekly: Weekly) -> nw.Expr:
    """The last 4 weeks on the 12 before, a week each, less one."""
    return change(per(weekly(28, 0), 4), per(weekly(84, 28), 12))


def mean(xs: list[nw.Expr]) -> nw.Expr:
    """The arithmetic mean."""
    return per(total(xs), len(xs))


def spread(xs: list[nw.Expr], least: float = 0.0) -> nw.Expr:
    """The population standard deviation, or `least` where it is smaller.

    Deviations are taken from the first week, so that equal weeks yield zero exactly; a power stands for sqrt(), which
    SQL has to write out three times.
    """
    shifted = mean([(x - xs[0]) ** 2 for x in xs]) - (mean(xs) - xs[0]) ** 2
    return nw.max_horizontal(shifted, nw.lit(least**2)) ** 0.5


def slope(xs: list[nw.Expr]) -> nw.Expr:
    """The least-squares slope a week."""
    middle = (len(xs) - 1) / 2
    squares = sum((i - middle) ** 2 for i in range(len(xs)))
    return total([x * ((i - middle) / squares) for i, x in enumerate(xs)])


@dataclass(frozen=True)
class Cusum:
    """Page's one-sided CUSUM of falls: how far the weeks lie in sum below those before, in their deviations, and for
    how many weeks it has stood above zero."""

    value: nw.Expr
    weeks: nw.Expr


def cusum_of_falls(m: Measures, xs: list[nw.Expr], before: list[nw.Expr]) -> Cusum:
    """S = max(0, S + low - x) over the weeks is the largest sum of low - x over a last run of them, or 0; it last stood
    at zero before that run began."""
    unit = m.kept(spread(before, LEAST_SPREAD), step=0)
    low = m.kept(mean(before) - ALLOWANCE * spread(before, LEAST_SPREAD), step=0)
    runs = [m.kept(k * low - total(xs[-k:]), step=1) for k in range(1, len(xs) + 1)]
    fallen = m.kept(nw.max_horizontal(*runs, nw.lit(0.0)), step=2)
    weeks: nw.Expr = nw.lit(0)
    for k, run in reversed(list(enumerate(runs, start=1))):
        weeks = nw.when(run >= fallen - ROUNDING).then(nw.lit(k)).otherwise(weeks)
    return Cusum(fallen / unit, nw.when(fallen > ROUNDING).then(weeks).otherwise(nw.lit(0)))


def run_until_now(conditions: list[nw.Expr]) -> nw.Expr:
    """How many weeks in a row, up to the last one, fulfil the condition."""
    run: nw.Expr = nw.lit(0)
    for holds in conditions:
        run = nw.when(holds).then(run + 1).otherwise(nw.lit(0))
    return run
