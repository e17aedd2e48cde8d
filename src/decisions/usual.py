"""What each day's usage was as a share of usual, by module and region, as it was known on one date."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.experiment import Calendar
from leadline.features.calendar import local

REACH = 364  # days looked back over
WEEKS = 8
FEWEST_WEEKS = 4
WORKING = 0.4  # of the busiest weekday's usage: less, and people do not work that day


@dataclass(frozen=True)
class Days:
    """The last days of one module, one region or everywhere (both empty), oldest first.

    share: events as a share of usual, NaN where usual is not known or nothing. rest: the same of all that is not of
    this module or region, NaN where there is nothing else. working: days on which people work and that can be judged.
    """

    module: str
    region: str
    day: pd.DatetimeIndex
    events: np.ndarray
    usual: np.ndarray
    share: np.ndarray
    rest: np.ndarray
    working: np.ndarray

    @property
    def beside(self) -> np.ndarray:
        """The share of usual over that of the rest: what the whole log shares, a season or growth, is taken out."""
        return self.share if np.isnan(self.rest).all() else _ratio(self.share, self.rest)

    @property
    def spread(self) -> float:
        """How far a working day's `beside` strays from its median by chance.

        1.4826 times the median absolute deviation, which a holiday or a fault does not widen, and at least the
        spread of a count (Poisson), 1 / sqrt(usual).
        """
        shares = self.beside[self.working & np.isfinite(self.beside)]
        if not len(shares):
            return np.inf
        strays = 1.4826 * np.median(np.abs(shares - np.median(shares)))
        return float(max(strays, np.median(self.usual[self.working]) ** -0.5))


def recent_days(volumes: pd.DataFrame, as_of: pd.Timestamp, calendar: Calendar) -> list[Days]:
    """The last 364 days before `as_of` (naive UTC): everywhere first, then each module, then each region.

    `volumes` are those of features.volumes. Usual = the median of the same weekday over the 8 weeks before, each as it
    was known when it was as old as the day is now: a day whose late events have not come yet is compared with days as
    incomplete. At least 4 of the weeks must lie within the log. A log of one module has no scope for it.
    """
    if volumes.empty:
        return []
    today, first = local_day(calendar, as_of), volumes["day"].min()
    weeks_back = _weeks_known(volumes["known_at"], today, calendar)
    day, events = (today - volumes["day"]).dt.days.to_numpy(), volumes["events"].to_numpy()
    every = _tables(np.zeros(len(day), np.int64), 1, day, weeks_back, events)[:, 0]
    found = [_days("", "", every, every, today, first)]
    for column in ("module", "region"):
        code, names = pd.factorize(volumes[column], sort=True)
        tables = _tables(code, len(names), day, weeks_back, events)
        for i, name in enumerate(names if len(names) > 1 else ()):
            module, region = (name, "") if column == "module" else ("", name)
            found.append(_days(module, region, tables[:, i], every, today, first))
    return found


def local_day(calendar: Calendar, instant: pd.Timestamp) -> pd.Timestamp:
    """The local day that holds a naive UTC instant."""
    return local(calendar, instant).tz_localize(None).normalize()


def _weeks_known(known_at: pd.Series, today: pd.Timestamp, calendar: Calendar) -> np.ndarray:
    """For how many whole weeks each row has been known; negative: it is not yet."""
    instants = known_at.unique()
    weeks = {at: (today - local_day(calendar, at)).days // 7 for at in instants}
    return known_at.map(weeks).to_numpy()


def _tables(code: np.ndarray, codes: int, day: np.ndarray, weeks_known: np.ndarray, events: np.ndarray) -> np.ndarray:
    """Events by week back (0 to 8), code and day of the 364 before that week's date, as known on it.

    day: how many days before today; code: which module or region, -1 for none.
    """
    tables = np.zeros((WEEKS + 1, codes * REACH))
    for back in range(WEEKS + 1):
        place = REACH - (day - 7 * back)
        kept = (code >= 0) & (weeks_known >= back) & (place >= 0) & (place < REACH)
        tables[back] = np.bincount(code[kept] * REACH + place[kept], events[kept], codes * REACH)
    return tables.reshape(WEEKS + 1, codes, REACH)


def _days(
    module: str, region: str, own: np.ndarray, every: np.ndarray, today: pd.Timestamp, first: pd.Timestamp
) -> Days:
    """From tables of the days themselves (row 0) and of those 1 to 8 weeks before: of the scope, and of all."""
    day = pd.date_range(end=today - pd.Timedelta(days=1), periods=REACH, unit="us")
    weeks = np.clip((day - first).days // 7, 0, WEEKS)  # so many of the weeks before lie within the log
    usual, others = _usual(own[1:], weeks), every - own
    rest = _ratio(others[0], _usual(others[1:], weeks))
    return Days(module, region, day, own[0], usual, _ratio(own[0], usual), rest, _working(day, usual))


def _usual(earlier: np.ndarray, weeks: np.ndarray) -> np.ndarray:
    usual = np.full(REACH, np.nan)
    for known in range(FEWEST_WEEKS, WEEKS + 1):
        usual[weeks == known] = np.median(earlier[:known, weeks == known], axis=0)
    return usual


def _working(day: pd.DatetimeIndex, usual: np.ndarray) -> np.ndarray:
    judged = usual > 0
    weekday = pd.Series(np.where(judged, usual, np.nan)).groupby(day.day_of_week).transform("mean")
    return judged & (weekday >= WORKING * weekday.max()).to_numpy()


def _ratio(events: np.ndarray, usual: np.ndarray) -> np.ndarray:
    return np.divide(events, usual, out=np.full(REACH, np.nan), where=usual > 0)
