"""Where ARR went, month by month: the waterfall."""

import altair as alt
import pandas as pd

from leadline.reports.blocks import Figure, Section, Table
from leadline.reports.charts import ACCENT, FAINT, INK, axis, drawings, scale, ticks
from leadline.reports.kpis import last_day, quarters
from leadline.reports.report_input import ReportInput
from leadline.reports.voice import Voice

MONTHS = 12
STEPS = ("start", "new", "expansion", "contraction", "churn", "end")


def last_months(movement: pd.DataFrame) -> pd.DataFrame:
    """The last twelve months with any ARR, in order, losses as positive amounts."""
    months = movement[movement["start"] > 0].sort_values("month", kind="stable").tail(MONTHS)
    return months.assign(contraction=months["contraction"].abs(), churn=months["churn"].abs())


def steps(movement: pd.DataFrame) -> pd.DataFrame:
    """The waterfall's bars: step, amount, and the levels it runs from and to."""
    months = last_months(movement)
    amounts = months[["new", "expansion", "contraction", "churn"]].sum()
    signed = amounts * [1, 1, -1, -1]
    start, end = months["start"].iloc[0], months["end"].iloc[-1]
    to = start + signed.cumsum()
    levels = pd.DataFrame({"step": signed.index, "amount": signed, "from": to - signed, "to": to})
    outer = pd.DataFrame({"step": ["start", "end"], "amount": [start, end], "from": [start, end], "to": [start, end]})
    return pd.concat([outer[:1], levels, outer[1:]], ignore_index=True)


def arr_movement(report: ReportInput, say: Voice) -> Section | None:
    """How ARR moved; None where no contracts are known."""
    if report.arr_movement is None or last_months(report.arr_movement).empty:
        return None
    moved, months = steps(report.arr_movement), last_months(report.arr_movement)
    change = moved["amount"].iloc[-1] / moved["amount"].iloc[0] - 1
    way = "movement.up" if change >= 0 else "movement.down"
    title = say(way, len(months), change=say.percent(abs(change)))
    charts = drawings(lambda narrow: waterfall(moved, say, narrow), (330, 300))
    note = say.sentences(retention(report, say), say("movement.note"))
    figure = Figure(title, note, charts, by_month(months, say))
    return Section("movement", say("nav.movement"), say("movement.title"), say("movement.lead"), (figure,))


def retention(report: ReportInput, say: Voice) -> str:
    """NRR and GRR of the twelve months behind; empty where they are not told."""
    if report.kpis is None:
        return ""
    now, _ = quarters(report.kpis)
    if any(key not in now or pd.isna(now[key].value) for key in ("nrr", "grr")):
        return ""
    nrr, grr = (say.percent(now[key].value) for key in ("nrr", "grr"))
    return say("movement.kept", date=last_day(now["nrr"], say), nrr=nrr, grr=grr)


def waterfall(moved: pd.DataFrame, say: Voice, narrow: bool) -> alt.LayerChart:
    """Levels at both ends, and the four movements between them; losses in the accent."""
    type_size, wide = (10, 22) if narrow else (12, 54)
    data = in_words(moved, say)
    levels = ticks(data[["from", "to"]].min().min(), data["top"].max(), 4)
    names = alt.Axis(title=None, labelAngle=-30 if narrow else 0, labelFontSize=type_size)
    y = alt.Y("from:Q", scale=scale(levels), axis=axis(levels, say.money))
    base = alt.Chart(data).encode(x=alt.X("word:N", sort=None, axis=names))
    colour = alt.condition(alt.datum.loss, alt.value(ACCENT), alt.value(FAINT))
    bars = base.mark_bar(size=wide, cornerRadius=2).encode(y=y, y2="to:Q", color=colour)
    ends = base.transform_filter(alt.datum.outer).encode(y=y)
    labels = base.mark_text(dy=-9, fontSize=type_size).encode(y="top:Q", text="text:N")
    return bars + ends.mark_tick(size=wide * 1.4, thickness=3, color=INK, opacity=1) + labels


def in_words(moved: pd.DataFrame, say: Voice) -> pd.DataFrame:
    """The bars with their names and amounts, and whether each is a loss or an end."""
    outer, loss = moved["step"].isin(["start", "end"]), moved["step"].isin(["contraction", "churn"])
    sign = pd.Series("+", index=moved.index).mask(outer, "").mask(loss, "−")
    return moved.assign(
        word=moved["step"].map(lambda step: say(f"step.{step}")),
        text=sign + moved["amount"].abs().map(say.money),
        top=moved[["from", "to"]].max(axis=1),
        outer=outer,
        loss=loss,
    )


def by_month(months: pd.DataFrame, say: Voice) -> Table:
    """The same numbers, month by month."""
    head = [say("table.month"), *(say(f"step.{step}") for step in STEPS)]
    rows = [[say.month(row["month"]), *(say.money(row[step]) for step in STEPS)] for _, row in months.iterrows()]
    return Table(head, rows)
