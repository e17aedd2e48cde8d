"""Does the model hold from one test date to the next."""

import altair as alt
import numpy as np
import pandas as pd

from leadline.models.baselines import RULES
from leadline.reports.blocks import Figure, Table
from leadline.reports.charts import ACCENT, FAINT, NARROW, axis, drawn, scale, ticks
from leadline.reports.voice import Voice

DATE = r"(\d{4}-\d{2}-\d{2})"


def over_time(metrics: pd.DataFrame, metric: str, say: Voice) -> Figure | None:
    """One metric of ours and of the best plain rule by test date; None below three dates."""
    dated = by_date(metrics, metric)
    if "p" not in dated or dated["p"].count() < 3:
        return None
    rule = best_rule(metrics, metric)
    shown = dated[[name for name in ("p", rule) if name in dated]].dropna(subset=["p"])
    return Figure(
        time_title(metrics, metric, say), say("time.note"), (drawn(lines(shown, say), NARROW, 230),), behind(shown, say)
    )


def time_title(metrics: pd.DataFrame, metric: str, say: Voice) -> str:
    """On how many test dates ours was ahead of the best plain rule."""
    shown, rule, name = (
        by_date(metrics, metric).dropna(subset=["p"]),
        best_rule(metrics, metric),
        say(f"metric.{metric}"),
    )
    if rule not in shown:
        return say("time.alone", len(shown), metric=name)
    ahead = say.count((shown["p"] > shown[rule]).sum())
    return say("time.ahead", len(shown), ahead=ahead, metric=name, rule=say.code("model", rule))


def by_date(metrics: pd.DataFrame, metric: str) -> pd.DataFrame:
    """A row per test date, a column per model; slices that end in a date are test dates."""
    rows = metrics[metrics["metric"] == metric]
    dates = pd.to_datetime(rows["slice"].astype(str).str.extract(DATE + "$")[0])
    rows = rows.assign(date=dates).dropna(subset=["date", "value"])
    return rows.pivot_table(index="date", columns="model", values="value", aggfunc="first").sort_index()


def best_rule(metrics: pd.DataFrame, metric: str) -> str:
    """The plain rule with the highest value over all test dates; empty where there is none."""
    rows = metrics[(metrics["metric"] == metric) & (metrics["slice"] == "all") & metrics["model"].isin(RULES)]
    return "" if rows.empty else str(rows.sort_values(["value", "model"], kind="stable")["model"].iloc[-1])


def lines(shown: pd.DataFrame, say: Voice) -> alt.LayerChart:
    """A line for each model by test date; ours in the accent, named at its end."""
    values = shown.to_numpy()
    marks = ticks(float(np.nanmin(values)), float(np.nanmax(values)), 4)
    days = [float(day) for day in (shown.index - shown.index[0]).days]
    data = shown.assign(day=days).melt("day", var_name="model", value_name="value").dropna()
    words = {day: say.month(date) for day, date in zip(days, shown.index, strict=True)}
    dates = axis([days[0], days[-1]], lambda day: words[day], grid=False, labelFlush=True)
    x = alt.X("day:Q", scale=alt.Scale(domain=[days[0], days[-1]], nice=False), axis=dates)
    y = alt.Y("value:Q", scale=scale(marks), axis=axis(marks, say.number))
    colour = alt.Color("model:N", scale=alt.Scale(domain=["p", *shown.columns[1:]], range=[ACCENT, FAINT]), legend=None)
    base = alt.Chart(data.iloc[::-1]).encode(x=x, y=y, color=colour)
    return base.mark_line(strokeWidth=1.5) + base.mark_circle(size=40, opacity=1)


def behind(shown: pd.DataFrame, say: Voice) -> Table:
    """The same in numbers."""
    head = [say("table.date"), *(say.label("model", name) for name in shown.columns)]
    rows = [
        [say.date(date), *(say.number(value, 3) for value in row)]
        for date, row in zip(shown.index, shown.to_numpy(), strict=True)
    ]
    return Table(head, rows)
