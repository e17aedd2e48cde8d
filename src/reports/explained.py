"""Figures of why a model scored so, for a notebook: Altair charts with colours of their own."""

import altair as alt
import pandas as pd

from leadline.features.indicator import Column
from leadline.models.waterfall import END, OTHERS, START
from leadline.reports.voice import Voice

UP, DOWN, PLAIN, INK = "#c0392b", "#2471a3", "#95a5a6", "#333333"
COLOURS = {1: UP, -1: DOWN, 0: PLAIN}
WIDTH, ROW, LABEL = 420, 30, 380  # pixels
SHOWN = 15


def importance_figure(table: pd.DataFrame, kind: str, say: Voice) -> alt.Chart:
    """A bar for each of the columns, indicators, families or levels (`kind`) that move scores most."""
    rows = table[table["kind"] == kind].head(SHOWN)
    words = {way: say(f"explain.direction.{way}") for way in COLOURS}
    names = [say.code(kind, name).replace("_", " ") for name in rows["name"]]
    data = rows.assign(way=rows["direction"].map(words), name=pd.Series(names, rows.index))
    bars = alt.Chart(data.astype({"name": "object", "way": "object"})).mark_bar()
    return bars.encode(
        x=alt.X("mean_abs:Q", title=None),
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABEL)),
        color=_legend(list(words.values()), list(COLOURS.values()), "way"),
    ).properties(title=say("explain.importance"), width=WIDTH, height=alt.Step(22), background="white")


def waterfall_figure(steps: pd.DataFrame, name: str, columns: tuple[Column, ...], say: Voice) -> alt.LayerChart:
    """One account's steps from the start to its own chance: a bar a family, with its strongest column in words."""
    by_name = {column.name: column for column in columns}
    ends = steps["log_odds"]
    starts = (ends - steps["contribution"]).where(~steps["step"].isin([START, END]), ends)
    ways = {1: say("explain.up"), -1: say("explain.down"), 0: say("explain.whole")}
    sign = steps["contribution"].gt(0).astype(int) - steps["contribution"].lt(0)
    data = pd.DataFrame(
        {
            "label": pd.Series([_label(step, by_name, say) for step in steps.itertuples()], dtype="object"),
            "low": starts,
            "high": ends,
            "chance": pd.Series([say.percent(chance) for chance in steps["chance"]], dtype="object"),
            "way": sign.mask(steps["step"].isin([START, END]), 0).map(ways).astype("object"),
        }
    )
    shown = steps["chance"].iloc[[0, -1]].map(say.percent)
    title = say("explain.waterfall", start=shown.iloc[0], end=shown.iloc[1], name=name)
    axis = alt.Axis(labelLimit=LABEL, labelExpr="split(datum.label, '|')", labelLineHeight=12)
    base = alt.Chart(data).encode(y=alt.Y("label:N", sort=None, title=None, axis=axis))
    across = alt.X("low:Q", title=say("explain.log_odds"), scale=alt.Scale(zero=False, padding=30))
    colour = _legend(list(ways.values()), [UP, DOWN, PLAIN], "way")
    bars = base.mark_bar(height=14).encode(x=across, x2="high:Q", color=colour)
    totals = base.transform_filter("datum.low === datum.high").mark_point(filled=True, size=90, opacity=1)
    said = base.mark_text(align="left", dx=6, color=INK).encode(x=alt.X("right:Q"), text="chance:N")
    layers = alt.layer(
        bars,
        totals.encode(x="low:Q", color=colour),
        said.transform_calculate(right="max(datum.low, datum.high)"),
    )
    return layers.properties(title=title, width=WIDTH, height=alt.Step(ROW), background="white")


def dependence_figure(table: pd.DataFrame, column: Column, say: Voice) -> alt.LayerChart:
    """A dot for each account at a column's value and contribution, and the median of each group of like values."""
    known = table.dropna(subset=["value"])[["value", "contribution", "middle", "trend"]]
    base = alt.Chart(known)
    x, y = column.name.replace("_", " "), say("explain.contribution")
    dots = base.mark_circle(size=24, opacity=0.35, color=PLAIN).encode(
        x=alt.X("value:Q", title=x), y=alt.Y("contribution:Q", title=y)
    )
    line = alt.Chart(known.drop_duplicates("middle")).mark_line(color=UP, point=alt.OverlayMarkDef(color=UP))
    trend = line.encode(x="middle:Q", y="trend:Q")
    title = say("explain.dependence", column=x)
    return alt.layer(dots, trend).properties(title=title, width=WIDTH, height=260, background="white")


def _label(step: object, by_name: dict[str, Column], say: Voice) -> str:
    """The family in one line and its strongest column, in the account's own number, in the next."""
    kind = str(step.step)  # type: ignore[attr-defined]
    if kind in (START, OTHERS, END):
        return say(f"explain.{kind}")
    said = by_name[step.column].alone(step.value, say.language)  # type: ignore[attr-defined]
    return f"{say.code('family', step.family)}|{said}"  # type: ignore[attr-defined]


def _legend(domain: list[str], colours: list[str], field: str) -> alt.Color:
    scale = alt.Scale(domain=domain, range=colours)
    return alt.Color(f"{field}:N", scale=scale, legend=alt.Legend(title=None, orient="bottom"))
