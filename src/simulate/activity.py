"""How much every user does in every week: the hidden state turned into rates."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.simulate.company import MODULES
from leadline.simulate.interventions import lift
from leadline.simulate.seasons import usage_noise, weekly_factor
from leadline.simulate.settings import week_of
from leadline.simulate.stories import NAMES, STORY, by_state
from leadline.simulate.world import World

_UNUSED = 0.02  # of its taste for a module that nobody there has yet adopted


@dataclass(frozen=True)
class Activity:
    """Multipliers by account and week (float32), and which module a story concerns."""

    volume: np.ndarray
    drop: np.ndarray
    core: np.ndarray
    export: np.ndarray
    mix: np.ndarray  # accounts x weeks x modules: a normal account-week sums to 1


def act(world: World) -> Activity:
    """Turn the states of all accounts into multipliers of usage."""
    weeks = world.settings.weeks
    state = world.seen.state[:, :weeks]
    return Activity(
        volume=(_returning(_trait("volume", 1.0, state)) * _circumstances(world)).astype(np.float32),
        drop=_trait("drop", 0.0, state),
        core=_returning(np.maximum(0, _trait("core", 1.0, state))),
        export=_trait("export", 0.0, state),
        mix=_mix(world, state),
    )


def _circumstances(world: World) -> np.ndarray:
    settings = world.settings
    ramp = _ramp(world.terms.first_week, settings.weeks)
    return np.exp(usage_noise(settings)) * world.seasons.market[: settings.weeks] * lift(settings, world.listed) * ramp


def _trait(name: str, at_rest: float, state: np.ndarray) -> np.ndarray:
    return by_state(name, at_rest).astype(np.float32)[state]


def _returning(level: np.ndarray) -> np.ndarray:
    """Falls at once, comes back by halves: habits return more slowly than they go."""
    for week in range(1, level.shape[1]):
        level[:, week] = np.minimum(level[:, week], (level[:, week] + level[:, week - 1]) / 2 + 0.05)
    return level


def _ramp(first_week: np.ndarray, weeks: int) -> np.ndarray:
    age = np.arange(weeks) - first_week[:, None]
    return np.clip(0.4 + 0.1 * age, 0, 1)


def _mix(world: World, state: np.ndarray) -> np.ndarray:
    settings, company = world.settings, world.company
    mix = np.repeat(company.mix[:, None, :], settings.weeks, axis=1).astype(np.float32)
    mix[np.arange(len(company)), :, company.dormant] *= _adopted(state)
    left_over = np.maximum(0, _trait("module", 1.0, state))
    faults = world.seasons.of_kind("fault")
    for module in range(len(MODULES)):
        concerned = _inside(world.spells[world.spells["module"] == module], state.shape)
        mix[:, :, module] *= np.where(concerned, left_over, 1)
        mix[:, :, module] *= weekly_factor(settings, faults, module)[: settings.weeks]
    return mix


def _inside(spells: pd.DataFrame, shape: tuple[int, ...]) -> np.ndarray:
    """Whether each account and week lies within one of the spells."""
    edges = np.zeros((shape[0], shape[1] + 1), dtype=np.int8)
    np.add.at(edges, (spells["account"], spells["start"].clip(upper=shape[1])), 1)
    np.add.at(edges, (spells["account"], spells["stop"].clip(upper=shape[1])), -1)
    return np.asarray(edges.cumsum(axis=1)[:, :-1] > 0)


def _adopted(state: np.ndarray) -> np.ndarray:
    adopting = np.where(STORY[state] == NAMES.index("new_team"), by_state("people", 0.0)[state] / 0.45, 0.0)
    return np.maximum(_UNUSED, 1.5 * np.maximum.accumulate(adopting, axis=1)).astype(np.float32)


def rates(world: World, activity: Activity, users: slice) -> np.ndarray:
    """Events expected of each of a slice of users in each week: users x weeks."""
    settings, people = world.settings, world.people
    account, weeks = people.account[users], np.arange(settings.weeks)
    week_share = world.seasons.days.sum(axis=2)[world.company.region[account], : settings.weeks]
    first = week_of(people.created[users], settings)
    last = np.minimum(week_of(people.silent_from[users], settings), world.fates.left_week[account])
    there = (weeks >= first[:, None]) & (weeks <= last[:, None])
    keeps_on = people.resolve[users][:, None] >= activity.drop[account]
    per_user = settings.events_per_user_week * people.weight[users].astype(np.float32)
    level = activity.volume[account] * activity.mix.sum(axis=2)[account]
    return np.asarray(per_user[:, None] * level * week_share * (there & keeps_on))
