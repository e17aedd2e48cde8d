"""Figures of one outcome's forward test that stand alone, each with the table it is drawn from."""

import textwrap
from dataclasses import dataclass
from functools import partial

import altair as alt
import numpy as np
import pandas as pd
from sklearn.metrics import roc_curve

from leadline.models.baselines import RULES
from leadline.models.metrics import TENTH, top
from leadline.reports.calibration import BINS, binned
from leadline.reports.charts import INK, SOFT, axis, drawn, scale, ticks
from leadline.reports.comparison import answer
from leadline.reports.over_time import DATE, by_date, time_title
from leadline.reports.voice import Voice

# Told apart by colour-blind readers too: Okabe and Ito (2008), "Color universal design"; ours is the report's accent.
COLOURS = {"p": "#a83e1b", "base_rate": "#7a828a", "recency": "#56b4e9", "decline": "#cc79a7", "fullness": "#f0e442",
           "renewal_curve": "#009e73", "logistic": "#0072b2", "behaviour": "#e69f00"}  # fmt: skip
PAPER = {"--paper": "#ffffff", "--ink": "#1a2530", "--soft": "#5a6672", "--line": "#e2e0da"}
SIZE = (720, 430)
SHARES = np.linspace(0, 1, 51)
FIRST = 0.05  # the lift of fewer is chance
ROUND = (0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True)
class Drawn:
    """A figure as SVG, and the table it is drawn from."""

    svg: str
    table: pd.DataFrame


def backtest_figures(predictions: pd.DataFrame, metrics: pd.DataFrame, say: Voice) -> dict[str, Drawn]:
    """ROC, gains, lift, calibration, and AUC and lift by test date, ours beside the plain rules; by name.

    `predictions` and `metrics` hold one outcome. A figure of which there is too little to draw is left out.
    """
    models = [name for name in COLOURS if name in predictions and predictions[name].notna().all()]
    found = [name for name in RULES if name in models]
    overall = metrics[(metrics["slice"] == "all") & metrics["model"].isin(["p", *found])]
    gains = gains_table(predictions, models)
    tenth = gains.query("model == 'p'").set_index("share")["found"]
    drawings = {
        "roc": lines(roc_table(predictions, models), "false", "found", answer(overall, "auc", say), say, even=True),
        "gains": lines(gains, "share", "found", say("figure.gains", share=say.percent(tenth[TENTH])), say, even=True),
        "lift": lines(gains[gains["share"] >= FIRST], "share", "lift", answer(overall, "lift_10", say), say),
        "calibration": calibrated(calibration_table(predictions, models), say),
        "auc_by_date": dated(metrics, "auc", say),
        "lift_by_date": dated(metrics, "lift_10", say),
    }
    return {name: drawing for name, drawing in drawings.items() if drawing is not None}


def roc_table(predictions: pd.DataFrame, models: list[str]) -> pd.DataFrame:
    """model, false (share of the others called), found (share of those it happened to): a row per cut-off."""
    curves = {name: roc_curve(predictions["observed"], predictions[name])[:2] for name in models}
    parts = [pd.DataFrame({"model": name, "false": x, "found": y}) for name, (x, y) in curves.items()]
    return pd.concat(parts, ignore_index=True)


def gains_table(predictions: pd.DataFrame, models: list[str]) -> pd.DataFrame:
    """model, share (of each test date's accounts followed), found (of those it happened to), lift (found / share)."""
    observed = predictions["observed"].to_numpy(dtype=np.float64)
    dates = list(predictions.groupby("as_of").indices.values())
    parts = []
    for name in models:
        p = predictions[name].to_numpy(dtype=np.float64)
        hits = [sum(top(p[d], share * len(d)) @ observed[d] for d in dates) for share in SHARES]
        parts.append(pd.DataFrame({"model": name, "share": SHARES.round(2), "found": np.array(hits) / observed.sum()}))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(lift=table["found"] / table["share"].where(table["share"] > 0))


def calibration_table(predictions: pd.DataFrame, models: list[str]) -> pd.DataFrame:
    """model, p (mean said), observed (share seen), n, positives, low, high (Wilson): a row per bin of equal count."""
    some = [name for name in models if predictions[name].nunique() >= BINS]
    bins = {name: binned(predictions[["observed"]].assign(p=predictions[name])) for name in some}
    parts = [found.assign(model=name) for name, found in bins.items() if len(found) >= 2]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["model"])


def lines(table: pd.DataFrame, x: str, y: str, title: str, say: Voice, even: bool = False) -> Drawn:
    """A line for each model; `even`: a dashed diagonal shows what telling nobody apart would do."""
    x_marks, y_marks = ticks(0, 1), ticks(0, float(table[y].max()))
    told = say.percent if even else partial(say.number, digits=1)
    base = named(table, say).encode(
        x=alt.X(f"{x}:Q", scale=scale(x_marks), axis=axis(x_marks, say.percent, say(f"figure.{x}"))),
        y=alt.Y(f"{y}:Q", scale=scale(y_marks), axis=axis(y_marks, told, say(f"figure.{y}"))),
    )
    chance = pd.DataFrame({x: [0, 1], y: [0, 1] if even else [1, 1]})
    dashes = alt.Chart(chance).mark_line(color=SOFT, strokeDash=[3, 3], strokeWidth=1).encode(x=f"{x}:Q", y=f"{y}:Q")
    return standing_alone(dashes + base.mark_line(interpolate="linear"), title, table)


