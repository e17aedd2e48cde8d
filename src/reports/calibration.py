"""Does a risk of 20% mean that one in five leaves."""

import altair as alt
import pandas as pd
from scipy.stats import binomtest

from leadline.reports.blocks import Figure, Table
from leadline.reports.charts import ACCENT, NARROW, SOFT, axis, drawn, scale, ticks
from leadline.reports.voice import Voice

BINS = 8
EACH = 20


def calibration(predictions: pd.DataFrame, say: Voice) -> Figure | None:
    """Predicted against observed in bins of equal count; None where there are too few predictions."""
    bins = binned(predictions.dropna(subset=["p", "observed"]))
    if len(bins) < 2:
        return None
    top = bins.iloc[-1]
    title = say("calibration.title", said=say.percent(top["p"]), seen=say.percent(top["observed"]))
    return Figure(title, say("calibration.note"), (drawn(line(bins, say), NARROW, 240),), behind(bins, say))


def binned(predictions: pd.DataFrame) -> pd.DataFrame:
    """Mean prediction, observed share, count and 95% interval (Wilson) of each bin."""
    count = min(BINS, len(predictions) // EACH)
    if count < 2:
        return pd.DataFrame()
    bins = pd.qcut(predictions["p"], count, duplicates="drop")
    means = predictions.groupby(bins, observed=True).agg(
        p=("p", "mean"), observed=("observed", "mean"), n=("p", "size"), positives=("observed", "sum")
    )
    interval = [
        binomtest(int(k), int(n)).proportion_ci(method="wilson")
        for k, n in zip(means["positives"], means["n"], strict=True)
    ]
    return means.assign(low=[ci.low for ci in interval], high=[ci.high for ci in interval]).reset_index(drop=True)


def line(bins: pd.DataFrame, say: Voice) -> alt.LayerChart:
    """A dot and its interval for each bin, and the line on which said and seen agree."""
    x_marks, y_marks = ticks(0, bins["p"].max(), 4), ticks(0, bins["high"].max(), 4)
    x = alt.X("p:Q", scale=scale(x_marks), axis=axis(x_marks, say.percent, say("calibration.said"), grid=False))
    y_axis = axis(y_marks, say.percent, say("calibration.seen"))
    y = alt.Y("observed:Q", scale=scale(y_marks), axis=y_axis)
    reach = min(x_marks[-1], y_marks[-1])
    agree = alt.Chart(pd.DataFrame({"p": [0, reach], "observed": [0, reach]})).mark_line(
        color=SOFT, strokeDash=[3, 3], strokeWidth=1
    )
    base = alt.Chart(bins).encode(x=x)
    intervals = base.mark_rule(color=ACCENT, strokeWidth=1.5).encode(
        y=alt.Y("low:Q", scale=scale(y_marks), axis=y_axis), y2="high:Q"
    )
    return agree.encode(x=x, y=y) + intervals + base.mark_circle(color=ACCENT, size=80, opacity=1).encode(y=y)


def behind(bins: pd.DataFrame, say: Voice) -> Table:
    """The same in numbers."""
    head = [say(f"table.{column}") for column in ("said", "seen", "interval", "n", "positives")]
    rows = [
        [
            say.percent(row["p"]),
            say.percent(row["observed"]),
            f"{say.percent(row['low'])} – {say.percent(row['high'])}",
            say.count(row["n"]),
            say.count(row["positives"]),
        ]
        for _, row in bins.iterrows()
    ]
    return Table(head, rows, frozenset())
