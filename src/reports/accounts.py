"""The accounts to talk about this week."""

from dataclasses import replace
from typing import Any

import pandas as pd

from leadline.reports.blocks import Account, Accounts, Section, Text, bar
from leadline.reports.report_input import ReportInput, known, name_of, reasons_of
from leadline.reports.voice import Voice

SHOWN = 12
COLUMNS = ("account", "arr", "risk", "reasons", "play")


def to_talk_about(report: ReportInput, say: Voice) -> Section:
    """The accounts to talk about, the most at stake first."""
    talk = report.to_talk_to()
    more = say("list.more", len(talk) - SHOWN) if len(talk) > SHOWN else ""
    held = say("list.held", report.held_out()) if report.held_out() else ""
    after = (Text(say.sentences(more, held)),) if more or held else ()
    lead = say("list.empty") if talk.empty else say("list.lead" if report.has_money else "list.lead.count")
    return Section("list", say("nav.list"), say("list.title"), lead, (*listing(report, say), *after))


def listing(report: ReportInput, say: Voice) -> tuple[Accounts, ...]:
    """The first rows of the list; none where nobody is listed."""
    talk, average = report.to_talk_to().head(SHOWN), report.scored_accounts["p_churn"].mean()
    entries = tuple(
        replace(entry(account, average, say), brief=report.briefs.get(account["account_id"], ""))
        for _, account in talk.iterrows()
    )
    head = {column: say(f"list.{column}") for column in COLUMNS if column != "arr" or report.has_money}
    return (Accounts(head, entries),) if entries else ()


def entry(account: "pd.Series[Any]", average: float, say: Voice) -> Account:
    """One account as the list shows it."""
    risk, quality = account["p_churn"], known(account["data_quality"])
    return Account(
        name=name_of(account),
        about=(standing(account, say), known(account["csm"])),
        arr="" if pd.isna(account["arr"]) else say.money(account["arr"]),
        risk=bar(risk, say.percent(risk)),
        beside=(times(risk, average, say), moved(account["score_change"], say)),
        reasons=reasons_of(account),
        listed_because=known(account["listed_because"]),
        play=known(account["play"]),
        quality="" if quality in ("", say("quality.ok")) else quality,
    )


def standing(account: "pd.Series[Any]", say: Voice) -> str:
    """An account's tier and stage in one line."""
    return say.line(*(say.code(kind, known(account[kind])) for kind in ("tier", "stage")))


def times(risk: float, average: float, say: Voice) -> str:
    """The risk as a multiple of the average account's."""
    return say("list.times", times=say.number(risk / average, 1)) if average > 0 else ""


def moved(change: float, say: Voice) -> str:
    """By how many points the risk moved since last time; empty where it did not, or nobody knows."""
    return "" if pd.isna(change) or not round(100 * change) else say("list.moved", points=say.points(change))
