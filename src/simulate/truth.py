"""Chances given the hidden state, and why accounts left: what is true and no product may read."""

import numpy as np
import pandas as pd

from leadline.simulate.company import LONG, MODULES
from leadline.simulate.contracts import NEVER, leave_chance, share_decided
from leadline.simulate.interventions import shifts
from leadline.simulate.people import FOREVER
from leadline.simulate.settings import DAY
from leadline.simulate.stories import NAMES, STATES, STORY, UPGRADE, look_ahead
from leadline.simulate.world import World

HORIZON_DAYS = 90
_STEPS = 13


def chance_of_leaving(
    world: World,
    rows: np.ndarray,
    week: np.ndarray,
    state: np.ndarray,
    shift: np.ndarray,
    days: int = HORIZON_DAYS,
) -> np.ndarray:
    """Chance that cover of the accounts at `rows`, in `state` as `week` begins, ends within so many days.

    Exact by backward recursion over the hidden states, but for faults, which nobody foresees.
    """
    company, terms = world.company, world.terms
    leave = leave_chance(company, rows[:, None], np.arange(STATES)[None, :], shift[:, None])
    tied, until = company.kind_of_term[rows] == LONG, world.settings.mondays[week] + days * DAY
    value = np.zeros(leave.shape)
    for step in reversed(range(-(-days // 7))):
        distance = terms.distance[rows, week + step]
        inside = terms.ends[rows, terms.current[rows, week + step]] <= until
        decided = leave * (inside * share_decided(distance, company.notice_weeks[rows]))[:, None]
        buying = UPGRADE * (distance > 0)[:, None]
        stays = (1 - buying) * look_ahead(value, distance, tied) + buying * value[:, :1]
        value = decided + (1 - decided) * stays
    return np.asarray(value[np.arange(len(rows)), state])


def chance_of_buying(world: World, rows: np.ndarray, week: int, state: np.ndarray) -> np.ndarray:
    """Chance that accounts at `rows`, in `state` as `week` begins, buy more in 90 days if they stay."""
    tied = world.company.kind_of_term[rows] == LONG
    ahead = np.column_stack([tied, world.terms.distance[rows, week : week + _STEPS]])
    kinds, kind = np.unique(ahead, axis=0, return_inverse=True)
    value = np.zeros((len(kinds), STATES))
    for step in reversed(range(_STEPS)):
        distance = kinds[:, 1 + step]
        buying = UPGRADE * (distance > 0)[:, None]
        value = buying + (1 - buying) * look_ahead(value, distance, kinds[:, 0] > 0)
    return np.asarray(value[kind, state])


def hazard(world: World) -> pd.DataFrame:
    """For every account covered as a week begins: chances of leaving in 7 and in 90 days, of buying more."""
    acting = shifts(world.settings, world.listed)
    weeks = [_hazard_in(world, week, acting[:, week]) for week in range(world.settings.weeks)]
    return pd.concat(weeks, ignore_index=True)


def _hazard_in(world: World, week: int, acting: np.ndarray) -> pd.DataFrame:
    as_of, fates = world.settings.mondays[week], world.fates
    rows = np.nonzero((world.company.covered_from <= as_of) & (fates.left_week >= week))[0]
    leaves_soon, _ = _leaving(world, rows, week, acting, days=7)
    leaves, due = _leaving(world, rows, week, acting, days=HORIZON_DAYS)
    announced = fates.announced_week[rows] < week
    buys = chance_of_buying(world, rows, week, world.path.state[rows, week]) * (1 - leaves)
    return pd.DataFrame(
        {
            "account_id": world.account_id[rows],
            "as_of": np.full(len(rows), as_of).astype("datetime64[us]"),
            "p_leave_week": leaves_soon,
            "p_leave_90": leaves,
            "p_expand_90": np.where(announced, 0.0, buys),
            "announced": announced,
            "due_90": due,
        }
    )


def _leaving(world: World, rows: np.ndarray, week: int, acting: np.ndarray, days: int) -> tuple[np.ndarray, np.ndarray]:
    due = world.terms.ends[rows, world.terms.current[rows, week]] <= world.settings.mondays[week] + days * DAY
    at = rows[due]
    chance = np.zeros(len(rows))
    state, weeks = world.path.state[at, week], np.full(len(at), week)
    chance[due] = chance_of_leaving(world, at, weeks, state, acting[at], days)
    return np.where(world.fates.announced_week[rows] < week, due, chance), due


def reasons(world: World) -> pd.DataFrame:
    """Accounts that left before the end: when, by which story since when, whom and what it concerned."""
    settings, fates = world.settings, world.fates
    left = np.nonzero((fates.left_week < NEVER) & (fates.covered_until < settings.end))[0]
    week = fates.left_week[left]
    story = np.array(NAMES, dtype=object)[STORY[world.path.state[left, week]]]
    spell = _last_spell(world, left, week)
    module = spell["module"].fillna(-1).to_numpy().astype(np.int64)
    begun = settings.first_day + 7 * spell["start"].fillna(0).to_numpy().astype(np.int64) * DAY
    unknown = spell["start"].isna().to_numpy() | settings.null
    champion = _gone_champions(world).reindex(left).to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "account_id": world.account_id[left],
            "left_at": fates.covered_until[left].astype("datetime64[us]"),
            "story": "chance" if settings.null else story,
            "started_at": np.where(unknown, np.datetime64("NaT"), begun).astype("datetime64[us]"),
            "module": _where(~unknown & (module >= 0), np.array(MODULES, dtype=object)[module]),
            "user_id": _where(~unknown & (story == "champion_left"), champion),
            "announced": fates.announced_week[left] < NEVER,
        }
    )


def _last_spell(world: World, left: np.ndarray, week: np.ndarray) -> pd.DataFrame:
    spells = world.spells.merge(pd.DataFrame({"account": left, "week": week}), on="account")
    inside = (spells["start"] <= spells["week"]) & (spells["week"] < spells["stop"])
    return spells[inside].set_index("account").reindex(left)


def _gone_champions(world: World) -> pd.Series:
    people = world.people
    gone = ((people.table["role"] == "champion") & (people.silent_from < FOREVER)).to_numpy()
    users = people.table.assign(account=people.account, at=people.silent_from)[gone]
    return users.sort_values(["account", "at"], kind="stable").groupby("account")["user_id"].last()


def _where(holds: np.ndarray, names: np.ndarray) -> np.ndarray:
    chosen = names.copy()
    chosen[~holds] = None
    return chosen
