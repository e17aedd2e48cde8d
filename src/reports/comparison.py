"""Our model beside the plain rules on one metric."""

from typing import Any

import altair as alt
import pandas as pd

from leadline.reports.blocks import Figure, Table
from leadline.reports.charts import ACCENT, FAINT, NARROW, axis, decimals, drawn, names_axis, scale, ticks
from leadline.reports.voice import Voice

LOWER_IS_BETTER = ("brier",)
DIGITS = {"lift_10": 1, "brier": 3}


def comparison(metrics: pd.DataFrame, metric: str, say: Voice) -> Figure | None:
    """One metric of every model with its interval, the best at the top; None where ours has none.

    `metrics` holds one outcome and one slice.
    """
    rows = ranked(metrics, metric)
    if not rows["model"].eq("p").any():
        return None
    named = rows.assign(word=rows["model"].map(lambda model: say.label("model", model)))
    chart = drawn(dots(named, say), NARROW, 44 + 27 * len(rows))
    return Figure(answer(rows, metric, say), say(f"metric.{metric}.note"), (chart,), behind(rows, say))


def ranked(metrics: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The models with a value, the best first."""
    rows = metrics[(metrics["metric"] == metric) & metrics["value"].notna()]
    rising = metric in LOWER_IS_BETTER
    rows = rows.sort_values(["value", "model"], ascending=[rising, True], kind="stable", ignore_index=True)
    return rows.assign(low=rows["low"].fillna(rows["value"]), high=rows["high"].fillna(rows["value"]))


def answer(rows: pd.DataFrame, metric: str, say: Voice) -> str:
    """Ours beside the best plain rule, and whether it is ahead or behind by our interval."""
    digits = DIGITS.get(metric, 2)
    ours, others = rows[rows["model"] == "p"].iloc[0], rows[rows["model"] != "p"]
    told: dict[str, Any] = {"metric": say(f"metric.{metric}"), "ours": say.number(ours["value"], digits)}
    if others.empty:
        return say("trust.alone", **told)
    best = others.iloc[0]
    rule, theirs = say.code("model", best["model"]), say.number(best["value"], digits)
    return say(f"trust.{standing(ours, best['value'], metric)}", rule=rule, theirs=theirs, **told)


def standing(ours: "pd.Series[float]", best: float, metric: str) -> str:
    """Where our interval lies against a value."""
    above, below = ours["low"] > best, ours["high"] < best
    if metric in LOWER_IS_BETTER:
        above, below = below, above
    return "ahead" if above else "behind" if below else "level"


def dots(rows: pd.DataFrame, say: Voice) -> alt.LayerChart:
    """A dot and its interval for each model; ours in the accent."""
    marks = ticks(rows["low"].min(), rows["high"].max(), 3)
    digits = decimals(marks)
    x = alt.X("value:Q", scale=scale(marks), axis=axis(marks, lambda value: say.number(value, digits)))
    y = alt.Y("word:N", sort=None, axis=names_axis(128))
    colour = alt.condition(alt.datum.model == "p", alt.value(ACCENT), alt.value(FAINT))
    base = alt.Chart(rows[["model", "word", "value", "low", "high"]]).encode(y=y, color=colour)
    intervals = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", scale=scale(marks)), x2="high:Q")
    return intervals + base.mark_circle(size=90, opacity=1).encode(x=x)


def behind(rows: pd.DataFrame, say: Voice) -> Table:
    """The same in numbers."""
    head = [say(f"table.{column}") for column in ("model", "value", "interval", "n", "positives")]
    texts = [
        [
            say.label("model", row["model"]),
            say.number(row["value"], 3),
            f"{say.number(row['low'], 3)} – {say.number(row['high'], 3)}",
            say.count(row["n"]),
            say.count(row["positives"]),
        ]
        for _, row in rows.iterrows()
    ]
    return Table(head, texts)
