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
    today = local_day(calendar, as_of)
    known = volumes["known_at"].map({at: local_day(calendar, at) for at in volumes["known_at"].unique()})
    codes = [pd.Categorical(volumes[name]) for name in ("module", "region")]
    cubes = [
        _cube(volumes, codes, known <= today - pd.Timedelta(weeks=back), today - pd.Timedelta(weeks=back))
        for back in range(WEEKS + 1)
    ]
    day = pd.date_range(end=today - pd.Timedelta(days=1), periods=REACH, unit="us")
    everywhere = _days("", "", day, [cube.sum(axis=(0, 1)) for cube in cubes], cubes, volumes["day"].min())
    found = [everywhere]
    for axis, names in enumerate(codes):
        by_name = [cube.sum(axis=1 - axis) for cube in cubes]
        for i, name in enumerate(names.categories if len(names.categories) > 1 else ()):
            scope = (name, "") if axis == 0 else ("", name)
            found.append(_days(*scope, day, [table[i] for table in by_name], cubes, volumes["day"].min()))
    return found


def local_day(calendar: Calendar, instant: pd.Timestamp) -> pd.Timestamp:
    """The local day that holds a naive UTC instant."""
    return local(calendar, instant).tz_localize(None).normalize()


def _cube(volumes: pd.DataFrame, codes: list[pd.Categorical], known: pd.Series, until: pd.Timestamp) -> np.ndarray:
    """Events known by a date of the 364 days before it: modules x regions x days; the last of each is for none."""
    place = REACH - (until - volumes["day"]).dt.days.to_numpy()
    kept = known.to_numpy() & (place >= 0) & (place < REACH)
    shape = (*(len(names.categories) + 1 for names in codes), REACH)
    cell = np.ravel_multi_index((*(names.codes[kept] % (len(names.categories) + 1) for names in codes), place[kept]), shape)
    return np.bincount(cell, volumes["events"].to_numpy()[kept], minlength=int(np.prod(shape))).reshape(shape)


def _days(
    module: str, region: str, day: pd.DatetimeIndex, tables: list[np.ndarray], cubes: list[np.ndarray], first: pd.Timestamp
) -> Days:
    usual, every = _usual(tables[1:], day, first), [cube.sum(axis=(0, 1)) for cube in cubes]
    others = [whole - own for whole, own in zip(every, tables, strict=True)]
    share = _ratio(tables[0], usual)
    return Days(
        module, region, day, tables[0], usual, share, _ratio(others[0], _usual(others[1:], day, first)), _working(day, usual)
    )


def _usual(earlier: list[np.ndarray], day: pd.DatetimeIndex, first: pd.Timestamp) -> np.ndarray:
    weeks = np.clip((day - first).days // 7, 0, WEEKS)  # so many of the weeks before lie within the log
    table, usual = np.array(earlier), np.full(REACH, np.nan)
    for known in range(FEWEST_WEEKS, WEEKS + 1):
        usual[weeks == known] = np.median(table[:known, weeks == known], axis=0)
    return usual


def _working(day: pd.DatetimeIndex, usual: np.ndarray) -> np.ndarray:
    judged = usual > 0
    weekday = pd.Series(np.where(judged, usual, np.nan)).groupby(day.day_of_week).transform("mean")
    return judged & (weekday >= WORKING * weekday.max()).to_numpy()


def _ratio(events: np.ndarray, usual: np.ndarray) -> np.ndarray:
    return np.divide(events, usual, out=np.full(REACH, np.nan), where=usual > 0)
