"""The accounts to talk about this week."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from leadline.reports.blocks import Account, Accounts, Folded, Section, Text, bar
from leadline.reports.report_input import ReportInput, known, name_of, reasons_of
from leadline.reports.sparkline import by_week, sparkline, weekly
from leadline.reports.voice import Voice

SHOWN = 10
COLUMNS = ("account", "arr", "risk", "usage", "reasons", "play")


def to_talk_about(report: ReportInput, say: Voice) -> Section:
    """The accounts to talk about, the most at stake first."""
    talk = report.to_talk_to()
    more = say("list.more", len(talk) - SHOWN) if len(talk) > SHOWN else ""
    held = say("list.held", report.held_out()) if report.held_out() else ""
    after = (Text(say.sentences(more, held)),) if more or held else ()
    lead = say("list.empty") if talk.empty else say("list.lead" if report.has_money else "list.lead.count")
    return Section("list", say("nav.list"), say("list.title"), lead, (*listing(report, say), *after))


def listing(report: ReportInput, say: Voice) -> tuple[Accounts | Folded, ...]:
    """The first rows of the list, and the numbers behind their lines; none where nobody is listed."""
    talk = report.to_talk_to().head(SHOWN)
    if talk.empty:
        return ()
    weeks = weekly(report, talk)
    entries = tuple(entry(account, weeks, report, say) for _, account in talk.iterrows())
    unknown = {"arr": not report.has_money, "usage": weeks is None}
    head = {column: say(f"list.{column}") for column in COLUMNS if not unknown.get(column)}
    return (Accounts(head, entries), *(() if weeks is None else (by_week(weeks, talk, say),)))


def entry(account: "pd.Series[Any]", weeks: pd.DataFrame | None, report: ReportInput, say: Voice) -> Account:
    """One account as the list shows it."""
    average, who = report.scored_accounts["p_churn"].mean(), account["account_id"]
    risk, quality = account["p_churn"], known(account["data_quality"])
    return Account(
        name=name_of(account),
        href=report.briefs.get(who, ""),
        about=(standing(account, say), known(account["csm"]), renewal(account, say)),
        arr="" if pd.isna(account["arr"]) else say.money(account["arr"]),
        risk=bar(risk, say.percent(risk)),
        beside=(times(risk, average, say), moved(account["score_change"], say)),
        usage=Markup() if weeks is None else sparkline(list(weeks.loc[who]), say),
        reasons=reasons_of(account),
        listed_because=known(account["listed_because"]),
        play=known(account["play"]),
        quality="" if quality in ("", say("quality.ok")) else quality,
    )


def standing(account: "pd.Series[Any]", say: Voice) -> str:
    """An account's tier and stage in one line."""
    return say.line(*(say.code(kind, known(account[kind])) for kind in ("tier", "stage")))


def renewal(account: "pd.Series[Any]", say: Voice) -> str:
    """When the account's term ends; empty where no term is known."""
    return "" if pd.isna(account["term_end"]) else say("list.renews", date=say.date(account["term_end"]))


def times(risk: float, average: float, say: Voice) -> str:
    """The risk as a multiple of the average account's."""
    return say("list.times", times=say.number(risk / average, 1)) if average > 0 else ""


def moved(change: float, say: Voice) -> str:
    """By how many points the risk moved since last time; empty where it did not, or nobody knows."""
    return "" if pd.isna(change) or not round(100 * change) else say("list.moved", points=say.points(change))
