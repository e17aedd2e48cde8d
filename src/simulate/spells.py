"""Episodes of a story: when it began and ended, and which module it concerned."""

import numpy as np
import pandas as pd

from leadline.simulate.company import Company
from leadline.simulate.contracts import Fates
from leadline.simulate.seasons import Seasons
from leadline.simulate.settings import SimulationSettings, week_of
from leadline.simulate.stories import NAMES, STORY, Path


def told(settings: SimulationSettings, company: Company, fates: Fates, path: Path, seasons: Seasons) -> pd.DataFrame:
    """The episodes that happened while the account was covered, with the module each concerns (-1: none)."""
    spells = episodes(path.state)
    account = spells["account"].to_numpy()
    spells = spells[(spells["start"] <= fates.left_week[account]) & (spells["start"] < settings.weeks)]
    return spells.assign(module=_concerned(settings, company, spells, seasons)).reset_index(drop=True)


def _concerned(settings: SimulationSettings, company: Company, spells: pd.DataFrame, seasons: Seasons) -> np.ndarray:
    account, story = spells["account"].to_numpy(), spells["story"].to_numpy()
    faults = seasons.of_kind("fault")
    starts = week_of(np.array([spell.first_day for spell in faults]), settings)
    latest = np.maximum(0, np.searchsorted(starts, spells["start"].to_numpy(), side="right") - 1)
    module = np.full(len(spells), -1)
    for name, of in (("module_abandoned", company.favourite), ("new_team", company.dormant)):
        module = np.where(story == NAMES.index(name), of[account], module)
    hit = np.array([spell.module for spell in faults])[latest]
    return np.where(story == NAMES.index("product_fault"), hit, module)


def episodes(state: np.ndarray) -> pd.DataFrame:
    """Spells of one story: account (position), story, start and stop (weeks; stop is exclusive)."""
    story = np.pad(STORY[state], ((0, 0), (1, 1)))
    changes = np.diff(story, axis=1) != 0
    account, start = np.nonzero(changes & (story[:, 1:] > 0))
    _, stop = np.nonzero(changes & (story[:, :-1] > 0))
    return pd.DataFrame({"account": account, "story": STORY[state[account, start]], "start": start, "stop": stop})
