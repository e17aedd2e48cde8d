"""The thresholds in force, how they came to stand where they do, and why."""

import pandas as pd

from leadline.reports.blocks import Folded, Section, Table
from leadline.reports.report_input import ReportInput, known
from leadline.reports.threshold_history import history
from leadline.reports.threshold_words import LISTS, OF_ALL, indicator, level, peers
from leadline.reports.voice import Voice

SHOWN = 10
COLUMNS = ("group", "indicator", "enter", "exit", "alerts", "capacity", "precision", "captured")


def thresholds_now(report: ReportInput, say: Voice) -> Section | None:
    """The thresholds of the latest as-of date, the busiest first; None where there are none yet."""
    if report.thresholds.empty:
        return None
    now = report.thresholds[report.thresholds["as_of"] == report.thresholds["as_of"].max()]
    lists = now["indicator"].isin(LISTS)
    now = now.assign(falls=~lists & ~now["indicator"].isin(OF_ALL))
    order = ["falls", "alerts", "group", "indicator"]
    now = now.sort_values(order, ascending=[True, False, True, True], kind="stable")
    title = say("rules.title", int(now.loc[lists, "alerts"].sum()), rules=say("rules", len(now)))
    columns = COLUMNS if report.has_money else COLUMNS[:-1]
    shown, others = limits(now.head(SHOWN), columns, say), now.iloc[SHOWN:]
    rest = () if others.empty else (Folded(say("rules.rest", len(others)), limits(others, columns, say)),)
    past = history(report.thresholds, now, say)
    return Section("rules", say("nav.rules"), title, say("rules.lead"), (shown, *rest, *past, reasons(now, say)))


def limits(rows: pd.DataFrame, columns: tuple[str, ...], say: Voice) -> Table:
    """Levels to enter and to leave the list, alerts, and how it did in replay."""
    texts = [
        {
            "group": peers(row["group"], say),
            "indicator": indicator(row["indicator"], say),
            "enter": level(row["indicator"], row["enter"], say),
            "exit": level(row["indicator"], row["exit"], say),
            "alerts": say.count(row["alerts"]),
            "capacity": say.count(row["capacity"]),
            "precision": say.percent(row["precision"]),
            "captured": say.money(row["captured_arr"]),
        }
        for _, row in rows.iterrows()
    ]
    head = [say(f"rules.{column}") for column in columns]
    return Table(head, [[text[column] for column in columns] for text in texts], frozenset({0, 1}))


def reasons(rows: pd.DataFrame, say: Voice) -> Folded:
    """Why each threshold stands where it does."""
    head = [say("rules.group"), say("rules.indicator"), say("rules.why")]
    texts = [
        [peers(row["group"], say), indicator(row["indicator"], say), known(row["changed_because"])]
        for _, row in rows.iterrows()
    ]
    return Folded(say("rules.reasons"), Table(head, texts, frozenset({0, 1, 2})))
