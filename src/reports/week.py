"""The top of the page: what this week comes to, in words and in figures."""

import pandas as pd

from leadline.reports.blocks import HeadFigure
from leadline.reports.kpis import last_day, quarters
from leadline.reports.report_input import ReportInput, known, name_of, reasons_of, share
from leadline.reports.since import since_last_time
from leadline.reports.voice import Voice


def headline(report: ReportInput, say: Voice) -> str:
    """The page's title: how many accounts need a person this week."""
    listed, total = len(report.to_talk_to()), say("accounts", len(report.scored_accounts))
    return say("headline", listed, total=total) if listed else say("headline.none", total=total)


def opening(report: ReportInput, say: Voice) -> list[str]:
    """What is at stake, what changed since last time, which account comes first, and if the model may be believed."""
    stake = say.sentences(at_stake(report, say), not_scored(report, say))
    parts = [stake, since_last_time(report, say), first_account(report, say), report.verdicts.get("churn", "")]
    return [part for part in parts if part]


def at_stake(report: ReportInput, say: Voice) -> str:
    """What is expected to be lost, of how much, by when, and how much of it the list carries."""
    days = say("days", report.days)
    listed = say.strong("stake.listed", covered=say.percent(covered(report))) if len(report.to_talk_to()) else ""
    if not report.has_money:
        return say.sentences(say.strong("stake.count", loss=say("accounts", round(report.loss, 1)), days=days), listed)
    part = say.percent(share(report.loss, report.arr))
    whole, loss = say.money(report.arr), say.money(report.loss)
    return say.sentences(say.strong("stake.money", arr=whole, loss=loss, share=part, days=days), listed)


def not_scored(report: ReportInput, say: Voice) -> str:
    """How many accounts have no risk, and why; empty where all have one."""
    others = report.unscored()
    if others.empty:
        return ""
    why = say.line(*sorted({known(reason) for reason in others["data_quality"]}))
    if not report.has_money:
        return say.strong("unscored.count", len(others), why=why)
    return say.strong("unscored.money", len(others), arr=say.money(others["arr"].sum()), why=why)


def covered(report: ReportInput) -> float:
    """The share of the stake that the accounts to talk to carry; NaN where nothing is at stake."""
    return share(float(report.to_talk_to()["stake"].sum()), report.loss)


def first_account(report: ReportInput, say: Voice) -> str:
    """The account at the top of the list: its risk, its ARR and its first reason."""
    talk = report.to_talk_to()
    if talk.empty:
        return ""
    account = talk.iloc[0]
    key = "first.count" if pd.isna(account["arr"]) else "first.money"
    risk, arr = say.percent(account["p_churn"]), say.money(account["arr"])
    return say.sentences(say.strong(key, name=name_of(account), risk=risk, arr=arr), *reasons_of(account)[:1])


def head_figures(report: ReportInput, say: Voice) -> tuple[HeadFigure, ...]:
    """The figures a leader looks for first."""
    return (*in_money(report, say), *in_accounts(report, say), *retained(report, say))


def in_money(report: ReportInput, say: Voice) -> tuple[HeadFigure, ...]:
    """ARR and what of it is expected to be lost, or leavers where no money is known."""
    total, days = say("accounts", len(report.scored_accounts)), say("days", report.days)
    if not report.has_money:
        note = say("head.of_accounts", total=total, days=days)
        return (HeadFigure(say("head.leavers"), say.count(round(report.loss, 1)), note),)
    note = say("head.of_arr", share=say.percent(share(report.loss, report.arr)), days=days)
    return (
        HeadFigure(say("arr"), say.money(report.arr), total),
        HeadFigure(say("arr_at_risk"), say.money(report.loss), note),
    )


def in_accounts(report: ReportInput, say: Voice) -> tuple[HeadFigure, ...]:
    """How many accounts are listed, for how many places, and how much of the stake they carry."""
    held = say("head.held", report.held_out()) if report.held_out() else ""
    places = say.line(say("head.places", report.experiment.capacity.total), held)
    return (
        HeadFigure(say("head.listed"), say.count(len(report.to_talk_to())), places),
        HeadFigure(say("head.covered"), say.percent(covered(report)), say("head.covered.note")),
    )


def retained(report: ReportInput, say: Voice) -> tuple[HeadFigure, ...]:
    """NRR and GRR, where contracts are known."""
    if report.kpis is None:
        return ()
    now, _ = quarters(report.kpis)
    return tuple(
        HeadFigure(say(key), say.percent(now[key].value), say("head.year", date=last_day(now[key], say)))
        for key in ("nrr", "grr")
        if pd.notna(now[key].value)
    )
