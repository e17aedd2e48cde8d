"""Week by week: who is called on, who announces leaving, who leaves."""

import numpy as np
import pandas as pd

from leadline.simulate.company import Company
from leadline.simulate.contracts import NEVER, Fates, Terms, leave_chance, share_decided
from leadline.simulate.interventions import (
    LOOK_WEEKS,
    NO_ARM,
    PROTECTED_WEEKS,
    at_risk,
    by_need,
    draw,
    first_list,
    usage_seen,
)
from leadline.simulate.settings import SimulationSettings
from leadline.simulate.stories import Path

_SETTLING_WEEKS = 5  # in which a new account is not called on


def luck_of(settings: SimulationSettings) -> np.ndarray:
    """One uniform number for each account and week lived: it decides alike whether a play was made or not."""
    return settings.rng("luck").random((settings.accounts, settings.lived_weeks))


def live(
    settings: SimulationSettings, company: Company, terms: Terms, path: Path, behaviour: Path
) -> tuple[Fates, pd.DataFrame]:
    """Let every week happen; path decides who leaves, behaviour whom the team sees falling."""
    rng, luck, n = settings.rng("interventions"), luck_of(settings), len(company)
    rows, usage = np.arange(n), usage_seen(settings, behaviour.state)
    announced, left = np.full(n, NEVER), np.full(n, NEVER)
    listed, shift, arms = np.full(n, -PROTECTED_WEEKS), np.zeros(n), np.full(n, NO_ARM)
    lists = [draw(rng, settings, rows[:0], 0, behaviour.state, path.state, arms)]  # nobody: keeps the columns
    for week in range(settings.lived_weeks):
        alive = (terms.first_week <= week) & (left == NEVER)
        if first_list(settings) <= week < settings.weeks:
            in_peace = (week - listed < PROTECTED_WEEKS) | (week - terms.first_week < _SETTLING_WEEKS)
            free = alive & (announced == NEVER) & ~in_peace
            if settings.contacted_by_need:
                called = by_need(rng, usage[:, week - LOOK_WEEKS : week], terms.distance[:, week], free)
            else:
                called = at_risk(rng, behaviour.state[:, week - 1], terms.distance[:, week], free, alive.sum())
            lists.append(draw(rng, settings, called, week, behaviour.state, path.state, arms))
            listed[called], arms[called] = week, lists[-1]["treated"]
            shift[called] = lists[-1]["shift"] * lists[-1]["treated"]
        acting = np.where(week - listed < PROTECTED_WEEKS, shift, 0.0)
        distance = terms.distance[:, week]
        chance = leave_chance(company, rows, path.state[:, week], acting)
        wants = alive & (luck[:, week] < chance * share_decided(distance, company.notice_weeks))
        announced[wants & (distance > 0)] = week
        left[(distance == 0) & (wants | (alive & (announced < NEVER)))] = week
    return _fates(settings, terms, announced, left), pd.concat(lists, ignore_index=True)


def _fates(settings: SimulationSettings, terms: Terms, announced: np.ndarray, left: np.ndarray) -> Fates:
    last = settings.lived_weeks - 1
    said = np.where(left < NEVER, left, announced)
    term = terms.current[np.arange(len(left)), np.minimum(said, last)]
    until = np.where(said < NEVER, terms.ends[np.arange(len(left)), term], np.datetime64("NaT"))
    return Fates(announced, left, until)
