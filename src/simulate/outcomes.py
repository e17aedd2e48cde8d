"""Both outcomes of every intervention: what became of the account, and what would have become of it."""

import numpy as np
import pandas as pd

from leadline.simulate.contracts import leave_chance, share_decided
from leadline.simulate.fates import luck_of
from leadline.simulate.interventions import CAUSES, PLAYS, PROTECTED_WEEKS
from leadline.simulate.stories import NAMES
from leadline.simulate.truth import HORIZON_DAYS, chance_of_leaving
from leadline.simulate.world import World

_HORIZONS = (28, 56, 84, HORIZON_DAYS)


def effects(world: World) -> pd.DataFrame:
    """A row each intervention, and for each arm the chance of leaving in 28 to 90 days and the day it leaves.

    The same luck decides the day in both arms, within the 26 weeks a play holds; NaT: it stays so long.
    """
    listed = world.listed
    rows, week = (listed[name].to_numpy(dtype=np.int64) for name in ("account", "week"))
    shift, none = listed["shift"].to_numpy(dtype=float), np.zeros(len(listed))
    luck = luck_of(world.settings)
    return pd.DataFrame(
        {
            "account_id": world.account_id[rows],
            "listed_as_of": world.settings.mondays[week].astype("datetime64[us]"),
            "treated": listed["treated"].to_numpy(dtype=bool),
            "play": np.array(PLAYS, dtype=object)[listed["play"]],
            "cause": np.array(CAUSES, dtype=object)[listed["cause"]],
            "story": np.array(NAMES, dtype=object)[listed["story"]],
            "log_odds": shift,
            **_chances(world, rows, week, shift),
            "leaves_if_treated": _leaves(world, rows, week, shift, luck),
            "leaves_if_held": _leaves(world, rows, week, none, luck),
        }
    )


def _chances(world: World, rows: np.ndarray, week: np.ndarray, shift: np.ndarray) -> dict[str, np.ndarray]:
    state, arms = world.path.state[rows, week], {"treated": shift, "held": np.zeros(len(rows))}
    return {
        f"p_leave_{days}_if_{arm}": chance_of_leaving(world, rows, week, state, of_arm, days)
        for days in _HORIZONS
        for arm, of_arm in arms.items()
    }


def _leaves(world: World, rows: np.ndarray, week: np.ndarray, shift: np.ndarray, luck: np.ndarray) -> np.ndarray:
    terms, company = world.terms, world.company
    weeks, who = week[:, None] + np.arange(PROTECTED_WEEKS), rows[:, None]
    chance = leave_chance(company, who, world.path.state[who, weeks], shift[:, None])
    wants = luck[who, weeks] < chance * share_decided(terms.distance[who, weeks], company.notice_weeks[who])
    first = week + wants.argmax(axis=1)
    end = terms.ends[rows, terms.current[rows, first]]
    return np.where(wants.any(axis=1), end, np.datetime64("NaT")).astype("datetime64[us]")


def average_effects(effects: pd.DataFrame) -> pd.DataFrame:
    """The true effect of each play on the 90-day chance, by cause: the mean over all it was meant for."""
    held = effects["p_leave_90_if_held"]
    change = effects.assign(p_if_held=held, effect=effects["p_leave_90_if_treated"] - held, n=1)
    by_play = change.groupby(["play", "cause"], sort=True)
    return by_play.agg({"n": "sum", "p_if_held": "mean", "effect": "mean"}).reset_index()
