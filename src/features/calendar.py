"""As-of dates: local midnights of a team's calendar, as naive UTC instants."""

import holidays
import pandas as pd

from leadline.experiment import Calendar
from leadline.problem import Problem

WEEKDAYS = {"monday": "W-MON", "sunday": "W-SUN", "saturday": "W-SAT"}


def as_of_dates(calendar: Calendar, first: pd.Timestamp, last: pd.Timestamp, every: str) -> pd.DatetimeIndex:
    """As-of dates in [first, last], one a week, month or quarter, at local midnight, as naive UTC (us)."""
    weekly = WEEKDAYS[calendar.week_start]
    step = {"week": weekly, "four weeks": weekly, "month": "MS", "quarter": "QS"}[every]
    start, end = (local(calendar, moment) for moment in (first, last))
    dates = pd.date_range(start.normalize(), end, freq=step, tz=calendar.timezone)
    dates = dates[(dates >= start) & (dates <= end)]
    if every == "four weeks":
        # counted from a fixed week, so that a longer log keeps the dates of a shorter one
        dates = dates[[date.toordinal() // 7 % 4 == 0 for date in dates]]
    return pd.DatetimeIndex(dates.tz_convert("UTC").tz_localize(None)).as_unit("us")


def forward_dates(calendar: Calendar, dates: pd.DatetimeIndex, first: pd.Timestamp) -> pd.DatetimeIndex:
    """The first as-of date in each week, month or quarter of the team's calendar, from `first` on."""
    wall = dates.tz_localize("UTC").tz_convert(calendar.timezone).tz_localize(None)
    period = {"week": WEEKDAYS[calendar.week_start], "four weeks": "D", "month": "M", "quarter": "Q"}
    return dates[~wall.to_period(period[calendar.test_every]).duplicated() & (dates >= first)]


def local(calendar: Calendar, moment: pd.Timestamp) -> pd.Timestamp:
    """A naive UTC instant as the team's wall clock shows it."""
    return moment.tz_localize("UTC").tz_convert(calendar.timezone)


def day_of(calendar: Calendar, moment: pd.Timestamp) -> str:
    """The day that the team's calendar shows at a naive UTC instant, as YYYY-MM-DD."""
    return f"{local(calendar, moment):%Y-%m-%d}"


def as_of_instant(calendar: Calendar, text: str) -> pd.Timestamp:
    """The instant of a date given by a person: that day's local midnight, as naive UTC."""
    try:
        moment = pd.Timestamp(text)
    except (ValueError, TypeError):
        raise Problem(f"'{text}' is no date; write the as-of date as YYYY-MM-DD.") from None
    if moment.tzinfo is None:
        moment = moment.tz_localize(calendar.timezone)
    return moment.tz_convert("UTC").tz_localize(None).as_unit("us")


def latest_as_of(calendar: Calendar, known_until: pd.Timestamp) -> pd.Timestamp:
    """The last weekly as-of date that the log reaches."""
    back = as_of_dates(calendar, known_until - pd.Timedelta(days=8), known_until, "week")
    return back[-1]


def public_holidays(calendar: Calendar, first: pd.Timestamp, last: pd.Timestamp) -> str:
    """The public holidays between two local days (both included) in the calendar's countries, 'Labor Day (US)'."""
    years = range(first.year, last.year + 1)
    found = [
        f"{name.split(' (')[0]} ({country})"
        for country in calendar.holidays
        for day, name in sorted(holidays.country_holidays(country, years=years, language="en_US").items())
        if first.date() <= day <= last.date()
    ]
    return ", ".join(dict.fromkeys(found))
