"""How risk is spread over the accounts, where no money is known."""

import altair as alt
import numpy as np
import pandas as pd

from leadline.reports.blocks import Figure, Table
from leadline.reports.charts import ACCENT, FAINT, axis, drawings, scale, ticks
from leadline.reports.report_input import ReportInput
from leadline.reports.voice import Voice

APART = {"binSpacing": 0, "xOffset": 1, "x2Offset": -1}


def spread(report: ReportInput, title: str, say: Voice) -> Figure:
    """How many accounts stand at which risk; the listed ones in the accent."""
    bands = in_bands(report)
    charts = drawings(lambda narrow: histogram(bands, say, narrow), (330, 300))
    rows = [
        [f"{say.percent(low)} – {say.percent(high)}", say.count(listed), say.count(others)]
        for low, high, listed, others in bands.itertuples(index=False)
    ]
    head = [say("list.risk"), say("table.listed"), say("table.others")]
    return Figure(title, say("risk.note.count"), charts, Table(head, rows))


def in_bands(report: ReportInput) -> pd.DataFrame:
    """Counts of accounts by band of risk: low, high, listed, others."""
    accounts = report.by_stake().dropna(subset=["p_churn"])
    edges = ticks(0, accounts["p_churn"].max(), 10)
    listed = np.histogram(accounts.loc[accounts["listed"], "p_churn"], edges)[0]
    others = np.histogram(accounts.loc[~accounts["listed"], "p_churn"], edges)[0]
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "listed": listed, "others": others})


def histogram(bands: pd.DataFrame, say: Voice, narrow: bool) -> alt.LayerChart:
    """Stacked bars, the listed at the foot."""
    edges = [*bands["low"], bands["high"].iloc[-1]]
    data = bands.assign(none=0, all=bands["listed"] + bands["others"])
    counts = ticks(0, data["all"].max(), 4)
    risks = axis(edges[:: 2 if narrow else 1], say.percent, say("risk.axis"), grid=False)
    base = alt.Chart(data).encode(x=alt.X("low:Q", scale=scale(edges), axis=risks), x2="high:Q")
    y = alt.Y("all:Q", scale=scale(counts), axis=axis(counts, say.count))
    others = base.mark_bar(color=FAINT, **APART).encode(y=y, y2="listed:Q")
    listed = base.mark_bar(color=ACCENT, **APART).encode(y="listed:Q", y2="none:Q")
    return alt.layer(others, listed)
