"""Our model beside the plain rules on one metric."""

import altair as alt
import pandas as pd

from leadline.models.baselines import RULES
from leadline.reports.blocks import Figure, Table
from leadline.reports.charts import ACCENT, FAINT, NARROW, axis, drawn, names_axis, scale, ticks
from leadline.reports.voice import Voice

LOWER_IS_BETTER = ("brier", "log_loss", "ece")
SHARES = ("precision_at_capacity", "arr_captured_at_capacity")
DIGITS = {"lift_10": 1, "brier": 3, "ece": 3}


def comparison(metrics: pd.DataFrame, metric: str, say: Voice) -> Figure | None:
    """One metric of every model with its interval, the best at the top; None where ours has none.

    `metrics` holds one outcome and one slice.
    """
    rows = ranked(metrics, metric)
    if not rows["model"].eq("p").any():
        return None
    named = rows.assign(word=rows["model"].map(lambda model: say.label("model", model)))
    chart = drawn(dots(named, metric, say), NARROW, 44 + 27 * len(rows))
    return Figure(answer(metrics, metric, say), say(f"metric.{metric}.note"), (chart,), behind(rows, metric, say))


def ranked(metrics: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The models with a value, the best first."""
    rows = metrics[(metrics["metric"] == metric) & metrics["value"].notna()]
    order = [metric in LOWER_IS_BETTER, True]
    rows = rows.sort_values(["value", "model"], ascending=order, kind="stable", ignore_index=True)
    return rows.assign(low=rows["low"].fillna(rows["value"]), high=rows["high"].fillna(rows["value"]))


def answer(metrics: pd.DataFrame, metric: str, say: Voice) -> str:
    """Ours beside the best plain rule, and whether it is ahead or behind; empty where ours has no value."""
    rows = ranked(metrics, metric)
    ours, rules = rows[rows["model"] == "p"], rows[rows["model"].isin(RULES)]
    if ours.empty:
        return ""
    name, value = say(f"metric.{metric}"), told(ours["value"].iloc[0], metric, say)
    if rules.empty:
        return say("trust.alone", metric=name, ours=value)
    rule, theirs = str(rules["model"].iloc[0]), told(rules["value"].iloc[0], metric, say)
    key = f"trust.{standing(metrics, metric, rule)}"
    return say(key, metric=name, ours=value, rule=say.code("model", rule), theirs=theirs)


def standing(metrics: pd.DataFrame, metric: str, rule: str) -> str:
    """Ahead or behind where the interval of the paired difference says so, else level."""
    paired = metrics[(metrics["metric"] == f"{metric}_advantage") & (metrics["model"] == rule)]
    if paired["low"].gt(0).any():
        return "ahead"
    return "behind" if paired["high"].lt(0).any() else "level"


def told(value: float, metric: str, say: Voice) -> str:
    """A value as this metric is written."""
    return say.percent(value) if metric in SHARES else say.number(value, DIGITS.get(metric, 2))


def dots(rows: pd.DataFrame, metric: str, say: Voice) -> alt.LayerChart:
    """A dot and its interval for each model; ours in the accent."""
    marks = ticks(rows["low"].min(), rows["high"].max(), 3)
    x = alt.X("value:Q", scale=scale(marks), axis=axis(marks, lambda value: told(value, metric, say)))
    y = alt.Y("word:N", sort=None, axis=names_axis(128))
    colour = alt.condition(alt.datum.model == "p", alt.value(ACCENT), alt.value(FAINT))
    base = alt.Chart(rows[["model", "word", "value", "low", "high"]]).encode(y=y, color=colour)
    intervals = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", scale=scale(marks)), x2="high:Q")
    return intervals + base.mark_circle(size=90, opacity=1).encode(x=x)


def behind(rows: pd.DataFrame, metric: str, say: Voice) -> Table:
    """The same in numbers."""
    head = [say(f"table.{column}") for column in ("model", "value", "interval", "n", "positives")]
    texts = [
        [
            say.label("model", row["model"]),
            told(row["value"], metric, say),
            f"{told(row['low'], metric, say)} – {told(row['high'], metric, say)}",
            say.count(row["n"]),
            say.count(row["positives"]),
        ]
        for _, row in rows.iterrows()
    ]
    return Table(head, texts)
