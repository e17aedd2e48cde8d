"""The accounts with room to grow."""

import pandas as pd
from markupsafe import Markup

from leadline.reports.accounts import standing
from leadline.reports.blocks import Section, Table, bar
from leadline.reports.report_input import ReportInput, known, name_of
from leadline.reports.voice import Voice

SHOWN = 8


def to_grow(report: ReportInput, say: Voice) -> Section | None:
    """The best chances to expand among accounts at no particular risk; None where expansion is not scored."""
    best = chances(report)
    if best.empty:
        return None
    expected = say.count(round(best["p_expand"].sum(), 1))
    lead = say("grow.lead", days=say("days", report.days), expected=expected)
    return Section(
        "growth",
        say("nav.growth"),
        say("grow.title", len(best)),
        lead,
        (in_rows(best, report.has_money, say),),
    )


def chances(report: ReportInput) -> pd.DataFrame:
    """Accounts not listed and below the median risk, by chance to expand times ARR where money is known."""
    accounts = report.by_stake()
    safe = ~accounts["listed"] & accounts["p_churn"].le(accounts["p_churn"].median())
    found = accounts[safe & accounts["p_expand"].gt(0)]
    gain = found["p_expand"] * (found["arr"].fillna(0) if report.has_money else 1)
    order = ["gain", "p_expand", "account_id"]
    return found.assign(gain=gain).sort_values(order, ascending=[False, False, True], kind="stable").head(SHOWN)


def in_rows(best: pd.DataFrame, has_money: bool, say: Voice) -> Table:
    """Who it is, ARR where known, and the chance."""
    head = [say("list.account"), *([say("arr")] if has_money else []), say("grow.chance")]
    rows = [
        [
            who(row, say),
            *([say.money(row["arr"])] if has_money else []),
            bar(row["p_expand"], say.percent(row["p_expand"])),
        ]
        for _, row in best.iterrows()
    ]
    return Table(head, rows)


def who(account: "pd.Series[str]", say: Voice) -> Markup:
    """An account's name, its standing and its CSM beneath."""
    beneath = say.line(standing(account, say), known(account["csm"]))
    return Markup("{}<small>{}</small>").format(name_of(account), beneath)
