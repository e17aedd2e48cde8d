"""The leadership report: one HTML page that needs nothing but itself."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from leadline.reports.accounts import to_talk_about
from leadline.reports.blocks import Section
from leadline.reports.growth import to_grow
from leadline.reports.kpis import team_quarter
from leadline.reports.movement import arr_movement
from leadline.reports.movers import what_moved
from leadline.reports.outlook import what_is_kept
from leadline.reports.report_input import ReportInput
from leadline.reports.risk import where_risk_lies
from leadline.reports.rules import thresholds_now
from leadline.reports.soundings import soundings
from leadline.reports.sources import appendix, data_behind
from leadline.reports.stepping_in import whether_stepping_in_helped
from leadline.reports.sticking import who_sticks_and_grows
from leadline.reports.trust import believe_churn, believe_expansion
from leadline.reports.voice import Voice
from leadline.reports.week import head_figures, headline, opening

# A section is one function here; one that returns None has nothing to say this week.
Sections = tuple[Callable[[ReportInput, Voice], Section | None], ...]
SECTIONS: Sections = (
    to_talk_about,
    what_moved,
    where_risk_lies,
    to_grow,
    arr_movement,
    what_is_kept,
    whether_stepping_in_helped,
    team_quarter,
    who_sticks_and_grows,
    believe_churn,
    believe_expansion,
    thresholds_now,
    data_behind,
    appendix,
)


def render(report: ReportInput, sections: Sections = SECTIONS) -> str:
    """The report as HTML, in the experiment's language: self-contained, the same bytes for the same input."""
    say = Voice(report.experiment.language, report.experiment.value.currency)
    found = (section(report, say) for section in sections)
    return (
        templates()
        .get_template("report.html")
        .render(
            say=say,
            report=report,
            headline=headline(report, say),
            opening=opening(report, say),
            soundings=soundings(report, say),
            figures=head_figures(report, say),
            sections=[section for section in found if section is not None],
        )
    )


@cache
def templates() -> Environment:
    """The page's templates; whatever is filled in is escaped."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