def calibrated(table: pd.DataFrame, say: Voice) -> Drawn | None:
    """Said against seen, ours with intervals and the count of each bin; square roots spread the small shares."""
    ours = table[table["model"] == "p"]
    if ours.empty:
        return None
    reach = ticks(0, float(max(ours["high"].max(), table["p"].max(), table["observed"].max())))[-1]
    marks, roots = [0, *(share for share in ROUND if share < reach), reach], partial(scale, type="sqrt")
    x = alt.X("p:Q", scale=roots(marks), axis=axis(marks, say.percent, say("calibration.said")))
    y = alt.Y("observed:Q", scale=roots(marks), axis=axis(marks, say.percent, say("calibration.seen")))
    same = pd.DataFrame({"p": marks[:: len(marks) - 1], "observed": marks[:: len(marks) - 1]})
    dashes = alt.Chart(same).mark_line(color=SOFT, strokeDash=[3, 3], strokeWidth=1).encode(x=x, y=y)
    everyone = named(table, say).encode(x=x, y=y)
    own = alt.Chart(ours.assign(count=[f"n = {n}" for n in ours["n"]])).encode(x=x)
    low, high = (alt.Y(f"{end}:Q", scale=roots(marks)) for end in ("low", "high"))
    spread = own.mark_rule(color=COLOURS["p"], strokeWidth=1.5).encode(y=low, y2="high:Q")
    counts = own.mark_text(dy=-8, fontSize=11, color=SOFT).encode(y=high, text="count:N")
    chart = dashes + everyone.mark_line() + everyone.mark_circle(size=45, opacity=1) + spread + counts
    said, seen = (say.percent(ours[name].iloc[-1]) for name in ("p", "observed"))
    return standing_alone(chart, say("calibration.title", said=said, seen=seen), table)


def dated(metrics: pd.DataFrame, metric: str, say: Voice) -> Drawn | None:
    """One metric by test date, ours with its interval; None below three dates."""
    shown = by_date(metrics, metric)
    if "p" not in shown or shown["p"].count() < 3:
        return None
    rows = metrics[(metrics["metric"] == metric) & metrics["model"].isin(COLOURS)]
    rows = rows.assign(date=pd.to_datetime(rows["slice"].str.extract(DATE + "$")[0])).dropna(subset=["date", "value"])
    table = rows[["model", "date", "value", "low", "high", "n", "positives"]].reset_index(drop=True)
    marks = ticks(0 if metric != "auc" else float(table["value"].min()), float(table[["value", "high"]].max().max()))
    data = table.assign(day=(table["date"] - table["date"].min()).dt.days.astype(float))
    words = {day: say.month(date) for day, date in zip(data["day"], data["date"], strict=True)}
    days = sorted(words)[:: max(1, len(words) // 6)]
    x = alt.X("day:Q", axis=axis(days, lambda day: words[day], grid=False), scale=alt.Scale(nice=False, zero=False))
    y = alt.Y("value:Q", scale=scale(marks, clamp=True), axis=axis(marks, say.number, say(f"metric.{metric}")))
    ours = alt.Chart(data[data["model"] == "p"]).encode(x=x)
    low = alt.Y("low:Q", scale=scale(marks, clamp=True))
    band = ours.mark_area(opacity=0.15, color=COLOURS["p"]).encode(y=low, y2="high:Q")
    base = named(data, say).encode(x=x, y=y)
    chart = band + base.mark_line() + base.mark_circle(size=40, opacity=1)
    return standing_alone(chart, time_title(metrics, metric, say), table)


def named(table: pd.DataFrame, say: Voice) -> alt.Chart:
    """A chart whose colours and widths tell the models apart, ours drawn last and thickest."""
    models = [name for name in COLOURS if name in set(table["model"])]
    words = {name: say.label("model", name) for name in models}
    data = table.assign(word=table["model"].map(words), order=table["model"] == "p").sort_values("order", kind="stable")
    colours = alt.Scale(domain=list(words.values()), range=[COLOURS[name] for name in models])
    legend = alt.Legend(
        title=None, orient="right", labelFontSize=12, labelColor=INK, symbolStrokeWidth=3, labelLimit=180
    )
    return alt.Chart(data.drop(columns="order")).encode(
        color=alt.Color("word:N", scale=colours, legend=legend),
        strokeWidth=alt.condition(alt.datum.model == "p", alt.value(3.0), alt.value(1.5)),
    )


def standing_alone(chart: alt.LayerChart, title: str, table: pd.DataFrame) -> Drawn:
    """A chart titled by its answer, with colours and paper of its own."""
    head = alt.TitleParams(textwrap.wrap(title, 88), anchor="start", fontSize=16, fontWeight=600, color=INK, offset=14)
    svg = str(drawn(chart.properties(title=head), *SIZE))
    for name, colour in PAPER.items():
        svg = svg.replace(f"var({name})", colour)
    return Drawn(svg.replace("<svg ", f'<svg style="background: {PAPER["--paper"]}" ', 1), table)
