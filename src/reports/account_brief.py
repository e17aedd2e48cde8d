"""The brief of one account: a page to read before a call, that prints to one sheet and needs nothing but itself."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from leadline.reports.blocks import Figure, HeadFigure, Table
from leadline.reports.brief_drawings import bars, year
from leadline.reports.brief_input import BEFORE, RECENT, WEEKS, BriefInput
from leadline.reports.page import templates
from leadline.reports.report_input import known, name_of, reasons_of
from leadline.reports.voice import MISSING, Voice

MOST_MODULES, MOST_PEOPLE, MOST_SAID, MOST_HAPPENINGS = 6, 5, 4, 60  # so that it prints to one sheet


@dataclass(frozen=True)
class Use:
    """One line of use: whose, a bar for each week, the last four weeks, and against the twelve before; a note."""

    name: str
    drawing: Markup
    recent: str
    change: str
    note: str = ""


def render_brief(brief: BriefInput) -> str:
    """The brief as HTML, in the experiment's language: self-contained, the same bytes for the same input."""
    say = Voice(brief.experiment.language, brief.experiment.value.currency)
    account = pd.Series(dict(brief.account))
    return (
        templates()
        .get_template("brief.html")
        .render(
            say=say,
            brief=brief,
            account={name: known(account.get(name)) for name in ("listed_because", *PLAY)},
            name=name_of(account),
            standing=standing(account, say),
            figures=head_figures(brief, account, say),
            reasons=reasons_of(account),
            quality=quality(account, say),
            modules=modules(brief, say),
            people=people(brief, say),
            year=last_year(brief, say),
            said=said(brief, say),
            moved=known(account["change_because"]),
            weeks=say.count(WEEKS),
        )
    )


PLAY = ("play_name", "look_at", "talk_track")


def standing(account: "pd.Series[Any]", say: Voice) -> str:
    """Who the account is in one line: segment, tier, stage, and who looks after it."""
    words = [say.code(kind, known(account[kind])) for kind in ("segment", "tier", "stage")]
    csm = known(account["csm"])
    return say.line(*words, say("brief.csm", csm=csm) if csm else "")


def head_figures(brief: BriefInput, account: "pd.Series[Any]", say: Voice) -> tuple[HeadFigure, ...]:
    """The chance of leaving, and where money is known ARR, what of it is at risk, and when the term ends."""
    risk = HeadFigure(say("list.risk"), say.percent(account["p_churn"]), within(brief, account, say))
    if pd.isna(account["arr"]):
        return (risk,)
    loss = HeadFigure(say("arr_at_risk"), say.money(account["expected_loss"]), "")
    return (risk, HeadFigure(say("arr"), say.money(account["arr"]), ""), loss, *term(brief, account, say))


def within(brief: BriefInput, account: "pd.Series[Any]", say: Voice) -> str:
    """How far ahead the chance looks, and by how much it moved."""
    change = account["score_change"]
    moved = "" if pd.isna(change) or not round(100 * change) else say("list.moved", points=say.points(change))
    return say.line(say("brief.within", days=say("days", brief.experiment.outcomes.window_days)), moved)


def term(brief: BriefInput, account: "pd.Series[Any]", say: Voice) -> tuple[HeadFigure, ...]:
    """When the term ends, and in how many days; nothing where that is not known."""
    end = account["term_end"]
    if pd.isna(end):
        return ()
    days = (end - brief.as_of).days
    note = say("brief.ahead", days=say("days", days)) if days >= 0 else say("brief.past", days=say("days", -days))
    return (HeadFigure(say("brief.term"), say.day(end), note),)


def quality(account: "pd.Series[Any]", say: Voice) -> str:
    """What is out of order with the data; empty where nothing is."""
    found = known(account["data_quality"])
    return "" if found in ("", say("quality.ok")) else say("list.quality", quality=found)


def modules(brief: BriefInput, say: Voice) -> tuple[Use, ...]:
    """The most used modules."""
    rows = brief.modules.head(MOST_MODULES).to_dict("records")
    return tuple(use(known(row["module"]) or say("brief.no_module"), row["weekly"], say) for row in rows)


