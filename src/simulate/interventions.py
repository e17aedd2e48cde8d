"""What the team did about accounts it saw falling: random arms, plays, and the effect each truly has."""

import numpy as np
import pandas as pd

from leadline.simulate.company import Company
from leadline.simulate.seasons import usage_noise
from leadline.simulate.settings import DAY, SimulationSettings, part_of_day
from leadline.simulate.stories import DECLINE, NAMES, STORIES, STORY, by_state

PLAYS = ("reconnect", "train", "settle")
CAUSES = ("business", "product", "unknown")
NO_ARM = -1  # of an account that was never listed; else 1: treated, 0: held out
PROTECTED_WEEKS = 26  # how long a play holds, and how long an account is left in peace after it
LISTED_WEEKS = 40
LOOK_WEEKS = 4
SHIFT = np.array([[-1.6, -0.5, -0.5], [-0.5, -1.4, -0.3], [-0.8, -0.4, -1.0]])  # log-odds; plays x causes
_CHOICE = np.array([[0.6, 0.2, 0.2], [0.2, 0.6, 0.2], [0.3, 0.3, 0.4]])  # of a play; causes x plays
_KNOWN = 0.8  # how often the team names the true cause
_LISTED_SHARE = 0.025  # of the accounts, a week
_CALLED_MOST, _STEEPNESS, _HALFWAY = 0.03, 4.0, 1.1  # by need: chance a week at most, and how it rises
_USAGE_LEFT = by_state("volume", 1.0) * (1 - by_state("drop", 0.0))  # by state, as a share of the usual
_CAUSE_OF_STORY = np.array([CAUSES.index(story.cause) for story in STORIES])


def first_list(settings: SimulationSettings) -> int:
    """The week of the first list; behind the end if there are none."""
    return max(8, settings.weeks - LISTED_WEEKS) if settings.interventions else settings.weeks


def at_risk(
    rng: np.random.Generator, state: np.ndarray, distance: np.ndarray, free: np.ndarray, alive: int
) -> np.ndarray:
    """Positions of the accounts that look worst this week, as seen by a team that errs."""
    look = np.where(free, DECLINE[state] + 0.2 * (distance < 18) + rng.normal(0, 0.15, len(state)), -np.inf)
    worst = np.argsort(-look, kind="stable")[: int(np.ceil(_LISTED_SHARE * alive))]
    return np.sort(worst[look[worst] > 0.45])


def usage_seen(settings: SimulationSettings, state: np.ndarray) -> np.ndarray:
    """Usage of accounts in these states as a share of their usual, noise included: accounts x weeks."""
    return np.asarray(_USAGE_LEFT[state[:, : settings.weeks]] * np.exp(usage_noise(settings)))


def by_need(rng: np.random.Generator, usage: np.ndarray, distance: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Positions of the accounts called by a team without lists, by their usage of the last weeks (see usage_seen).

    The chance rises steeply with the usage lost and near the term end: all of it can be seen in usage and contracts.
    """
    look = 1 - usage.mean(axis=1) + 0.7 * (distance < 13)
    chance = _CALLED_MOST / (1 + np.exp(-_STEEPNESS * (look - _HALFWAY)))
    return np.flatnonzero(free & (rng.random(len(look)) < chance))


def draw(
    rng: np.random.Generator,
    settings: SimulationSettings,
    called: np.ndarray,
    week: int,
    seen: np.ndarray,
    true: np.ndarray,
    arms: np.ndarray,
) -> pd.DataFrame:
    """A row for each account called: arm, cause as named, play, and the log-odds it shifts if it is made.

    An account listed before keeps its arm, as `arms` tells it for all accounts, so that none is ever in both.
    """
    n = len(called)
    told = _CAUSE_OF_STORY[STORY[seen[called, week - 1]]]
    cause = np.where(rng.random(n) < _KNOWN, told, rng.integers(0, 3, n))
    play = (rng.random(n)[:, None] > _CHOICE.cumsum(axis=1)[cause, :2]).sum(axis=1)
    story = STORY[true[called, week]]
    works = (story != NAMES.index("price")) & (not settings.null)
    drawn = (rng.random(n) >= settings.holdout_share) | settings.contacted_by_need
    return pd.DataFrame(
        {
            "account": called,
            "week": week,
            "treated": np.where(arms[called] == NO_ARM, drawn, arms[called] == 1),
            "play": play,
            "cause": cause,
            "story": story,
            "shift": settings.effect_scale * SHIFT[play, cause] * works,
        }
    )


def shifts(settings: SimulationSettings, listed: pd.DataFrame) -> np.ndarray:
    """Log-odds shifted by plays made before a week begins: accounts x weeks."""
    return _after(settings, listed, np.ones(PROTECTED_WEEKS - 1))


def lift(settings: SimulationSettings, listed: pd.DataFrame) -> np.ndarray:
    """How a play that works also lifts usage, for a while: a multiplier, accounts x weeks."""
    return 1 - 0.25 * _after(settings, listed, np.exp(-np.arange(1, PROTECTED_WEEKS) / 6))


def _after(settings: SimulationSettings, listed: pd.DataFrame, weight: np.ndarray) -> np.ndarray:
    """The shift of each play made, times its weight in each week after the one it was listed in."""
    acting = np.zeros((settings.accounts, settings.lived_weeks), dtype=np.float32)
    account, week = listed["account"].to_numpy()[:, None], listed["week"].to_numpy()[:, None]
    made = (listed["shift"] * listed["treated"]).to_numpy()[:, None]
    acting[account, week + 1 + np.arange(len(weight))] = made * weight
    return acting[:, : settings.weeks]


def written_back(settings: SimulationSettings, company: Company, listed: pd.DataFrame) -> pd.DataFrame:
    """The interventions as the team wrote them back, whatever started or closed by the end."""
    rng, n = settings.rng("written back"), len(listed)
    account, treated = listed["account"].to_numpy(), listed["treated"].to_numpy(dtype=bool)
    as_of = settings.mondays[listed["week"].to_numpy()]
    started = as_of + rng.integers(0, 4, n) * DAY + part_of_day(rng, n)
    closed = started + rng.integers(7, 29, n) * DAY
    return pd.DataFrame(
        {
            "account_id": company.accounts["account_id"].to_numpy()[account],
            "listed_as_of": as_of.astype("datetime64[us]"),
            "arm": np.where(treated, "treat", "holdout").astype(object),
            "play": np.array(PLAYS, dtype=object)[listed["play"].to_numpy()],
            "cause": np.array(CAUSES, dtype=object)[listed["cause"].to_numpy()],
            "csm": company.accounts["csm"].to_numpy()[account],
            "started_at": _known(started, treated, settings),
            "closed_at": _known(closed, treated, settings),
        }
    )


def _known(at: np.ndarray, treated: np.ndarray, settings: SimulationSettings) -> np.ndarray:
    return np.where(treated & (at < settings.end), at, np.datetime64("NaT")).astype("datetime64[us]")
