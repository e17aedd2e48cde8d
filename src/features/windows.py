"""Sums of weekly cells over the windows before each as-of date, by running sums: no cell is read once a window.

An as-of date that ends week s - 1 sees the cells of weeks before s that arrived before s. What arrived in its own week
(all but a few) is summed by running sums over the weeks of a key, a window being the difference of two of them; what
arrived later is added for the as-of dates after its arrival.
"""

import narwhals as nw
import pandas as pd

from leadline.features.cells import WEEKDAYS, flag
from leadline.features.engine import Engine, Frame
from leadline.features.measures import WindowSum

NEVER = -(2**62)


def reach_of(sums: list[WindowSum]) -> int:
    """Weeks back to where the longest window opens."""
    return max((s.last_week for s in sums), default=1)


def every_week(engine: Engine, keys: Frame, first: int, last: int) -> Frame:
    """Each key in each week from first to last."""
    weeks = engine.table(pd.DataFrame({"week": range(first, last + 1)}, dtype="int32"))
    return keys.join(weeks, how="cross")


def held_weeks(engine: Engine, cells: Frame, key: str, facts: list[str], reach: int) -> Frame:
    """Each key in every week from a week of use on until the windows have passed it: facts of the weeks of use, else 0.

    After a key's last row the running sums no longer change within reach, so a step back of n <= reach rows finds the
    running sum of n weeks before, across whatever gap.
    """
    in_time = nw.col("arrival") == nw.col("week")
    on_time = [nw.when(in_time).then(nw.col(name)).otherwise(nw.lit(0)).alias(name) for name in facts]
    last = nw.when(in_time).then(nw.col("last_at")).otherwise(nw.lit(NEVER)).alias("last_at")
    rows = cells.select(key, nw.col("arrival").alias("week"), *on_time, last).group_by(key, "week")
    rows = rows.agg(*(nw.col(name).sum() for name in facts), nw.col("last_at").max())
    until = nw.col("week").shift(-1).over(key, order_by="week") - nw.col("week")
    rows = rows.with_columns(held=nw.min_horizontal(until, nw.lit(reach + 1)).cast(nw.Int32))
    steps = [(held, lag) for held in range(1, reach + 2) for lag in range(held)]
    lags = engine.table(pd.DataFrame(steps, columns=["held", "lag"], dtype="int32"))
    used = nw.col("lag") == 0
    return rows.join(lags, on="held", how="inner").with_columns(
        nw.col("week") + nw.col("lag"),
        *(nw.when(used).then(nw.col(name)).otherwise(nw.lit(0)).cast(nw.Int64).alias(name) for name in facts),
    )


def running_sums(key: str, facts: list[str]) -> dict[str, nw.Expr]:
    """The running sum of each fact over the rows of every week, `run_FACT`."""
    return {f"run_{fact}": nw.col(fact).cum_sum().over(key, order_by="week").cast(nw.Int64) for fact in facts}


def window_sums(rows: Frame, key: str, sums: list[WindowSum], others: list[str]) -> Frame:
    """Each window sum as of the end of the row's week, from running sums: by key and seen_week, with other columns."""
    back = sorted({(s.fact, lag) for s in sums for lag in (s.first_week, s.last_week) if lag})
    earlier = {f"run_{fact}_{lag}": nw.col(f"run_{fact}").shift(lag).over(key, order_by="week") for fact, lag in back}
    within = {s.column: _running(s.fact, s.first_week) - _running(s.fact, s.last_week) for s in sums}
    names = [key, *others]
    running = [f"run_{fact}" for fact in sorted({s.fact for s in sums})]
    rows = rows.select(*names, "week", *running, **earlier)
    return rows.select(*names, seen_week=nw.col("week") + 1, **within)


def _running(fact: str, lag: int) -> nw.Expr:
    return nw.col(f"run_{fact}_{lag}").fill_null(0) if lag else nw.col(f"run_{fact}")


def late_sums(engine: Engine, cells: Frame, key: str, sums: list[WindowSum]) -> Frame:
    """What arrived after its week, in the windows of as-of dates after its arrival: by key and seen_week, `_late`."""
    lags = engine.table(pd.DataFrame({"lag": range(reach_of(sums))}, dtype="int32"))
    seen = (
        cells.filter(nw.col("arrival") > nw.col("week"))
        .join(lags, how="cross")
        .with_columns(seen_week=nw.col("week") + nw.col("lag") + 1)
        .filter(nw.col("arrival") < nw.col("seen_week"))
    )
    within = {s.column: nw.when(_inside(s)).then(nw.col(s.fact)).otherwise(nw.lit(0)) for s in sums}
    late = seen.with_columns(**within).group_by(key, "seen_week")
    sums_late = (nw.col(name).sum().alias(f"{name}_late") for name in within)
    return late.agg(*sums_late, nw.col("last_at").max().alias("last_at_late"))


def _inside(asked: WindowSum) -> nw.Expr:
    return (nw.col("lag") >= asked.first_week) & (nw.col("lag") < asked.last_week)


def with_late(rows: Frame, late: Frame, key: str, sums: list[WindowSum], others: list[str]) -> Frame:
    """Rows by key and seen_week with the late sums added, and other columns; last_at is the latest of both."""
    both = {s.column: (nw.col(s.column) + nw.col(f"{s.column}_late").fill_null(0)).cast(nw.Int64) for s in sums}
    return rows.join(late, on=[key, "seen_week"], how="left").select(
        key,
        "seen_week",
        *others,
        **both,
        last_at=nw.max_horizontal("last_at", nw.col("last_at_late").fill_null(NEVER)),
    )


def with_new_days(cells: Frame, key: str) -> Frame:
    """Add `days`, on how many days something happened that no earlier arrival had told of, and `new_week`, 1 where none
    had told of that week at all."""
    late = cells.filter(nw.col("arrival") > nw.col("week")).select(key, "week", late="arrival")
    told = late.join(cells.select(key, "week", "arrival", *WEEKDAYS), on=[key, "week"], how="inner")
    told = told.filter(nw.col("arrival") < nw.col("late")).group_by(key, "week", "late")
    told = told.agg(*(nw.col(day).max().alias(f"{day}_told") for day in WEEKDAYS)).rename({"late": "arrival"})
    cells = cells.join(told, on=[key, "week", "arrival"], how="left")
    new = [flag((nw.col(day) == 1) & (nw.col(f"{day}_told").fill_null(0) == 0)) for day in WEEKDAYS]
    untold = flag(nw.col(f"{WEEKDAYS[0]}_told").is_null())
    return cells.with_columns(days=nw.sum_horizontal(*new), new_week=untold).drop(*(f"{day}_told" for day in WEEKDAYS))
