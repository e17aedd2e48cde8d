"""Terms, renewals and who leaves at which term end."""

from dataclasses import dataclass

import numpy as np

from leadline.simulate.company import Company
from leadline.simulate.settings import DAY, SimulationSettings, week_of
from leadline.simulate.stories import LEAVE

NEVER = np.iinfo(np.int32).max
_ANNOUNCED_SHARE, _UNANNOUNCED_SHARE = 0.3, 0.75  # of the chance of leaving: weeks before the end, and at it
_LEAVE_SCALE = np.array([0.75, 1.0])  # a month's decision weighs less than a year's; by kind of term


@dataclass(frozen=True)
class Terms:
    """All term ends, were every account to stay: accounts x terms; by week: accounts x weeks lived."""

    ends: np.ndarray  # datetime64[D], exclusive
    last_week: np.ndarray  # the week of the last day covered: there the account decides
    current: np.ndarray  # by week: position of the term
    distance: np.ndarray  # by week: weeks to the term's last week
    first_week: np.ndarray  # an element each account: the week cover begins, negative before the first


def schedule(settings: SimulationSettings, company: Company) -> Terms:
    """Lay out the terms of every account from its first day to the last week lived."""
    last = settings.mondays[-1] + 7 * DAY
    earliest = company.covered_from.min().astype("datetime64[M]")
    months = int((last.astype("datetime64[M]") - earliest).astype(int)) + 13
    count = months // int(company.term_months.min()) + 1
    steps = np.arange(1, count + 1) * company.term_months[:, None]
    ends = add_months(company.covered_from[:, None], steps)
    last_week = week_of(ends - DAY, settings)
    current = _current(last_week, settings.lived_weeks)
    distance = np.take_along_axis(last_week, current, axis=1) - np.arange(settings.lived_weeks)
    return Terms(ends, last_week, current, distance, week_of(company.covered_from, settings))


def add_months(day: np.ndarray, months: np.ndarray) -> np.ndarray:
    """The same day of a later month; the day must be 28 at most, so that it always exists."""
    month = day.astype("datetime64[M]")
    return (month + months).astype("datetime64[D]") + (day - month.astype("datetime64[D]"))


def _current(last_week: np.ndarray, weeks: int) -> np.ndarray:
    current = np.empty((len(last_week), weeks), dtype=np.int64)
    rows = np.arange(len(last_week))
    position = (last_week < 0).sum(axis=1)
    for week in range(weeks):
        position = position + (last_week[rows, position] < week)
        current[:, week] = position
    return current


def share_decided(distance: np.ndarray, notice: np.ndarray) -> np.ndarray:
    """The part of the chance of leaving that is decided this week: at notice, at the term end, or none."""
    at_end = np.where(notice >= 0, _UNANNOUNCED_SHARE, 1.0)
    return np.where(distance == 0, at_end, np.where(distance == notice, _ANNOUNCED_SHARE, 0.0))


def leave_chance(company: Company, rows: np.ndarray, state: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Chance of leaving at a term end in this state, for accounts at `rows`; shift is a play's log-odds."""
    scale = _LEAVE_SCALE[company.kind_of_term[rows]]
    return 1 / (1 + np.exp(-(company.odds[rows] + scale * LEAVE[state] + shift)))


@dataclass(frozen=True)
class Fates:
    """What became of every account: weeks (NEVER if it did not happen), counted from the first."""

    announced_week: np.ndarray
    left_week: np.ndarray  # the week of the last day covered
    covered_until: np.ndarray  # datetime64[D], exclusive; NaT if it stayed