def people(brief: BriefInput, say: Voice) -> tuple[Use, ...]:
    """Key users, each by name or by role and number, then all others together."""
    key, others = (brief.people[brief.people["count"].eq(1) == one] for one in (True, False))
    shown = pd.concat([key.head(MOST_PEOPLE), others])
    roles = [known(role) or "user" for role in shown["role"]]
    lines = zip(shown.to_dict("records"), roles, [1 + roles[:i].count(r) for i, r in enumerate(roles)], strict=True)
    return tuple(use(whom(row, role, n, say), row["weekly"], say, last_seen(row, brief, say)) for row, role, n in lines)


def whom(row: dict[Any, Any], role: str, number: int, say: Voice) -> str:
    """A person as the page may call one: the name, or the role and a number."""
    if row["count"] != 1:
        return say("brief.others", row["count"])
    return known(row["name"]) or say(f"brief.role.{role}", number=say.count(number))


def last_seen(row: dict[Any, Any], brief: BriefInput, say: Voice) -> str:
    """When a person was last seen, where that was before the last four weeks."""
    if pd.isna(row["last_at"]):
        return say("brief.unseen", weeks=say.count(WEEKS))
    quiet = row["last_at"] < brief.as_of - pd.Timedelta(weeks=RECENT)
    return say("brief.last_seen", date=say.day(row["last_at"])) if quiet else ""


def use(name: str, weekly: tuple[int, ...], say: Voice, note: str = "") -> Use:
    """One line of use; against nothing before it there is no change to tell."""
    recent, before = sum(weekly[-RECENT:]), sum(weekly[-RECENT - BEFORE : -RECENT]) * RECENT / BEFORE
    change = say.signed(recent / before - 1) if before else say("brief.new") if recent else MISSING
    return Use(name, bars(weekly), say.count(recent), change, note)


def last_year(brief: BriefInput, say: Voice) -> Figure | None:
    """The chance of leaving and what happened, on one line of time; None where nothing is known."""
    drawings = year(brief, say)
    if not drawings:
        return None
    hollow = "" if brief.history["published"].all() else say("brief.hollow")
    note = say.sentences(say("brief.year.note", date=say.date(brief.as_of)), hollow)
    return Figure(say("brief.year"), note, drawings, happened(brief, say))


def happened(brief: BriefInput, say: Voice) -> Table:
    """What happened in words, the newest first."""
    rows = brief.happenings.sort_values(["start", "kind"], ascending=[False, True], kind="stable")
    lines = [
        [say.day(row["start"]), say(f"brief.kind.{row['kind']}"), detail(row, say)]
        for row in rows.head(MOST_HAPPENINGS).to_dict("records")
    ]
    head = [say("table.date"), say("brief.what"), say("brief.detail")]
    return Table(head, lines, frozenset({0, 1, 2}))


def detail(row: dict[Any, Any], say: Voice) -> str:
    """One happening's name, its amount, and until when it lasted."""
    kind, end, amount = row["kind"], row["end"], row["amount"]
    if kind == "survey":
        return say("brief.score", score=say.count(amount))
    if kind == "listing":
        return ""
    over = say("brief.open") if pd.isna(end) else say("brief.until", date=say.day(end))
    money = "" if pd.isna(amount) else say("brief.monthly", amount=say.money(amount))
    return say.line(known(row["name"]), money, over)


def said(brief: BriefInput, say: Voice) -> Table | None:
    """What the last lists said of the account: date, chance and first reason; None where none was published."""
    rows = brief.history[brief.history["published"].astype(bool)].sort_values("as_of", ascending=False, kind="stable")
    if rows.empty:
        return None
    lines = [
        [say.day(row["as_of"]), say.percent(row["p_churn"]), known(row["reason"]) or MISSING]
        for row in rows.head(MOST_SAID).to_dict("records")
    ]
    return Table([say("table.date"), say("list.risk"), say("list.reasons")], lines, frozenset({0, 2}))
