"""Events, an account block at a time: sessions first, then what is done in them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from leadline.simulate.activity import Activity, rates
from leadline.simulate.company import MODULES, UTC_OFFSET
from leadline.simulate.settings import DAY, SimulationSettings
from leadline.simulate.world import World

ACTIONS = (
    "view", "search",
    "create_report", "share_report", "run_workflow", "build_dashboard", "sync_data", "comment",
    "login", "export", "invite_user", "edit_settings",
)  # fmt: skip
_CORE = np.arange(2, 8)
_VIEW, _LOGIN, _EXPORT = ACTIONS.index("view"), ACTIONS.index("login"), ACTIONS.index("export")
_ADMIN = MODULES.index("admin")
_IN_MODULE = np.array(
    [
        [0.40, 0.15, 0.22, 0.15, 0, 0, 0, 0, 0, 0.08, 0, 0],
        [0.50, 0.10, 0, 0.08, 0, 0.25, 0, 0, 0, 0.07, 0, 0],
        [0.40, 0.05, 0, 0, 0.55, 0, 0, 0, 0, 0, 0, 0],
        [0.35, 0.05, 0, 0, 0, 0, 0.55, 0, 0, 0.05, 0, 0],
        [0.40, 0.10, 0, 0.10, 0, 0, 0, 0.40, 0, 0, 0, 0],
        [0.45, 0.15, 0, 0, 0, 0, 0, 0, 0, 0, 0.1, 0.3],
    ]
)  # modules x actions
_HOUR = np.array([0.4, 1, 1.6, 1.5, 0.9, 0.9, 1.3, 1.4, 1.1, 0.7, 0.3, 0.15])  # from 8 to 19 h, local time
_STAYS_IN_MODULE = 0.7
_SECOND = 1_000_000
_BLOCK = 1_000_000  # events expected in a block


@dataclass(frozen=True)
class Events:
    """Columns of a block of events; action and module are positions in the lists of their names."""

    user: np.ndarray  # position among all users
    occurred: np.ndarray  # microseconds since 1970
    received: np.ndarray
    action: np.ndarray
    module: np.ndarray
    session: np.ndarray
    duration: np.ndarray
    value: np.ndarray

    def at(self, chosen: np.ndarray) -> "Events":
        """The chosen rows, in that order."""
        return Events(**{name: column[chosen] for name, column in vars(self).items()})


def blocks(world: World, activity: Activity) -> Iterator[tuple[int, Events]]:
    """Accounts done so far, and the events of the next block of accounts."""
    edges = np.searchsorted(world.people.account, np.arange(len(world.company) + 1))
    for block, (first, last) in enumerate(_cuts(world.settings, edges)):
        rng = world.settings.rng("events", block)
        raw = _events(rng, world, activity, slice(edges[first], edges[last]))
        yield last, raw.at(_recorded(rng, world, raw))


def _cuts(settings: SimulationSettings, edges: np.ndarray) -> list[tuple[int, int]]:
    heavy = edges * settings.weeks * max(1.0, settings.events_per_user_week)
    starts = np.unique(np.searchsorted(heavy, np.arange(0, heavy[-1], _BLOCK)).clip(max=len(edges) - 2))
    return list(zip(starts, [*starts[1:], len(edges) - 1], strict=True))


def _events(rng: np.random.Generator, world: World, activity: Activity, users: slice) -> Events:
    settings, rate = world.settings, rates(world, activity, users)
    a_session = max(3.0, settings.events_per_user_week / 8)
    cell = np.repeat(np.arange(rate.size), rng.poisson(rate.ravel() / a_session))
    user, week = users.start + cell // settings.weeks, cell % settings.weeks
    account = world.people.account[user]
    begun = _begun(rng, world, world.company.region[account], week)
    count = 1 + rng.poisson(a_session - 1, len(cell))
    session = np.repeat(np.arange(len(cell)), count)
    step = np.arange(len(session)) - np.repeat(count.cumsum() - count, count)
    module = _modules(rng, activity, account, week, session)
    module[(step == 0) & (rng.random(len(step)) < 0.5)] = -1  # a login
    occurred = begun[session] + _elapsed(rng, step, session, count)
    core, export = (habit[account, week][session] for habit in (activity.core, activity.export))
    action = _actions(rng, module, core, export)
    return Events(
        user=user[session],
        occurred=occurred,
        received=occurred + _delay(rng, settings, len(step)),
        action=action,
        module=np.where(module < 0, _ADMIN, module),
        session=session,
        duration=np.where(rng.random(len(step)) < 0.6, np.round(rng.exponential(45, len(step)), 1), np.nan),
        value=np.where(action == _EXPORT, rng.integers(10, 5000, len(step)), np.nan),
    )


def _begun(rng: np.random.Generator, world: World, region: np.ndarray, week: np.ndarray) -> np.ndarray:
    edges = world.seasons.days.cumsum(axis=2)[region, week]
    day = (rng.random(len(week))[:, None] * edges[:, -1:] > edges).sum(axis=1)
    hour = 8 + np.searchsorted(_HOUR.cumsum() / _HOUR.sum(), rng.random(len(week)))
    start = (world.settings.first_day + (7 * week + day) * DAY).astype("datetime64[us]").astype(np.int64)
    return start + ((hour - UTC_OFFSET[region]) * 3600 + rng.integers(0, 3600, len(week))) * _SECOND


def _elapsed(rng: np.random.Generator, step: np.ndarray, session: np.ndarray, count: np.ndarray) -> np.ndarray:
    gap = np.where(step == 0, 0, np.minimum(1 + rng.exponential(100, len(step)), 1500)).astype(np.int64)
    total = gap.cumsum()
    return (total - total[count.cumsum() - count][session]) * _SECOND


def _modules(
    rng: np.random.Generator, activity: Activity, account: np.ndarray, week: np.ndarray, session: np.ndarray
) -> np.ndarray:
    edges = activity.mix[account, week].cumsum(axis=1)
    main = _drawn(rng, edges)
    own = _drawn(rng, edges[session])
    return np.where(rng.random(len(session)) < _STAYS_IN_MODULE, main[session], own)


def _drawn(rng: np.random.Generator, edges: np.ndarray) -> np.ndarray:
    luck = rng.random(len(edges), dtype=np.float32) * edges[:, -1]
    return (luck[:, None] >= edges[:, :-1]).sum(axis=1)


def _actions(rng: np.random.Generator, module: np.ndarray, core: np.ndarray, export: np.ndarray) -> np.ndarray:
    edges = (_IN_MODULE.cumsum(axis=1) + np.arange(len(MODULES))[:, None]).round(9).ravel()  # one long ladder
    rung = np.searchsorted(edges, np.maximum(module, 0) + rng.random(len(module)), side="right")
    action = np.minimum(rung, edges.size - 1) % len(ACTIONS)
    seen_only = np.isin(action, _CORE) & (rng.random(len(module)) >= core)
    action = np.where(seen_only, _VIEW, action)
    action = np.where((action == _VIEW) & (rng.random(len(module)) < export), _EXPORT, action)
    return np.where(module < 0, _LOGIN, action)


def _delay(rng: np.random.Generator, settings: SimulationSettings, size: int) -> np.ndarray:
    late = rng.random(size) < settings.late_share
    hours = np.minimum(rng.lognormal(np.log(30), 1.3, size), 24 * 60)
    return np.where(late, (hours * 3600).astype(np.int64), rng.integers(0, 120, size)) * _SECOND


def _recorded(rng: np.random.Generator, world: World, raw: Events) -> np.ndarray:
    """Rows that reached the log before its end, of those who were there; by account and time."""
    settings, people = world.settings, world.people
    account = people.account[raw.user]
    until = np.minimum(_us(world.covered_until)[account], _us(people.silent_from)[raw.user])
    since = np.maximum(_us(people.created)[raw.user], _us(settings.first_day))
    kept = (raw.occurred >= since) & (raw.occurred < until) & (raw.received < _us(settings.end))
    for spell in world.seasons.of_kind("outage"):
        lost = (raw.occurred >= _us(spell.first_day)) & (raw.occurred < _us(spell.last_day + DAY))
        lost &= (spell.module < 0) | (raw.module == spell.module)
        kept &= ~lost | (rng.random(len(lost)) < spell.factor)
    rows = np.nonzero(kept)[0]
    return np.asarray(rows[np.lexsort((raw.occurred[rows], account[rows]))])


def _us(at: np.ndarray | np.datetime64) -> np.ndarray:
    return np.asarray(at).astype("datetime64[us]").astype(np.int64)
