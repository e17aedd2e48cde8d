"""How the thresholds stood over the weeks published, and which moved last."""

import altair as alt
import pandas as pd

from leadline.reports.blocks import Figure, Folded, Row, Table
from leadline.reports.charts import ACCENT, NARROW, axis, drawn, scale, ticks
from leadline.reports.report_input import known
from leadline.reports.threshold_words import indicator, level, peers
from leadline.reports.voice import Voice

DRAWN = 6
KEYS = ["group", "indicator"]


def history(thresholds: pd.DataFrame, now: pd.DataFrame, say: Voice) -> tuple[Row | Folded, ...]:
    """The course of the first thresholds of `now`, and all that moved since the week before; none in a first week."""
    courses = [course(thresholds, group, name) for group, name in now[KEYS].itertuples(index=False)]
    figures = tuple(figure(found, say) for found in [c for c in courses if len(c) > 1][:DRAWN])
    changes = moved(thresholds, now, say)
    return (*((Row(figures),) if figures else ()), *((changes,) if changes else ()))


def course(thresholds: pd.DataFrame, group: str, name: str) -> pd.DataFrame:
    """The weeks of one threshold in which it had a level, oldest first."""
    mine = (thresholds["group"] == group) & (thresholds["indicator"] == name) & thresholds["enter"].notna()
    return thresholds[mine].sort_values("as_of", kind="stable", ignore_index=True)


def figure(found: pd.DataFrame, say: Voice) -> Figure:
    """The level of one threshold week by week."""
    first, last = found.iloc[0], found.iloc[-1]
    then, now = (level(row["indicator"], row["enter"], say) for row in (first, last))
    what = say.line(peers(first["group"], say), indicator(first["indicator"], say))
    same = "history.same" if then == now else "history.title"
    title = say(same, len(found), what=what, then=then, now=now)
    return Figure(title, "", (drawn(line(found, say), NARROW, 180),), behind(found, say))


def line(found: pd.DataFrame, say: Voice) -> alt.LayerChart:
    """A step for each week the level stood."""
    name, dates = found["indicator"].iloc[0], found["as_of"]
    days = (dates - dates.iloc[0]).dt.days.astype(float)
    words = dict(zip(days, dates.map(say.month), strict=True))
    marks, ends = ticks(found["enter"].min(), found["enter"].max(), 3), [days.iloc[0], days.iloc[-1]]
    dated = axis(ends, lambda day: words[day], grid=False, labelFlush=True)
    x = alt.X("day:Q", scale=alt.Scale(domain=ends, nice=False), axis=dated)
    y = alt.Y("enter:Q", scale=scale(marks), axis=axis(marks, lambda value: level(name, value, say)))
    base = alt.Chart(pd.DataFrame({"day": days, "enter": found["enter"]})).encode(x=x, y=y)
    steps = base.mark_line(color=ACCENT, interpolate="step-after", strokeWidth=1.5)
    return steps + base.mark_circle(color=ACCENT, size=30, opacity=1)


def behind(found: pd.DataFrame, say: Voice) -> Table:
    """The same in numbers."""
    head = [say("table.date"), say("rules.enter"), say("rules.exit"), say("rules.alerts")]
    rows = [
        [
            say.date(row["as_of"]),
            level(row["indicator"], row["enter"], say),
            level(row["indicator"], row["exit"], say),
            say.count(row["alerts"]),
        ]
        for _, row in found.iterrows()
    ]
    return Table(head, rows)


def moved(thresholds: pd.DataFrame, now: pd.DataFrame, say: Voice) -> Folded | None:
    """The thresholds of `now` whose level is another than the week before, and why; None in a first week."""
    earlier = thresholds[thresholds["as_of"] < now["as_of"].max()]
    if earlier.empty:
        return None
    last = earlier[earlier["as_of"] == earlier["as_of"].max()]
    both = now.merge(last[[*KEYS, "enter"]], on=KEYS, how="left", suffixes=("", "_then"))
    told = [
        (row, level(row["indicator"], row["enter_then"], say), level(row["indicator"], row["enter"], say))
        for _, row in both.iterrows()
    ]
    rows = [
        [peers(row["group"], say), indicator(row["indicator"], say), then, enter, known(row["changed_because"])]
        for row, then, enter in told
        if then != enter
    ]
    head = [say(f"rules.{name}") for name in ("group", "indicator", "then", "enter", "why")]
    title = say("rules.moved", len(rows), date=say.date(last["as_of"].iloc[0]))
    return Folded(title, Table(head, rows, frozenset({0, 1, 4}))) if rows else None
