"""The usage of one account in a line as small as a word."""

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from leadline.reports.blocks import Folded, Table
from leadline.reports.report_input import ReportInput, name_of
from leadline.reports.voice import Voice

WEEKS = 26
ENDS = 4  # weeks that the numbers at either end are averages of
WIDTH, HEIGHT, EDGE = 120, 30, 3


def weekly(report: ReportInput, accounts: pd.DataFrame) -> pd.DataFrame | None:
    """Events by account (rows) and week (columns, oldest first), 0 where there were none; None where not counted."""
    if report.usage is None:
        return None
    weeks = [report.as_of - pd.Timedelta(weeks=ago) for ago in reversed(range(WEEKS))]
    counts = report.usage.pivot_table(index="account_id", columns="week", values="events", aggfunc="sum")
    return counts.reindex(index=accounts["account_id"], columns=weeks).fillna(0.0)


def sparkline(events: Sequence[float], say: Voice) -> Markup:
    """A line of the events of each week from 0 up, and their averages over the first and the last four weeks."""
    first, last = (sum(some) / ENDS for some in (events[:ENDS], events[-ENDS:]))
    told = say("usage.line", first=say.number(first, 0), last=say.number(last, 0))
    top, step = max(*events, 1.0), (WIDTH - 2 * EDGE) / (len(events) - 1)
    points = [(EDGE + step * i, HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * n / top) for i, n in enumerate(events)]
    path, (x, y) = " ".join(f"{x:.1f},{y:.1f}" for x, y in points), points[-1]
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" aria-hidden="true"><polyline points="{}"/>'
        '<circle cx="{:.1f}" cy="{:.1f}" r="2.5"/></svg><small>{}</small>'
    ).format(WIDTH, HEIGHT, path, x, y, told)


def by_week(weeks: pd.DataFrame, accounts: pd.DataFrame, say: Voice) -> Folded:
    """The numbers behind the lines: weeks down, accounts across."""
    head = [say("usage.week"), *(name_of(account) for _, account in accounts.iterrows())]
    rows = [[say.date(week), *(say.number(n, 0) for n in weeks[week])] for week in weeks.columns]
    return Folded(say("usage.numbers"), Table(head, rows))
