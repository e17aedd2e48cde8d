"""The world before anything is written down: who there is, what happens to them, and why."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.simulate.company import LONG, Company, found
from leadline.simulate.contracts import Fates, Terms, schedule
from leadline.simulate.fates import live
from leadline.simulate.people import People, settle
from leadline.simulate.seasons import Seasons, foresee, shocks
from leadline.simulate.settings import SimulationSettings
from leadline.simulate.spells import told
from leadline.simulate.stories import Path, walk


@dataclass(frozen=True)
class World:
    """All that is true: `path` decides outcomes, `seen` behaviour; they differ only in a null world."""

    settings: SimulationSettings
    company: Company
    seasons: Seasons
    terms: Terms
    path: Path
    seen: Path
    fates: Fates
    listed: pd.DataFrame
    spells: pd.DataFrame
    people: People

    @property
    def account_id(self) -> np.ndarray:
        """Identifiers of the accounts, in their order."""
        return self.company.accounts["account_id"].to_numpy(dtype=object)

    @property
    def covered_until(self) -> np.ndarray:
        """The first day of each account without cover; the end where it outlives the simulation."""
        until = self.fates.covered_until
        return np.minimum(np.where(np.isnat(until), self.settings.end, until), self.settings.end)


def make(settings: SimulationSettings) -> World:
    """Draw a world; every part has random numbers of its own."""
    company, seasons = found(settings), foresee(settings)
    terms = schedule(settings, company)
    path, seen = _paths(settings, company, seasons, terms)
    fates, listed = live(settings, company, terms, path, seen)
    spells = told(settings, company, fates, seen, seasons)
    people = settle(settings, company, fates, spells)
    return World(settings, company, seasons, terms, path, seen, fates, listed, spells, people)


def _paths(settings: SimulationSettings, company: Company, seasons: Seasons, terms: Terms) -> tuple[Path, Path]:
    struck, tied = shocks(settings, seasons, company), company.kind_of_term == LONG
    if not settings.null:
        path = walk(settings, "path", terms.first_week, terms.distance, tied, struck)
        return path, path
    path = walk(settings, "path", terms.first_week, terms.distance, tied, {})
    untied = np.zeros_like(tied)  # behaviour must not know when terms end
    return path, walk(settings, "unrelated", terms.first_week, terms.distance, untied, struck)
