"""Drawings of a brief: bars of weekly use, and a year on one line; small SVG written by hand, for a page has dozens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from leadline.features.states import URGENT
from leadline.reports.brief_input import RECENT, BriefInput
from leadline.reports.voice import Voice

BAR, GAP, HIGH = 4, 1, 24
PAST = pd.Timedelta(weeks=52)
CURVE, LANE, TOP, FOOT = 84, 24, 14, 20  # heights in pixels
ROOM = 34  # pixels that the scores of a survey need
WIDTHS = {"wide": (760, 116), "narrow": (345, 92)}  # of the whole drawing, and of the names at its left
LANES = ("contract", "ticket", "survey", "intervention", "listing")


def bars(weekly: tuple[int, ...]) -> Markup:
    """A bar for each week, the highest as high as the drawing; the last four weeks stand out."""
    most, first = max((*weekly, 1)), len(weekly) - RECENT
    heights = [max(round(HIGH * n / most, 1), 1.0) if n else 0.0 for n in weekly]
    each = [f"M{i * (BAR + GAP)} {HIGH}v-{high}h{BAR}v{high}z" if high else "" for i, high in enumerate(heights)]
    width = len(weekly) * (BAR + GAP) - GAP
    parts = [
        _tag("path", d="".join(each[:first]), cls="then"),
        _tag("path", d="".join(each[first:]), cls="now"),
        _tag("path", d=f"M0 {HIGH + 0.5}H{width}", cls="base"),
    ]
    return _svg(width, HIGH + 1, parts, "bars")


@dataclass(frozen=True)
class Axis:
    """Where instants lie, from left to right."""

    start: pd.Timestamp
    end: pd.Timestamp
    left: int
    right: int

    def x(self, at: pd.Timestamp) -> float:
        """The place of an instant; of one beyond the ends, that end."""
        share = (min(max(at, self.start), self.end) - self.start) / (self.end - self.start)
        return round(self.left + share * (self.right - self.left), 1)


def year(brief: BriefInput, say: Voice) -> tuple[Markup, ...]:
    """The last 52 weeks and the days the chance looks ahead, drawn for a desk and for a phone; nothing where nothing
    is known."""
    ahead = pd.Timedelta(days=brief.experiment.outcomes.window_days)
    recent = brief.history[brief.history["as_of"] >= brief.as_of - PAST].dropna(subset=["p_churn"])
    lanes = [kind for kind in LANES if (brief.happenings["kind"] == kind).any()]
    if recent.empty and not lanes:
        return ()
    axes = [Axis(brief.as_of - PAST, brief.as_of + ahead, left, width - 10) for width, left in WIDTHS.values()]
    return tuple(_year(brief, recent, lanes, axis, say) for axis in axes)


def _year(brief: BriefInput, recent: pd.DataFrame, lanes: list[str], axis: Axis, say: Voice) -> Markup:
    curve = [] if recent.empty else _curve(recent, axis, say)
    top = TOP + (CURVE + LANE // 2 if curve else 0)
    bottom = top + LANE * len(lanes)
    parts = [*_months(brief, axis, bottom, say), *curve]
    for i, kind in enumerate(lanes):
        rows = brief.happenings[brief.happenings["kind"] == kind].sort_values("start", kind="stable")
        middle = top + LANE * i + LANE // 2
        parts.append(_text(say(f"brief.lane.{kind}"), 0, middle + 4, "name"))
        parts += _answers(rows, axis, middle, say) if kind == "survey" else _marks(rows, axis, middle, brief.as_of)
    return _svg(axis.right + 10, bottom + FOOT, parts, "year")


def _months(brief: BriefInput, axis: Axis, bottom: int, say: Voice) -> list[Markup]:
    """Quarters as words at the foot, and a line at the as-of date."""
    now, narrow = axis.x(brief.as_of), axis.right < 500
    quarters = pd.date_range(axis.start, axis.end, freq="2QS" if narrow else "QS")
    lines = [_tag("path", d=f"M{axis.x(q)} {TOP}V{bottom}", cls="grid") for q in quarters]
    room = [q for q in quarters if axis.x(q) < axis.right - 44]
    words = [_text(say.month(q), axis.x(q), bottom + 15, "tick") for q in room]
    return [*lines, *words, _tag("path", d=f"M{now} {TOP - 4}V{bottom}", cls="today")]


def _curve(recent: pd.DataFrame, axis: Axis, say: Voice) -> list[Markup]:
    """The chance of leaving at each date; hollow where it was not published then."""
    most = next(t for t in (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0) if t >= recent["p_churn"].max())
    rows = recent.sort_values("as_of", kind="stable").to_dict("records")
    points = [(axis.x(row["as_of"]), round(TOP + CURVE * (1 - row["p_churn"] / most), 1)) for row in rows]
    line = _tag("path", d="M" + "L".join(f"{x} {y}" for x, y in points), cls="curve")
    dots = [
        _tag("circle", cx=x, cy=y, r=3.5, cls="dot" if row["published"] else "dot hollow")
        for (x, y), row in zip(points, rows, strict=True)
    ]
    ground = [_tag("path", d=f"M{axis.left} {TOP + at}H{axis.right}", cls="grid") for at in (0, CURVE)]
    names = [
        _text(say("list.risk"), 0, TOP + 4, "name"),
        *(_text(say.percent(v), axis.left - 6, TOP + y + 4, "tick end") for v, y in ((most, 0), (0, CURVE))),
    ]
    return [*ground, *names, line, *dots]


def _marks(rows: pd.DataFrame, axis: Axis, y: int, now: pd.Timestamp) -> list[Markup]:
    """Happenings of one kind, each at its time."""
    return [_mark(row, axis, y, now) for row in rows.to_dict("records")]


def _mark(row: Mapping[Any, Any], axis: Axis, y: int, now: pd.Timestamp) -> Markup:
    """One happening: a dot for a ticket, a stroke for a list, a bar for what lasted."""
    kind, left = row["kind"], axis.x(row["start"])
    if kind == "ticket":
        urgent = " urgent" if str(row["name"]).lower() in URGENT else ""
        return _tag("circle", cx=left, cy=y, r=4, cls=f"ticket{urgent}")
    if kind == "listing":
        return _tag("path", d=f"M{left} {y - 7}v14", cls="listing")
    right = axis.x(now if pd.isna(row["end"]) else row["end"])
    # a pixel less, so that terms that follow each other are told apart
    return _tag("rect", x=left, y=y - 5, width=max(round(right - left - 1, 1), 2), height=10, cls=kind)


def _answers(rows: pd.DataFrame, axis: Axis, y: int, say: Voice) -> list[Markup]:
    """The scores of answers; of those too close to be told apart, the lowest and the highest."""
    places: list[float] = []
    for x in (axis.x(at) for at in rows["start"]):
        places.append(places[-1] if places and x - places[-1] < ROOM else x)
    scores = rows["amount"].groupby(places)
    both = [(x, say.count(low), say.count(high)) for x, low, high in scores.agg(["min", "max"]).itertuples()]
    return [_text(low if low == high else f"{low}–{high}", x, y + 4, "score middle") for x, low, high in both]


def _text(words: str, x: float, y: float, cls: str) -> Markup:
    return Markup('<text x="{}" y="{}" class="{}">{}</text>').format(x, y, cls, words)


def _tag(name: str, cls: str, **values: object) -> Markup:
    told = Markup(" ").join(Markup('{}="{}"').format(key, value) for key, value in {**values, "class": cls}.items())
    return Markup("<{} {}/>").format(name, told)


def _svg(width: int, height: int, parts: list[Markup], cls: str) -> Markup:
    return Markup('<svg class="{}" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">{}</svg>').format(
        cls, width, height, width, height, Markup("").join(parts)
    )
