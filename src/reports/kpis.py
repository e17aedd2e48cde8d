"""The KPIs of the team: this quarter beside the one before."""

from datetime import timedelta
from itertools import groupby
from typing import Any

import pandas as pd
from markupsafe import Markup

from leadline.features.kpi import KPIS, Kpi
from leadline.reports.blocks import Block, Folded, Section, Table, Text
from leadline.reports.report_input import ReportInput
from leadline.reports.voice import Voice

DAY = timedelta(days=1)
Rows = dict[str, Any]


def team_quarter(report: ReportInput, say: Voice) -> Section | None:
    """Each KPI that can be told, what it is counted from, and why others cannot be told; None where none can."""
    if report.kpis is None or report.kpis["value"].isna().all():
        return None
    now, before = quarters(report.kpis)
    told = [kpi for kpi in KPIS if pd.notna([now[kpi.key].value, before[kpi.key].value]).any()]
    head = [say(f"kpis.{column}") for column in ("kpi", "now", "before", "of")]
    rows = [[name(kpi, now[kpi.key], say), *figures(kpi, now[kpi.key], before[kpi.key], say)] for kpi in told]
    untold = [Text(text) for text in not_told([kpi for kpi in KPIS if kpi not in told], now, say)]
    blocks: tuple[Block, ...] = (Table(head, rows, frozenset({0, 3})), *untold, how_counted(told, now, say))
    lead = say("kpis.lead", days=say("days", report.experiment.outcomes.grace_days))
    return Section("kpis", say("nav.kpis"), say("kpis.title"), lead, blocks)


def quarters(kpis: pd.DataFrame) -> tuple[Rows, Rows]:
    """The rows of the newest as-of date and of the one before, by KPI."""
    dates = sorted(kpis["as_of"].unique(), reverse=True)[:2]
    now, before = ({row.kpi: row for row in kpis[kpis["as_of"] == date].itertuples()} for date in dates)
    return now, before


def name(kpi: Kpi, row: Any, say: Voice) -> Markup:
    """What a KPI is called, with why it cannot be told this quarter where it cannot."""
    why = Markup("<small>{}</small>").format(say(f"kpis.because.{row.because}")) if row.because else ""
    return Markup("{}{}").format(title(kpi, say), why)


def title(kpi: Kpi, say: Voice) -> str:
    """A KPI's name as it stands at the head of a line."""
    called = kpi.name[say.language]
    return called[:1].upper() + called[1:]


def figures(kpi: Kpi, now: Any, before: Any, say: Voice) -> list[str]:
    """Its value this quarter and the quarter before, and out of how many."""
    return [value(kpi, now.value, say), value(kpi, before.value, say), out_of(kpi, now.denominator, say)]


def value(kpi: Kpi, number: float, say: Voice) -> str:
    """A value in its unit."""
    if kpi.unit == "share":
        return say.percent(number)
    return say.money(number) if kpi.unit == "money" else say.number(number, 0)


def out_of(kpi: Kpi, whole: float, say: Voice) -> str:
    """What a value was counted from; empty where there is nothing such."""
    if pd.isna(whole):
        return ""
    if kpi.of == "arr":
        return say("kpis.of.arr", amount=say.money(whole))
    return say("accounts" if kpi.of == "accounts" else f"kpis.of.{kpi.of}", int(whole))


def not_told(kpis: list[Kpi], now: Rows, say: Voice) -> list[str]:
    """One sentence for each reason, with the KPIs it keeps from being told."""
    by_reason = sorted(kpis, key=lambda kpi: now[kpi.key].because)
    return [
        say("kpis.not_told", kpis=say.line(*(title(kpi, say) for kpi in some)), why=say(f"kpis.because.{why}"))
        for why, some in groupby(by_reason, key=lambda kpi: now[kpi.key].because)
    ]


def how_counted(told: list[Kpi], now: Rows, say: Voice) -> Folded:
    """What each KPI means, and its days."""
    head = [say("kpis.kpi"), say("kpis.meaning"), say("kpis.period")]
    rows = [[title(kpi, say), kpi.meaning[say.language], days(now[kpi.key], say)] for kpi in told]
    return Folded(say("kpis.how"), Table(head, rows, frozenset({0, 1, 2})))


def days(row: Any, say: Voice) -> str:
    """The first and the last day of a period; one day where it is a moment."""
    first, end = row.period_start, row.period_end
    return say.date(end) if first == end else say("kpis.days", first=say.date(first), last=last_day(row, say))


def last_day(row: Any, say: Voice) -> str:
    """The last whole day of a period."""
    return say.date(row.period_end - DAY)
