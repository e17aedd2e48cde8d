"""What is kept of revenue and customers: the twelve months behind, and the quarters ahead with their intervals."""

from typing import Any

import altair as alt
import pandas as pd

from leadline.reports.blocks import Figure, Section, Table
from leadline.reports.charts import ACCENT, FAINT, axis, drawings, names_axis, scale, ticks
from leadline.reports.kpis import last_day, quarters
from leadline.reports.report_input import ReportInput
from leadline.reports.voice import Voice

MEASURES = ("nrr", "grr", "logo_retention")


def what_is_kept(report: ReportInput, say: Voice) -> Section | None:
    """The forecast beside what the last twelve months kept; None where nothing is forecast."""
    if report.forecast is None or report.forecast.empty:
        return None
    rows = kept(report)
    title = answer(report.forecast, say)
    charts = drawings(lambda narrow: dots(in_words(rows, say), say, narrow), (40 + 34 * len(rows),) * 2)
    figure = Figure(title, say("outlook.note"), charts, behind(rows, say))
    return Section("outlook", say("nav.outlook"), say("outlook.title"), say("outlook.lead"), (figure,))


def kept(report: ReportInput) -> pd.DataFrame:
    """measure, quarters (0: the twelve months behind), estimate, low, high, end (of the months behind)."""
    assert report.forecast is not None
    behind = () if report.kpis is None else tuple(behind_us(quarters(report.kpis)[0]))
    past = pd.DataFrame(behind, columns=["measure", "quarters", "estimate", "low", "high", "row"])
    ahead = report.forecast[["measure", "quarters", "estimate", "low", "high"]].assign(row=None)
    rows = ahead if past.empty else pd.concat([past, ahead.astype({"quarters": past["quarters"].dtype})])
    order = rows["measure"].map({name: place for place, name in enumerate(MEASURES)})
    return rows.assign(order=order).sort_values(["order", "quarters"], kind="stable", ignore_index=True)


def behind_us(now: dict[str, Any]) -> list[tuple[Any, ...]]:
    """NRR and GRR of the twelve months behind, where they are told: exact, so their interval is a point."""
    told = [now[key] for key in ("nrr", "grr") if key in now and pd.notna(now[key].value)]
    return [(row.kpi, 0, row.value, row.value, row.value, row) for row in told]


def answer(forecast: pd.DataFrame, say: Voice) -> str:
    """The first measure of the farthest quarter ahead, with its interval."""
    order = forecast["measure"].map({name: place for place, name in enumerate(MEASURES)})
    row = forecast.assign(order=order, near=-forecast["quarters"]).sort_values(["order", "near"], kind="stable").iloc[0]
    figures = {name: say.percent(row[name]) for name in ("estimate", "low", "high")}
    return say(f"outlook.{row['measure']}", int(row["quarters"]), **figures)


def in_words(rows: pd.DataFrame, say: Voice) -> pd.DataFrame:
    """The rows with what each is called, and its amount."""
    return rows.drop(columns="row").assign(
        word=[called(row, say) for _, row in rows.iterrows()],
        text=rows["estimate"].map(say.percent),
        past=rows["quarters"] == 0,
    )


def called(row: "pd.Series[Any]", say: Voice) -> str:
    """A measure and when: NRR, in 2 quarters."""
    when = say("outlook.ahead", int(row["quarters"])) if row["quarters"] else say("outlook.year")
    return say("outlook.row", measure=say(f"measure.{row['measure']}"), when=when)


def dots(data: pd.DataFrame, say: Voice, narrow: bool) -> alt.LayerChart:
    """A dot and its interval a row; what is behind us in grey."""
    marks = ticks(data["low"].min(), max(data["high"].max(), 1.0), 4)
    x = alt.X("estimate:Q", scale=scale(marks), axis=axis(marks, say.percent))
    y = alt.Y("word:N", sort=None, axis=names_axis(128 if narrow else 190))
    base = alt.Chart(data).encode(y=y, color=alt.condition(alt.datum.past, alt.value(FAINT), alt.value(ACCENT)))
    intervals = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", scale=scale(marks)), x2="high:Q")
    labels = alt.Chart(data).mark_text(dy=-11).encode(y=y, x=x, text="text:N")
    return intervals + base.mark_circle(size=90, opacity=1).encode(x=x) + labels


def behind(rows: pd.DataFrame, say: Voice) -> Table:
    """The same in numbers."""
    head = [say("outlook.measure"), say("outlook.when"), say("table.value"), say("outlook.interval")]
    texts = [
        [
            say(f"measure.{row['measure']}"),
            say("outlook.ahead", int(row["quarters"])) if row["quarters"] else until(row["row"], say),
            say.percent(row["estimate"]),
            f"{say.percent(row['low'])} – {say.percent(row['high'])}" if row["quarters"] else "",
        ]
        for _, row in rows.iterrows()
    ]
    return Table(head, texts, frozenset({0, 1}))


def until(row: Any, say: Voice) -> str:
    """The twelve months behind, by their last day."""
    return say("head.year", date=last_day(row, say))
