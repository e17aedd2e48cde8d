"""The figure at the top: a line let down for each account on the list, as long as what is at stake."""

import altair as alt
import pandas as pd

from leadline.reports.blocks import Drawing
from leadline.reports.charts import ACCENT, INK, SOFT, drawn
from leadline.reports.report_input import ReportInput, name_of
from leadline.reports.voice import Voice

LINES = 36
NAMED = 4
# Names further right would stand out over the side.
LAST_NAMED = 12
WIDTH, HEIGHT = 440, 400


def soundings(report: ReportInput, say: Voice) -> Drawing | None:
    """One line an account, the longest first; None where nobody is listed."""
    talk = report.to_talk_to().head(LINES)
    if talk.empty or not talk["stake"].max() > 0:
        return None
    key = "soundings" if report.has_money else "soundings.count"
    return Drawing(say(key, len(talk)), drawn(lines(depths(talk, report, say)), WIDTH, HEIGHT))


def depths(talk: pd.DataFrame, report: ReportInput, say: Voice) -> pd.DataFrame:
    """Place in the list, stake, and a label for the first few that stand clear of each other."""
    data = pd.DataFrame({"place": range(len(talk)), "stake": talk["stake"].to_numpy()})
    named: list[int] = []
    for place, stake in enumerate(data["stake"][: LAST_NAMED + 1]):
        clear = all(data["stake"][other] - stake > 0.09 * data["stake"][0] for other in named)
        if clear and len(named) < NAMED:
            named.append(place)
    names = [name_of(account) for _, account in talk.iloc[named].iterrows()]
    texts = [say.money(s) if report.has_money else say.percent(s) for s in data["stake"][named]]
    return data.join(pd.DataFrame({"name": names, "text": texts}, index=named))


def lines(data: pd.DataFrame) -> alt.LayerChart:
    """Lines hanging from the surface, a weight at the end of each."""
    x = alt.X("place:Q", axis=None, scale=alt.Scale(domain=[0, max(len(data) - 1, 24)], nice=False))
    depth = alt.Scale(domain=[0, data["stake"].max() * 1.04], reverse=True, nice=False)
    y = alt.Y("stake:Q", axis=None, scale=depth)
    base = alt.Chart(data.assign(surface=0)).encode(x=x)
    surface = alt.Chart(pd.DataFrame({"stake": [0]})).mark_rule(color=INK, strokeWidth=1).encode(y=y)
    hanging = base.mark_rule(color=SOFT, strokeWidth=1).encode(
        y=alt.Y("surface:Q", axis=None, scale=depth), y2="stake:Q"
    )
    weights = base.mark_circle(color=ACCENT, size=70, opacity=1).encode(y=y)
    labels = base.transform_filter("isValid(datum.name)").encode(y=y)
    names = labels.mark_text(align="left", dx=10, dy=-1, fontWeight=600, fontSize=13, limit=200).encode(text="name:N")
    amounts = labels.mark_text(align="left", dx=10, dy=15, color=SOFT).encode(text="text:N")
    return alt.layer(surface, hanging, weights, names, amounts)
