"""Where the risk lies, account by account."""

import math

import altair as alt
import numpy as np
import pandas as pd

from leadline.reports.blocks import Block, Figure, Row, Section, Table
from leadline.reports.charts import ACCENT, FAINT, PAPER, axis, drawings, log_ticks, scale, ticks
from leadline.reports.groups import RENEWAL, by_group, splits
from leadline.reports.matrix import matrix
from leadline.reports.report_input import ReportInput, name_of
from leadline.reports.spread import spread
from leadline.reports.voice import Voice

POINTS = 500
GROUPS = (RENEWAL, "segment", "tier", "stage", "csm")
# Names stand right of their dot; near the right edge, above it.
RIGHT = {"align": "left", "dx": 9}
ABOVE = {"align": "right", "dx": 6, "dy": -13}


def where_risk_lies(report: ReportInput, say: Voice) -> Section | None:
    """Each account's risk beside its ARR (or how risk is spread), in bands, then by group; None without any risk."""
    if not report.loss > 0:
        return None
    title = answer(report, say)
    whole = by_arr(report, title, say) if report.has_money else spread(report, title, say)
    groups = tuple(by_group(report, say, group) for group in GROUPS if splits(report, group))
    banded = matrix(report, say) if report.has_money else None
    blocks: tuple[Block, ...] = (whole, *((banded,) if banded else ()), *((Row(groups),) if groups else ()))
    lead = say("risk.lead" if report.has_money else "risk.lead.count", days=say("days", report.days))
    return Section("risk", say("nav.risk"), say("risk.title"), lead, blocks)


def answer(report: ReportInput, say: Voice) -> str:
    """How few accounts carry half of the stake."""
    stake = report.by_stake()["stake"].cumsum()
    few = int(np.argmax(stake >= stake.iloc[-1] / 2)) + 1
    return say("risk.half" if report.has_money else "risk.half.count", few, total=say("accounts", len(stake)))


def by_arr(report: ReportInput, title: str, say: Voice) -> Figure:
    """Every account at its risk and its ARR; the listed ones in the accent."""
    accounts = report.by_stake().query("arr > 0 and p_churn.notna()")
    note = say.sentences(say("risk.note"), say("risk.shown", POINTS) if len(accounts) > POINTS else "")
    charts = drawings(lambda narrow: scatter(accounts.head(POINTS), say, narrow), (430, 380))
    return Figure(title, note, charts, largest(report, say))


def scatter(accounts: pd.DataFrame, say: Voice, narrow: bool) -> alt.LayerChart:
    """Points at risk (across) and ARR (up, logarithmic), the largest stakes named."""
    risks = ticks(0, accounts["p_churn"].max(), 4)
    money = log_ticks(accounts["arr"].min(), accounts["arr"].max())
    x = alt.X("p_churn:Q", scale=scale(risks), axis=axis(risks, say.percent, say("risk.axis"), grid=False))
    y = alt.Y("arr:Q", scale=scale(money, type="log"), axis=axis(money, say.money))
    colour = alt.condition("datum.listed", alt.value(ACCENT), alt.value(FAINT))
    points = alt.Chart(accounts[["p_churn", "arr", "listed"]].iloc[::-1]).encode(x=x, y=y, color=colour)
    count, clear = (3, 0.12) if narrow else (6, 0.07)
    named = labelled(accounts, clear * math.log10(money[-1] / money[0]), count)
    near_edge = named["p_churn"] > 0.6 * risks[-1]
    words = [
        layer
        for part, at in ((named[~near_edge], RIGHT), (named[near_edge], ABOVE))
        for layer in with_halo(alt.Chart(part).encode(x=x, y=y, text="label:N"), limit=110 if narrow else 160, **at)
        if len(part)
    ]
    return alt.layer(points.mark_circle(size=40 if narrow else 64, opacity=0.85), *words)


def with_halo(names: alt.Chart, **at: object) -> tuple[alt.Chart, alt.Chart]:
    """Names over a rim in the colour of the page, so that they can be read across dots."""
    rim = names.mark_text(stroke=PAPER, strokeWidth=4, strokeJoin="round", color=PAPER, **at)
    return rim, names.mark_text(**at)


def labelled(accounts: pd.DataFrame, clear: float, count: int) -> pd.DataFrame:
    """The largest stakes on the list, but those within `clear` decades of ARR of one already named."""
    named: list[int] = []
    listed = accounts[accounts["listed"]].head(3 * count)
    heights = np.log10(listed["arr"].to_numpy())
    for place, height in enumerate(heights):
        if all(abs(height - heights[other]) > clear for other in named):
            named.append(place)
    chosen = listed.iloc[named[:count]]
    names = [name_of(account) for _, account in chosen.iterrows()]
    return chosen[["p_churn", "arr"]].assign(label=pd.Series(names, index=chosen.index, dtype="str"))


def largest(report: ReportInput, say: Voice) -> Table:
    """The ten largest stakes in numbers."""
    head = [say("list.account"), say("arr"), say("list.risk"), say("arr_at_risk")]
    rows = [
        [name_of(row), say.money(row["arr"]), say.percent(row["p_churn"]), say.money(row["stake"])]
        for _, row in report.by_stake().head(10).iterrows()
    ]
    return Table(head, rows)
