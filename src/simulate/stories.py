"""Why accounts leave or grow: a hidden state that moves from week to week, and what each state does."""

from dataclasses import dataclass

import numpy as np

from leadline.simulate.settings import SimulationSettings

LEVELS = 8  # a fade deepens from 1 to 8, a level in about ten days
_DEEPEN = 0.72


@dataclass(frozen=True)
class Story:
    """What one reason does at its deepest; a multiplier of 1, and a drop of 0, do nothing."""

    name: str
    share: float = 0.0  # of the fades that begin
    growth: float = 0.0  # of the growths that begin
    recover: float = 0.02  # chance a week
    leave: float = 0.0  # added log-odds of leaving at a term end
    upgrade: float = 0.001  # chance a week of buying more seats
    volume: float = 1.0  # everybody's usage
    drop: float = 0.0  # share of users who stop
    core: float = 1.0  # core actions that are still done; below 0: none from halfway on
    module: float = 1.0  # usage of the module concerned
    export: float = 0.0  # views that become exports
    people: float = 0.0  # new users, as a share of those there
    tickets: float = 1.0
    cause: str = "unknown"


STEADY = Story("steady")
STORIES = (
    STEADY,
    Story("champion_left", share=0.22, leave=4.0, volume=0.75, drop=0.7, core=0.6, tickets=1.3, cause="business"),
    Story("module_abandoned", share=0.2, leave=3.6, module=-0.6, tickets=1.5, cause="product"),
    Story("slow_fade", share=0.26, leave=4.0, volume=0.45, drop=0.85, core=0.5, cause="business"),
    Story("competitor", share=0.12, leave=4.2, volume=0.5, drop=0.4, export=0.3),
    Story("price", share=0.2, leave=4.0, tickets=1.2),
    Story("no_first_value", leave=3.6, volume=0.15, drop=0.5, core=-1, recover=0.03, cause="business"),
    Story("product_fault", leave=3.8, volume=0.6, drop=0.4, module=-0.2, tickets=4.0, cause="product"),
    Story("seats_full", growth=0.6, leave=-1.0, upgrade=0.3, volume=1.1, people=0.35, recover=0.015),
    Story("new_team", growth=0.4, leave=-1.0, upgrade=0.25, people=0.45, recover=0.015),
)
NAMES = tuple(story.name for story in STORIES)
STATES = 1 + (len(STORIES) - 1) * LEVELS
STORY = np.concatenate([[0], np.repeat(np.arange(1, len(STORIES)), LEVELS)])  # of each state
DEPTH = np.concatenate([[0.0], np.tile(np.arange(1, LEVELS + 1) / LEVELS, len(STORIES) - 1)])
GROWING = np.array([story.growth > 0 for story in STORIES])[STORY]
DECLINE = np.where(GROWING, 0.0, DEPTH)


def by_state(trait: str, at_rest: float) -> np.ndarray:
    """A trait of the stories for each state: from its value at rest to the story's own at the deepest."""
    deepest = np.array([getattr(story, trait) for story in STORIES], dtype=float)[STORY]
    return at_rest + (deepest - at_rest) * DEPTH


LEAVE = by_state("leave", 0.0)
_PEAK = np.array([story.upgrade for story in STORIES])[STORY]
UPGRADE = STEADY.upgrade + (_PEAK - STEADY.upgrade) * DEPTH**3  # few buy before they must
_RECOVER = np.array([story.recover for story in STORIES])[STORY]
_MOVE = np.where(DEPTH == 1, 0, (1 - _RECOVER) * _DEEPEN)  # chance a week of one level deeper
_FIRST = 1 + LEVELS * np.arange(len(STORIES) - 1)  # first state of each story but steady
_SHARE = np.array([story.share for story in STORIES[1:]])
_GROWTH = np.array([story.growth for story in STORIES[1:]])


def onset(distance: np.ndarray, tied: np.ndarray) -> np.ndarray:
    """Chance that a fade begins this week, by weeks to the term end; in long terms (tied) most do near it."""
    near = 0.003 + 0.017 * np.exp(-(((distance - 13) / 5.5) ** 2))
    return np.where(tied, near, 0.009)


def beginnings(distance: np.ndarray, tied: np.ndarray) -> np.ndarray:
    """Chance that each story begins this week for a steady account: rows x stories (without steady)."""
    return onset(distance, tied)[:, None] * _SHARE + 0.006 * _GROWTH


def look_ahead(value: np.ndarray, distance: np.ndarray, tied: np.ndarray) -> np.ndarray:
    """Expected value of next week for each state now, given the value of each state then; rows x states."""
    begin = beginnings(distance, tied)
    now = _RECOVER * value[:, :1] + (1 - _RECOVER - _MOVE) * value
    now[:, :-1] += _MOVE[:-1] * value[:, 1:]
    now[:, 0] = (1 - begin.sum(axis=1)) * value[:, 0] + (begin * value[:, _FIRST]).sum(axis=1)
    return now


def _next_state(state: np.ndarray, distance: np.ndarray, tied: np.ndarray, luck: np.ndarray) -> np.ndarray:
    edges = beginnings(distance, tied).cumsum(axis=1)
    begun = (luck[:, None] >= edges).sum(axis=1)
    started = np.where(begun < len(_FIRST), _FIRST[np.minimum(begun, len(_FIRST) - 1)], 0)
    recover = _RECOVER[state]
    moved = np.where(luck < recover, 0, state + (luck < recover + _MOVE[state]))
    return np.where(state == 0, started, moved)


@dataclass(frozen=True)
class Path:
    """Hidden states: accounts x weeks lived, and the weeks in which an account bought more."""

    state: np.ndarray
    upgraded: np.ndarray


def walk(
    settings: SimulationSettings,
    stream: str,
    first_week: np.ndarray,
    distance: np.ndarray,
    tied: np.ndarray,
    shocks: dict[int, np.ndarray],
) -> Path:
    """Let every account live all weeks as if it never left; shocks push accounts into product_fault."""
    rng, n = settings.rng(stream), len(first_week)
    states = np.zeros((n, settings.lived_weeks), dtype=np.int16)
    upgraded = np.zeros(states.shape, dtype=bool)
    state = _initial(rng, n, fresh=first_week >= 0)
    for week in range(settings.lived_weeks):
        here = first_week <= week
        hit = here & (state == 0) & shocks.get(week, np.zeros(n, dtype=bool))
        state = np.where(hit, _state("product_fault", 1), state)
        states[:, week] = np.where(here, state, 0)
        upgraded[:, week] = here & (distance[:, week] > 0) & (rng.random(n) < UPGRADE[state])
        moved = _next_state(state, distance[:, week], tied, rng.random(n))
        state = np.where(here, np.where(upgraded[:, week], 0, moved), state)
    return Path(states, upgraded)


def _state(name: str, level: int) -> int:
    return 1 + (NAMES.index(name) - 1) * LEVELS + level - 1


def _initial(rng: np.random.Generator, n: int, fresh: np.ndarray) -> np.ndarray:
    stuck = np.where(rng.random(n) < 0.14, _state("no_first_value", 4), 0)
    midway = rng.choice(_FIRST, n, p=_SHARE) + rng.integers(0, LEVELS, n)
    return np.where(fresh, stuck, np.where(rng.random(n) < 0.12, midway, 0))
