"""Time against events, a line for each way of computing, as SVG for light and dark pages."""

import math

import altair as alt
import pandas as pd
import vl_convert

from bench.peers import FLOOR, FULL, IN_FEATURETOOLS, IN_PANDAS, WEEK, Row

GREY = "#808080"  # is read on white and on black
COLOURS = {FLOOR: GREY, WEEK: "#2a9d8f", FULL: "#3b82f6", IN_PANDAS: "#d97706", IN_FEATURETOOLS: "#c2419b"}
AXIS = {"labelColor": GREY, "titleColor": GREY, "gridColor": GREY, "gridOpacity": 0.25, "domain": False, "ticks": False}
SPACE = 6  # room for names at the right, as a factor of the largest log


def figure(rows: list[Row]) -> str:
    """The figure of the rows that were measured: lines through the simulated logs, a ring for each other log."""
    shown = [vars(row) for row in rows if row.who in COLOURS and not math.isnan(row.seconds)]
    points = pd.DataFrame(shown)[["log", "events", "who", "seconds"]].astype({"log": "object", "who": "object"})
    simulated = points["log"].str.startswith("simulated")
    last = points.loc[points.groupby("who")["events"].idxmax()]
    base = _base(points)
    layers = (
        base.properties(data=points[simulated]).mark_line(strokeWidth=2),
        base.properties(data=points[simulated]).mark_point(filled=True, size=50, opacity=1),
        base.properties(data=points[~simulated]).mark_point(filled=False, size=60, opacity=1),
        base.properties(data=last).mark_text(align="left", dx=8, fontSize=12).encode(text="who:N"),
    )
    chart = alt.layer(*layers).properties(width=640, height=380, background="transparent")
    spec = chart.configure(font="sans-serif", aria=False).configure_view(stroke=None).configure_axis(**AXIS).to_dict()
    return vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])


def _base(points: pd.DataFrame) -> alt.Chart:
    """Both axes logarithmic, a line at each power of ten."""
    events, seconds = points["events"], points["seconds"]
    across = alt.Scale(type="log", nice=False, domain=[events.min() / 1.3, events.max() * SPACE])
    up = alt.Scale(type="log", nice=False, domain=[seconds.min() / 1.5, seconds.max() * 1.5])
    return alt.Chart().encode(
        x=alt.X("events:Q", title="events in the log", scale=across, axis=_axis("~s", events.max())),
        y=alt.Y("seconds:Q", title="seconds", scale=up, axis=_axis("~g", seconds.max() * 1.5)),
        color=alt.Color("who:N", scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())), legend=None),
    )


def _axis(form: str, most: float) -> alt.Axis:
    powers = [10.0**n for n in range(-3, 10) if 10.0**n <= most * 1.2]
    return alt.Axis(format=form, values=powers, labelFontSize=12, titleFontSize=12, titleFontWeight="normal")
