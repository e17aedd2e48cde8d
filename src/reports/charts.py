"""Drawing: Altair charts become SVG that takes its colours and its type from the page."""

import json
import math
from collections.abc import Callable, Sequence

import altair as alt
import numpy as np
import vl_convert
from markupsafe import Markup

# The page's style sheet gives these their values, light and dark.
INK, SOFT, LINE, FAINT, ACCENT, PAPER = (f"var(--{n})" for n in ("ink", "soft", "line", "faint", "accent", "paper"))
WIDE, NARROW = 720, 345
AXIS = {
    "labelColor": SOFT,
    "titleColor": SOFT,
    "gridColor": LINE,
    "domain": False,
    "ticks": False,
    "labelFontSize": 12,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
    "labelFlush": False,
    "labelOverlap": False,
    "labelPadding": 6,
    "titlePadding": 10,
}


def drawn(chart: alt.LayerChart, width: int, height: int) -> Markup:
    """One chart as SVG of exactly that size; nothing is fetched."""
    sized = chart.properties(
        width=width,
        height=height,
        background="transparent",
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )
    # The figure as a whole has a text alternative; Vega's own, English only, would be read on top of it.
    styled = sized.configure(aria=False, font="sans-serif", padding=2).configure_view(stroke=None)
    spec = styled.configure_axis(**AXIS).configure_text(fontSize=12, color=INK).to_dict(validate=False)
    return Markup(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))  # noqa: S704 Vega escapes its texts


def drawings(chart: Callable[[bool], alt.LayerChart], heights: tuple[int, int]) -> tuple[Markup, Markup]:
    """A chart drawn for a desk and for a phone; `chart(narrow)` makes it."""
    return drawn(chart(False), WIDE, heights[0]), drawn(chart(True), NARROW, heights[1])


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers from at or below `low` to at or above `high`, about `count` of them."""
    span = (high - low) or abs(high) or 1.0
    size = 10 ** math.floor(math.log10(span / count))
    step = next(size * k for k in (1, 2, 2.5, 5, 10) if size * k * count >= span * 0.999)
    steps = np.arange(math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9) + 1)
    return [round(float(s * step), 12) for s in steps]


def log_ticks(low: float, high: float) -> list[float]:
    """Powers of ten, with their threes where few fit, from at or below `low` to at or above `high`."""
    powers = [10.0**k for k in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]
    threes = sorted([*powers, *(3 * power for power in powers)])
    first, last = max(t for t in threes if t <= low), min(t for t in threes if t >= high)
    inside = [t for t in threes if first <= t <= last]
    return inside if len(inside) <= 6 else powers


def names_axis(width: int) -> alt.Axis:
    """An axis of names, flush left in so many pixels: its place does not hang on the reader's typeface."""
    room = {"minExtent": width, "maxExtent": width, "labelLimit": width - 8}
    return alt.Axis(title=None, grid=False, labelColor=INK, labelAlign="left", labelPadding=width, **room)


def axis(values: Sequence[float], label: Callable[[float], str], title: str | None = None, **more: object) -> alt.Axis:
    """An axis whose labels are written here, in the report's language."""
    texts = {json.dumps(value).removesuffix(".0"): label(value) for value in values}
    return alt.Axis(values=list(values), labelExpr=f"{json.dumps(texts)}[datum.value]", title=title, **more)


def scale(values: Sequence[float], **more: object) -> alt.Scale:
    """A scale that reaches from the first tick to the last."""
    return alt.Scale(domain=[values[0], values[-1]], nice=False, zero=False, **more)
