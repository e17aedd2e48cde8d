"""The breaker: what was abnormal in the log of late, before a fall is laid at an account's door."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.decisions.spell import Kind, Sign, Spell
from leadline.decisions.usual import Days, recent_days
from leadline.decisions.wording import Language, joined, say
from leadline.experiment import Calendar
from leadline.features.calendar import public_holidays

LOW = 0.6  # of usual: less, and a day is low
SMALL = 0.25  # of usual: less, and for a day or a few the feed is the likelier to have broken
NOTHING = 0.03  # of usual: less is silence
WHOLE_WEEK = 5  # working days
SEVERAL = 4  # working days in which everything is low together, as a feed seldom is
LONGEST = pd.Timedelta(weeks=2)  # of a season that neither calendar nor last year knows
NOISE = 4.0
CALM_WEEKS = 8
FAR = 5.0  # spreads above the median
FEWEST_WEEKS = 4
YEAR = pd.Timedelta(weeks=52)
ABOUT = pd.Timedelta(days=4)  # holidays move within the week
AHEAD = pd.Timedelta(weeks=2)


@dataclass(frozen=True)
class Flood:
    """Far more accounts crossed their thresholds than ever: how many, the most to expect, and the spells behind it."""

    crossings: int
    limit: int
    spells: tuple[Spell, ...]

    def sentence(self, language: Language) -> str:
        """What broke, as far as it is known."""
        why = joined([spell.sentence(language) for spell in self.spells], language)
        reason = why or say("flood_unknown", language)
        return say("flood", language, crossings=self.crossings, limit=self.limit, reason=reason)


def most_expected(usual: Sequence[int]) -> int | None:
    """The most crossings that chance explains; None with fewer than 4 calm weeks, of which the last 8 count.

    The median plus 5 spreads, the spread being 1.4826 times the median absolute deviation and at least that of a count
    (Poisson); and no less than the largest of those weeks.
    """
    calm = np.asarray(usual[-CALM_WEEKS:], dtype=float)
    if len(calm) < FEWEST_WEEKS:
        return None
    median = float(np.median(calm))
    spread = max(1.4826 * float(np.median(np.abs(calm - median))), max(median, 1.0) ** 0.5)
    return int(max(median + FAR * spread, calm.max()))


def tripped(crossings: int, usual: Sequence[int], touching: Sequence[Spell] = ()) -> Flood | None:
    """The flood where this week's crossings are more than chance explains, else None.

    `usual`: crossings of the calm weeks before, oldest first (see `most_expected`); `touching`: the spells within the
    window that the crossings look at.
    """
    limit = most_expected(usual)
    return None if limit is None or crossings <= limit else Flood(crossings, limit, tuple(touching))


@dataclass(frozen=True)
class _Run:
    """Low working days of one scope in a row."""

    days: Days
    at: np.ndarray

    @property
    def first(self) -> pd.Timestamp:
        return self.days.day[self.at[0]]

    @property
    def last(self) -> pd.Timestamp:
        return self.days.day[self.at[-1]]

    @property
    def level(self) -> float:
        return float(self.days.events[self.at].sum() / self.days.usual[self.at].sum())

    @property
    def goes_on(self) -> bool:
        """Whether it reaches the last working day known."""
        return bool(self.at[-1] == np.flatnonzero(self.days.working)[-1])

    def as_a_year_before(self, earlier: "_Run") -> bool:
        same = (self.days.module, self.days.region) == (earlier.days.module, earlier.days.region)
        return same and earlier.first + YEAR <= self.last + ABOUT and earlier.last + YEAR >= self.first - ABOUT


def spells(volumes: pd.DataFrame, as_of: pd.Timestamp, calendar: Calendar) -> tuple[Spell, ...]:
    """What was far below usual in the 364 days before `as_of`, as it was known then; by first day, then scope.

    `volumes` are those of features.volumes. A working day is low at 60% of usual or less: everywhere, where no single
    module or region makes it so; else in a module or region, against the rest too. Low days in a row are a spell if
    they stray from usual by more than 4 times what chance does. Its kind:

    - silent (3% of usual or less) up to the as-of date: data;
    - everything, or one region: calendar over a public holiday (calendar.holidays), where the same days were low a
      year before, or for 4 working days or more but less than two weeks; else data;
    - a module: product at more than a quarter of usual for 2 days or more, or for a whole working week; else data.

    A module that gives nothing because it is down and one whose feed is down look alike: both are called data.
    """
    runs = _runs(recent_days(volumes, as_of, calendar))
    last_year = _runs(recent_days(volumes, as_of - YEAR + AHEAD, calendar)) if runs else []
    found = [_spell(run, last_year, calendar) for run in runs]
    return tuple(sorted(filter(None, found), key=lambda spell: (spell.first_day, spell.module, spell.region)))


def _runs(scopes: list[Days]) -> list[_Run]:
    everywhere = _low_everywhere(scopes)
    return [run for days in scopes for run in _runs_of(days, everywhere)]


def _low_everywhere(scopes: list[Days]) -> np.ndarray:
    """Days on which all is low, and stays so without any one module or region."""
    if not scopes:
        return np.array([], dtype=bool)
    whole, parts = scopes[0], scopes[1:]
    low = whole.working & (whole.share <= LOW)
    return np.logical_and.reduce([low, *(~(part.rest > LOW) for part in parts)])


def _runs_of(days: Days, everywhere: np.ndarray) -> Iterator[_Run]:
    """Runs of low days that stray further than chance does.

    Days off, and in a module or region those on which all is low, neither begin nor break one.
    """
    whole = not days.module and not days.region
    judged = np.flatnonzero(days.working if whole else days.working & ~everywhere)
    low = everywhere if whole else (days.share <= LOW) & (days.beside <= LOW)
    edges = np.flatnonzero(np.diff(low[judged])) + 1
    for part in np.split(judged, edges)[1:]:  # of the first nobody knows when it began
        if low[part[0]] and np.mean(1 - days.beside[part]) > NOISE * days.spread / len(part) ** 0.5:
            yield _Run(days, part)


def _spell(run: _Run, last_year: list[_Run], calendar: Calendar) -> Spell | None:
    holiday = "" if run.days.module else public_holidays(calendar, run.first, run.last)
    told = _told(run, holiday, any(map(run.as_a_year_before, last_year)))
    if told is None:
        return None
    scope, level = (run.days.module, run.days.region), run.level
    return Spell(*told, run.first, run.last, level, *scope, holiday, calendar.timezone)


def _told(run: _Run, holiday: str, a_year_before: bool) -> tuple[Kind, Sign] | None:
    """The kind of a run, and its sign; None for a single day of a module that is not even small."""
    if run.level <= NOTHING and run.goes_on:
        return "data", "silent"
    if run.days.module:
        if len(run.at) >= WHOLE_WEEK or (run.level > SMALL and len(run.at) > 1):
            return ("data", "missing") if run.level <= NOTHING else ("product", "module_low")
        return ("data", "missing") if run.level <= SMALL else None
    if holiday:
        return "calendar", "holiday"
    if a_year_before:
        return "calendar", "last_year"
    together = len(run.at) >= SEVERAL and run.last - run.first < LONGEST
    return ("calendar", "together") if together else ("data", "missing")
