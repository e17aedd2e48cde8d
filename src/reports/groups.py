"""What is at stake by quarter of renewal, segment, tier, lifecycle stage and CSM."""

import altair as alt
import pandas as pd

from leadline.reports.blocks import Figure, Table
from leadline.reports.charts import ACCENT, FAINT, NARROW, drawn, names_axis
from leadline.reports.report_input import ReportInput
from leadline.reports.voice import Voice

SHOWN = 7
RENEWAL = "renewal"


def splits(report: ReportInput, group: str) -> bool:
    """Whether the accounts fall into two groups at least."""
    return grouped(report, group).replace("", None).nunique() > 1


def grouped(report: ReportInput, group: str) -> "pd.Series[str]":
    """The group of each account of `by_stake`: the first day of the quarter in which a term ends, or a column's text;
    empty where it is not known."""
    accounts = report.by_stake()
    if group == RENEWAL:
        starts = accounts["term_end"].dt.to_period("Q").dt.start_time
        return starts.dt.strftime("%Y-%m-%d").astype(object).where(starts.notna(), "")
    return accounts[group].astype(object).where(accounts[group].notna(), "")


def called(group: str, name: str, say: Voice) -> str:
    """What a group is called."""
    if not name:
        return say("table.unknown")
    return say.quarter(name) if group == RENEWAL else say.label(group, name)


def by_group(report: ReportInput, say: Voice, group: str) -> Figure:
    """The stake of each group, the largest first; quarters as they come."""
    sums = totals(report, group)
    words = sums["group"].map(lambda name: called(group, name, say))
    most = int(sums["stake"].argmax())
    top = sums.iloc[most]
    title = say(
        f"group.{group}",
        group=words.iloc[most],
        share=say.percent(top["stake"] / sums["stake"].sum()),
        what=say("arr_at_risk.inline" if report.has_money else "leavers.inline"),
    )
    text = sums["stake"].map(lambda stake: say.stake(stake, report.has_money))
    shown = pd.DataFrame({"group": words, "stake": sums["stake"], "text": text}).head(SHOWN)
    note = say("group.shown", SHOWN, total=say.count(len(sums))) if len(sums) > SHOWN else ""
    chart = drawn(bars(shown), NARROW, 8 + 32 * len(shown))
    return Figure(title, note, (chart,), behind(sums.assign(word=words), report, say, group))


def totals(report: ReportInput, group: str) -> pd.DataFrame:
    """Accounts, ARR and stake by group; accounts of no known group together."""
    accounts = report.by_stake().assign(group=grouped(report, group))
    sums = accounts.groupby("group", as_index=False).agg(
        accounts=("account_id", "size"), listed=("listed", "sum"), arr=("arr", "sum"), stake=("stake", "sum")
    )
    if group == RENEWAL:
        return sums.sort_values("group", key=lambda names: names.replace("", "~"), kind="stable", ignore_index=True)
    return sums.sort_values(["stake", "group"], ascending=[False, True], kind="stable", ignore_index=True)


def bars(shown: pd.DataFrame) -> alt.LayerChart:
    """Bars with their amounts at the end; the longest in the accent."""
    order = list(shown["group"])
    y = alt.Y("group:N", sort=order, axis=names_axis(112))
    x = alt.X("stake:Q", stack=None, axis=None, scale=alt.Scale(domain=[0, max(shown["stake"].max() * 1.35, 1e-9)]))
    longest = alt.condition("datum.first", alt.value(ACCENT), alt.value(FAINT))
    base = alt.Chart(shown.assign(first=shown["stake"] == shown["stake"].max())).encode(x=x, y=y)
    amounts = base.mark_text(align="left", dx=6).encode(text="text:N")
    return base.mark_bar(size=14, cornerRadius=2).encode(color=longest) + amounts


def behind(sums: pd.DataFrame, report: ReportInput, say: Voice, group: str) -> Table:
    """The same in numbers: accounts, listed, ARR, and what is at stake."""
    money = [say("arr"), say("arr_at_risk")] if report.has_money else [say("head.leavers")]
    rows = [
        [
            row["word"],
            say.count(row["accounts"]),
            say.count(row["listed"]),
            *([say.money(row["arr"])] if report.has_money else []),
            say.stake(row["stake"], report.has_money),
        ]
        for _, row in sums.iterrows()
    ]
    return Table([say(f"table.{group}"), say("table.accounts"), say("table.listed"), *money], rows)
