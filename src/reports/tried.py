"""The figure of an indicator tried, for a notebook: how often the outcome came by tenth of its value."""

import altair as alt
import pandas as pd

from leadline.features.indicator import Column
from leadline.reports.explained import PLAIN, UP, WIDTH
from leadline.reports.voice import Voice


def curve_figure(table: pd.DataFrame, column: Column, say: Voice) -> alt.LayerChart:
    """A dot and its interval for each tenth of the column's value (see `by_tenth`), and a line at the share in all;
    rows without a value stand last."""
    ordered = table.sort_values("tenth", key=lambda tenth: tenth.where(tenth > 0, tenth.max() + 1), kind="stable")
    labels = [_label(tenth, middle, column, say) for tenth, middle in zip(*_of(ordered), strict=True)]
    data = ordered.assign(label=pd.Series(labels, ordered.index, dtype="object"))
    base = alt.Chart(data[["label", "share", "low", "high"]]).encode(
        x=alt.X("label:N", sort=None, title=say("try.tenth"), axis=alt.Axis(labelAngle=-45))
    )
    dots = base.mark_circle(size=80, color=UP, opacity=1).encode(
        y=alt.Y("share:Q", title=say("try.share"), axis=alt.Axis(format="%"))
    )
    intervals = base.mark_rule(color=UP).encode(y="low:Q", y2="high:Q")
    overall = float((table["share"] * table["rows"]).sum() / table["rows"].sum())
    line = alt.Chart(pd.DataFrame({"share": [overall]})).mark_rule(color=PLAIN, strokeDash=[4, 4]).encode(y="share:Q")
    title = say("try.curve", column=column.name.replace("_", " "))
    return alt.layer(line, intervals, dots).properties(title=title, width=WIDTH, height=260, background="white")


def _of(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    return table["tenth"], table["middle"]


def _label(tenth: int, middle: float, column: Column, say: Voice) -> str:
    return f"{tenth}: {column.written(middle, say.language)}" if tenth else say("try.unknown")
