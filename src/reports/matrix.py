"""Risk beside ARR in bands: how many accounts, and how much ARR, stand where."""

import altair as alt
import numpy as np
import pandas as pd

from leadline.reports.blocks import Figure, Table
from leadline.reports.charts import ACCENT, drawings, log_ticks, names_axis
from leadline.reports.report_input import ReportInput
from leadline.reports.voice import Voice

RISKS = ("high", "medium", "low")
# The page's ink stays legible on the darkest cell.
FAINTEST, DARKEST = 0.05, 0.4


def matrix(report: ReportInput, say: Voice) -> Figure | None:
    """Bands of risk by bands of ARR; None where no account has both."""
    cells = in_cells(report)
    if cells.empty:
        return None
    words = cells.assign(
        risk_word=cells["risk"].map(lambda band: say.code("band", band)),
        arr_word=[
            f"{say.money(low)} – {say.money(high)}" for low, high in zip(cells["low"], cells["high"], strict=True)
        ],
    )
    top = words.iloc[int(words["stake"].argmax())]
    title = say(
        f"matrix.{top['risk']}",
        int(top["accounts"]),
        low=say.money(top["low"]),
        high=say.money(top["high"]),
        share=say.percent(top["stake"] / words["stake"].sum()),
    )
    charts = drawings(lambda narrow: squares(words, say, narrow), (300, 300))
    return Figure(title, say("matrix.note"), charts, behind(words, say))


def in_cells(report: ReportInput) -> pd.DataFrame:
    """risk (band), low, high (ARR from and below), accounts, listed, arr, stake of each cell with an account in it."""
    accounts = report.by_stake().query("arr > 0")
    accounts = accounts[accounts["band"].isin(RISKS)]
    if accounts.empty:
        return accounts
    edges = np.array(log_ticks(accounts["arr"].min(), accounts["arr"].max()))
    place = np.clip(np.searchsorted(edges, accounts["arr"], side="right") - 1, 0, max(len(edges) - 2, 0))
    upper = edges[np.minimum(place + 1, len(edges) - 1)]
    named = accounts.assign(risk=accounts["band"], low=edges[place], high=upper)
    sums = named.groupby(["risk", "low", "high"], as_index=False).agg(
        accounts=("account_id", "size"), listed=("listed", "sum"), arr=("arr", "sum"), stake=("stake", "sum")
    )
    order = sums["risk"].map({band: place for place, band in enumerate(RISKS)})
    return sums.assign(order=order).sort_values(["order", "low"], kind="stable", ignore_index=True)


def squares(words: pd.DataFrame, say: Voice, narrow: bool) -> alt.LayerChart:
    """A square a cell, darker where more is at risk, with its accounts and its ARR."""
    size = 10 if narrow else 12
    across = list(words.sort_values("low", kind="stable")["arr_word"].unique())
    data = words[["risk_word", "arr_word", "stake"]].assign(
        count=words["accounts"].map(say.count), money=words["arr"].map(say.money)
    )
    names = alt.Axis(title=say("matrix.axis"), labelAngle=-35 if narrow else 0, labelFontSize=size, orient="bottom")
    x = alt.X("arr_word:N", sort=across, axis=names, scale=alt.Scale(paddingInner=0.06, paddingOuter=0))
    risks = [say.code("band", band) for band in RISKS]
    y = alt.Y(
        "risk_word:N",
        sort=risks,
        axis=names_axis(56 if narrow else 88),
        scale=alt.Scale(domain=risks, paddingInner=0.06, paddingOuter=0),
    )
    shade = alt.Scale(domain=[0, words["stake"].max()], range=[FAINTEST, DARKEST])
    base = alt.Chart(data).encode(x=x, y=y)
    cells = base.mark_rect(color=ACCENT, cornerRadius=2).encode(
        opacity=alt.Opacity("stake:Q", scale=shade, legend=None)
    )
    count = base.mark_text(dy=-9, fontSize=size + 4, fontWeight=600).encode(text="count:N")
    return cells + count + base.mark_text(dy=10, fontSize=size).encode(text="money:N")


def behind(words: pd.DataFrame, say: Voice) -> Table:
    """The same in numbers."""
    head = [say(key) for key in ("list.risk", "arr", "table.accounts", "table.listed", "matrix.sum", "arr_at_risk")]
    rows = [
        [
            row["risk_word"],
            row["arr_word"],
            say.count(row["accounts"]),
            say.count(row["listed"]),
            say.money(row["arr"]),
            say.money(row["stake"]),
        ]
        for _, row in words.iterrows()
    ]
    return Table(head, rows, frozenset({0, 1}))
