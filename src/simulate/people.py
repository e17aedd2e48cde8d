"""The users of every account: who they are, when they come, fall silent and are switched off."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.simulate.company import Company
from leadline.simulate.contracts import Fates
from leadline.simulate.settings import DAY, SimulationSettings, ids, part_of_day
from leadline.simulate.stories import NAMES, STORIES

ROLES = ("champion", "admin", "executive", "member")
_WEIGHT = np.array([2.6, 1.3, 0.4, 1.0])  # usage, by role
_TEAM_WEEKS = 12  # over which a new team comes in
_LEAVE_A_DAY = 0.15 / 365  # of members, for reasons of their own
FOREVER = np.datetime64("2262-01-01", "s")


@dataclass(frozen=True)
class People:
    """Users sorted by account: `table` in contract columns, hidden properties beside it, one element each."""

    table: pd.DataFrame
    account: np.ndarray
    created: np.ndarray
    silent_from: np.ndarray  # datetime64[s]; before deactivation where a champion leaves
    weight: np.ndarray
    resolve: np.ndarray  # in [0, 1): users with little are the first to drop off


def settle(settings: SimulationSettings, company: Company, fates: Fates, spells: pd.DataFrame) -> People:
    """Draw all users: those there at first, those who come one by one, new teams, champions."""
    rng = settings.rng("people")
    until = np.where(np.isnat(fates.covered_until), settings.end, fates.covered_until)
    until = np.minimum(until, settings.end)
    parts = [_first(rng, company), _one_by_one(rng, company, until), _teams(rng, settings, company, spells)]
    parts.append(_champions(rng, settings, company, spells))
    users = pd.concat(parts, ignore_index=True)
    users = users[users["created"].to_numpy() < until[users["account"]].astype("datetime64[s]")]
    users = users.sort_values(["account", "created", "role"], kind="stable", ignore_index=True)
    users["user_id"] = ids("u", len(users))
    return _people(rng, settings, company, users)


def _first(rng: np.random.Generator, company: Company) -> pd.DataFrame:
    count = np.maximum(3, np.round(company.seats * rng.uniform(0.6, 0.85, len(company)))).astype(np.int64) - 1
    account = np.repeat(np.arange(len(company)), count)
    place = np.arange(len(account)) - np.repeat(count.cumsum() - count, count)
    role = np.where(place == 0, 1, np.where((place == 1) & (count[account] >= 5), 2, 3))
    delay = np.where(place < 2, 0, rng.integers(0, 42, len(account)))
    return _users(rng, account, company.covered_from[account] + delay * DAY, role)


def _one_by_one(rng: np.random.Generator, company: Company, until: np.ndarray) -> pd.DataFrame:
    days = np.maximum(0, (until - company.covered_from).astype(np.int64))
    account = np.repeat(np.arange(len(company)), rng.poisson(company.seats * 0.7 * _LEAVE_A_DAY * days))
    wait = np.floor(rng.random(len(account)) * days[account]).astype(np.int64)
    return _users(rng, account, company.covered_from[account] + wait * DAY, np.full(len(account), 3))


def _teams(
    rng: np.random.Generator, settings: SimulationSettings, company: Company, spells: pd.DataFrame
) -> pd.DataFrame:
    share = np.array([story.people for story in STORIES])[spells["story"]]
    growing = spells[share > 0]
    count = np.ceil(company.seats[growing["account"]] * share[share > 0]).astype(np.int64)
    account, start, stop = (np.repeat(growing[c].to_numpy(), count) for c in ("account", "start", "stop"))
    wait = np.floor(rng.random(len(start)) * 7 * np.minimum(_TEAM_WEEKS, stop - start)).astype(np.int64)
    day = np.maximum(settings.first_day + (7 * start + wait) * DAY, company.covered_from[account])
    return _users(rng, account, day, np.full(len(account), 3))


def _champions(
    rng: np.random.Generator, settings: SimulationSettings, company: Company, spells: pd.DataFrame
) -> pd.DataFrame:
    """One champion from the first day; when one leaves and the account recovers, another takes over."""
    gone = spells[spells["story"] == NAMES.index("champion_left")]
    account = np.concatenate([np.arange(len(company)), gone["account"].to_numpy()])
    day = np.concatenate([company.covered_from, settings.first_day + 7 * gone["stop"].to_numpy() * DAY])
    users = _users(rng, account, day, np.zeros(len(account), dtype=np.int64))
    users = users.iloc[np.lexsort((day, account))]
    week = _nth_start(gone, users["account"])
    days = 7 * np.nan_to_num(week).astype(np.int64) + rng.integers(0, 10, len(week))
    last = np.maximum(settings.first_day + days * DAY, users["created"].to_numpy() + DAY)
    return users.assign(
        silent_from=np.where(np.isnan(week), FOREVER, last),
        deactivated=np.where(np.isnan(week), FOREVER, last + rng.integers(1, 22, len(week)) * DAY),
    )


def _nth_start(spells: pd.DataFrame, account: pd.Series) -> np.ndarray:
    """The week in which the nth spell of an account began, for its nth row; NaN if it had fewer spells."""
    starts = spells.assign(nth=spells.groupby("account").cumcount()).set_index(["account", "nth"])["start"]
    nth = account.groupby(account).cumcount()
    return starts.reindex(pd.MultiIndex.from_arrays([account, nth])).to_numpy(dtype=float)


def _users(rng: np.random.Generator, account: np.ndarray, day: np.ndarray, role: np.ndarray) -> pd.DataFrame:
    created = day + part_of_day(rng, len(day))
    stays = np.ceil(rng.exponential(1 / _LEAVE_A_DAY, len(day))).astype(np.int64) + 14
    gone = np.where(role == 3, created + stays * DAY, FOREVER)
    return pd.DataFrame(
        {"account": account, "role": role, "created": created, "silent_from": gone, "deactivated": gone}
    )


def _people(rng: np.random.Generator, settings: SimulationSettings, company: Company, users: pd.DataFrame) -> People:
    account, role = users["account"].to_numpy(), users["role"].to_numpy()
    off = users["deactivated"].to_numpy()
    off = np.where(off < settings.end, off, np.datetime64("NaT"))
    table = pd.DataFrame(
        {
            "user_id": users["user_id"],
            "account_id": company.accounts["account_id"].to_numpy()[account],
            "role": np.array(ROLES, dtype=object)[role],
            "created_at": users["created"].to_numpy().astype("datetime64[us]"),
            "deactivated_at": off.astype("datetime64[us]"),
        }
    )
    return People(
        table=table,
        account=account,
        created=users["created"].to_numpy(),
        silent_from=users["silent_from"].to_numpy(),
        weight=_WEIGHT[role] * rng.lognormal(-0.3, 0.75, len(users)),
        resolve=rng.random(len(users)),
    )
