"""Segments that stick and grow: how each part of the customers uses the product, beside what became of its revenue."""

from collections.abc import Hashable
from typing import Any

import pandas as pd
from markupsafe import Markup

from leadline.features.segments import EVERYBODY, NOT_GIVEN, OTHER
from leadline.reports.blocks import Folded, Section, Table, bar
from leadline.reports.report_input import ReportInput
from leadline.reports.voice import MISSING, Voice

NAMED = 3  # segments in the title
LOW = {"stickiness": "stickiness_low", "nrr": "growth_low"}
Row = dict[Hashable, Any]


def who_sticks_and_grows(report: ReportInput, say: Voice) -> Section | None:
    """Each segment beside all accounts; None where the accounts fall into no segments."""
    if report.segments is None or len(report.segments) < 2:
        return None
    rows = report.segments.to_dict("records")
    money = bool(report.segments["nrr"].notna().any())
    lead = say.sentences(say("sticking.lead" if money else "sticking.lead.activity"), say("sticking.luck"))
    blocks = (beside_all(rows, money, say), Folded(say("sticking.how_sure"), with_intervals(rows, say)))
    return Section("segments", say("nav.segments"), answer(rows, say), lead, blocks)


def answer(rows: list[Row], say: Voice) -> str:
    """Which segments stick and grow, the largest first."""
    found = [row for row in rows if row["sticks_and_grows"] and row["group"] not in (OTHER, NOT_GIVEN)]
    largest = sorted(found, key=lambda row: -row["accounts"])
    if not largest:
        return say("sticking.none")
    names = say.line(*(called(row, say) for row in largest[:NAMED]))
    return say("sticking.title" if len(found) <= NAMED else "sticking.title.more", len(found) - NAMED, names=names)


def called(row: Row, say: Voice) -> str:
    """A segment's name as it stands at the head of a line."""
    words = {EVERYBODY: "sticking.all", OTHER: "table.others", NOT_GIVEN: "table.unknown"}
    return (
        say(words[row["group"]])
        if row["group"] in words
        else say.label(row["dimension"], row["group"]).replace("_", " ")
    )


def named(row: Row, say: Voice) -> Markup:
    """The same with what kind of segment it is beneath; in bold where it sticks and grows."""
    name = Markup("<b>{}</b>").format(called(row, say)) if row["sticks_and_grows"] else called(row, say)
    kind = "" if row["dimension"] == EVERYBODY else say(f"sticking.by.{row['dimension']}")
    return Markup("{}<small>{}</small>").format(name, kind)


def beside_all(rows: list[Row], money: bool, say: Voice) -> Table:
    """The first row is all accounts together; bars run from nothing to the largest of their column."""
    shown = ["stickiness", "nrr", "grr"] if money else ["stickiness", "expansion_share", "churn_share"]
    most = pd.DataFrame(rows)[shown].max()
    head = [say("sticking.segment"), say("table.accounts"), *(say(f"sticking.{name}") for name in shown)]
    cells = [
        [named(row, say), say.count(row["accounts"]), *(barred(row, name, most[name], rows[0], say) for name in shown),
         say.count(row["days_to_first_value"])]
        for row in rows
    ]  # fmt: skip
    return Table([*head, say("sticking.days_to_first_value")], cells)


def barred(row: Row, name: str, most: float, everybody: Row, say: Voice) -> Markup | str:
    """A share with its bar, in bold where it is above that of all accounts by more than luck; a dash where too few
    accounts speak."""
    if pd.isna(row[name]):
        return MISSING
    shown = bar(row[name] / most if most else 0.0, say.percent(row[name]))
    sure = name in LOW and row[LOW[name]] > everybody[name]
    return Markup("<b>{}</b>").format(shown) if sure else shown


def with_intervals(rows: list[Row], say: Voice) -> Table:
    """What share grew and what share left, with 95% intervals."""
    shares = ("expansion", "churn")
    head = [say("sticking.segment"), *(say(f"sticking.{name}_share") for name in shares)]
    return Table(head, [[called(row, say), *(interval(row, name, say) for name in shares)] for row in rows])


def interval(row: Row, name: str, say: Voice) -> str:
    """A share and the ends of its interval."""
    if pd.isna(row[f"{name}_share"]):
        return MISSING
    share, low, high = (say.percent(row[f"{name}_{part}"]) for part in ("share", "low", "high"))
    return f"{share} ({low} – {high})"
