"""What hits everybody: weekdays, holidays, the market, feed outages, and faults of one module."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.simulate.company import MODULES, REGIONS, Company
from leadline.simulate.settings import DAY, SimulationSettings, week_of

_WEEKDAY = np.array([0.2, 0.22, 0.22, 0.2, 0.13, 0.02, 0.01])  # Monday first
_FAULT_WEEKS = 3
_NOISE, _KEEP = 0.22, 0.6  # of usage: its lasting spread, and the share kept from week to week
_EVERYWHERE = -1


@dataclass(frozen=True)
class Spell:
    """Some days in which usage, or its record, was only `factor` of what it would have been."""

    kind: str  # holiday, outage, fault
    first_day: np.datetime64
    last_day: np.datetime64
    factor: float
    region: int = _EVERYWHERE
    module: int = _EVERYWHERE


@dataclass(frozen=True)
class Seasons:
    """The calendar of the company: spells, usage by region and day, the market's level by week."""

    spells: tuple[Spell, ...]
    days: np.ndarray  # regions x weeks x 7: share of a normal week's usage
    market: np.ndarray  # weeks

    def of_kind(self, kind: str) -> tuple[Spell, ...]:
        """The spells of one kind."""
        return tuple(spell for spell in self.spells if spell.kind == kind)

    def table(self) -> pd.DataFrame:
        """One row a spell; region and module are missing where all are hit."""
        return pd.DataFrame(
            {
                "kind": [s.kind for s in self.spells],
                "region": [None if s.region < 0 else REGIONS[s.region] for s in self.spells],
                "module": [None if s.module < 0 else MODULES[s.module] for s in self.spells],
                "first_day": np.array([s.first_day for s in self.spells], dtype="datetime64[us]"),
                "last_day": np.array([s.last_day for s in self.spells], dtype="datetime64[us]"),
                "factor": [s.factor for s in self.spells],
            }
        )


def foresee(settings: SimulationSettings) -> Seasons:
    """Draw the calendar of the weeks lived."""
    rng = settings.rng("seasons")
    spells = (*_holidays(settings), *_outages(rng, settings), *_faults(rng, settings))
    return Seasons(spells, _days(settings, spells), _market(rng, settings.lived_weeks))


def _holidays(settings: SimulationSettings) -> list[Spell]:
    last = settings.mondays[-1] + 6 * DAY
    years = range(settings.start.year - 1, int(str(last)[:4]) + 1)
    found = [_holiday(f"{y}-12-24", f"{y + 1}-01-01", 0.2, _EVERYWHERE) for y in years]
    found += [_holiday(f"{y}-10-01", f"{y}-10-07", 0.12, REGIONS.index("APAC")) for y in years]
    return [spell for spell in found if spell.last_day >= settings.first_day and spell.first_day <= last]


def _holiday(first: str, last: str, factor: float, region: int) -> Spell:
    return Spell("holiday", np.datetime64(first), np.datetime64(last), factor, region)


def _outages(rng: np.random.Generator, settings: SimulationSettings) -> list[Spell]:
    count = max(1, settings.weeks // 35)
    weeks = np.sort(rng.choice(settings.weeks - 4, count, replace=False) + 2)
    modules = np.where(np.arange(count) % 2 == 1, _EVERYWHERE, rng.integers(0, 5, count))
    starts = settings.first_day + (7 * weeks + rng.integers(0, 3, count)) * DAY
    return [
        Spell("outage", start, start + 2 * DAY, 0.1, module=int(module))
        for start, module in zip(starts, modules, strict=True)
    ]


def _faults(rng: np.random.Generator, settings: SimulationSettings) -> list[Spell]:
    count = max(1, settings.weeks // 52)
    weeks = ((np.arange(count) + rng.uniform(0.35, 0.6, count)) * settings.weeks / count).astype(int)
    starts, modules = settings.first_day + 7 * weeks * DAY, rng.permutation(5)
    return [
        Spell("fault", start, start + (7 * _FAULT_WEEKS - 1) * DAY, 0.35, module=int(modules[i % 5]))
        for i, start in enumerate(starts)
    ]


def _days(settings: SimulationSettings, spells: tuple[Spell, ...]) -> np.ndarray:
    share = np.tile(_WEEKDAY, (len(REGIONS), settings.lived_weeks))
    day = settings.first_day + np.arange(share.shape[1]) * DAY
    for spell in spells:
        if spell.kind == "holiday":
            regions = slice(None) if spell.region < 0 else slice(spell.region, spell.region + 1)
            share[regions, (day >= spell.first_day) & (day <= spell.last_day)] *= spell.factor
    return share.reshape(len(REGIONS), settings.lived_weeks, 7)


def _market(rng: np.random.Generator, weeks: int) -> np.ndarray:
    level = smoothed_noise(rng, 1, weeks, spread=0.06, keep=0.85)[0]
    return np.exp(level)


def smoothed_noise(rng: np.random.Generator, rows: int, weeks: int, spread: float, keep: float) -> np.ndarray:
    """Rows of first-order autoregressive noise with the given lasting spread: rows x weeks."""
    steps = rng.normal(0, spread * np.sqrt(1 - keep**2), (rows, weeks)).astype(np.float32)
    steps[:, 0] /= np.sqrt(1 - keep**2)
    for week in range(1, weeks):
        steps[:, week] += keep * steps[:, week - 1]
    return steps


def usage_noise(settings: SimulationSettings) -> np.ndarray:
    """The log of a multiplier by which each account's usage wavers for no reason: accounts x weeks."""
    return smoothed_noise(settings.rng("activity"), settings.accounts, settings.weeks, _NOISE, _KEEP)


def shocks(settings: SimulationSettings, seasons: Seasons, company: Company) -> dict[int, np.ndarray]:
    """Accounts that take a fault badly, by the week it struck: the likelier, the more they used it."""
    rng, struck = settings.rng("shocks"), {}
    for spell in seasons.of_kind("fault"):
        week = int(week_of(np.array(spell.first_day), settings))
        struck[week] = rng.random(len(company)) < 0.6 * company.mix[:, spell.module]
    return struck


def weekly_factor(settings: SimulationSettings, spells: tuple[Spell, ...], module: int) -> np.ndarray:
    """A module's usage in each week lived, as a share of normal, under whole-week spells."""
    factor = np.ones(settings.lived_weeks, dtype=np.float32)
    for spell in spells:
        if spell.module == module:
            hit = (settings.mondays >= spell.first_day) & (settings.mondays <= spell.last_day)
            factor[hit] = spell.factor
    return factor
