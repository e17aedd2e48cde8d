"""What accounts say and pay: tickets, surveys, invoices, referrals."""

import numpy as np
import pandas as pd

from leadline.simulate.settings import DAY, part_of_day, week_of
from leadline.simulate.stories import DECLINE, GROWING, NAMES, STORY, by_state
from leadline.simulate.world import World

_PRIORITIES = np.array(["low", "normal", "high", "urgent"], dtype=object)
_NOT = np.datetime64("NaT")


def _there(world: World) -> np.ndarray:
    """Whether each account is covered through the whole of each week: accounts x weeks."""
    weeks = np.arange(world.settings.weeks)
    return (weeks > world.terms.first_week[:, None]) & (weeks < world.fates.left_week[:, None])


def tickets(world: World) -> pd.DataFrame:
    """Support tickets: more while a module is faulty, and in some stories as they deepen."""
    settings = world.settings
    rng, state, rate = settings.rng("tickets"), world.seen.state[:, : settings.weeks], _ticket_rate(world)
    cell = np.repeat(np.arange(rate.size), rng.poisson(rate.ravel()))
    account, week = cell // settings.weeks, cell % settings.weeks
    depth = DECLINE[state[account, week]]
    opened = settings.mondays[week] + rng.integers(0, 5, len(cell)) * DAY + part_of_day(rng, len(cell))
    closed = opened + (rng.lognormal(10.6 + 0.5 * depth, 1.0)).astype("timedelta64[s]")
    score = np.clip(np.round(4.3 - 1.3 * depth + rng.normal(0, 0.8, len(cell))), 1, 5)
    answered = (closed < settings.end) & (rng.random(len(cell)) < 0.35)
    heavier = np.clip(rng.normal(1 + depth, 0.8), 0, 3).astype(np.int64)
    table = pd.DataFrame(
        {
            "account_id": world.account_id[account],
            "opened_at": opened.astype("datetime64[us]"),
            "closed_at": np.where(closed < settings.end, closed, _NOT).astype("datetime64[us]"),
            "priority": _PRIORITIES[heavier],
            "csat": np.where(answered, score, np.nan),
        }
    )
    return table.sort_values(["account_id", "opened_at"], kind="stable", ignore_index=True)


def _ticket_rate(world: World) -> np.ndarray:
    settings, company = world.settings, world.company
    story = by_state("tickets", 1.0)[world.seen.state[:, : settings.weeks]]
    rate = 0.012 * company.seats[:, None] ** 0.8 * story * _there(world)
    for spell in world.seasons.of_kind("fault"):
        hit = (settings.mondays >= spell.first_day) & (settings.mondays <= spell.last_day)
        rate[:, hit[: settings.weeks]] *= 1 + 12 * company.mix[:, spell.module, None]
    return np.asarray(rate)


def surveys(world: World) -> pd.DataFrame:
    """NPS answers: every quarter a few users are asked, one in six of them answers."""
    settings, people, rng = world.settings, world.people, world.settings.rng("surveys")
    quarter = np.arange(8, settings.weeks, 13)
    user, asked = np.nonzero(rng.random((len(people.account), len(quarter))) < 0.05)
    account, week = people.account[user], quarter[asked]
    at = settings.mondays[week] + rng.integers(0, 5, len(user)) * DAY + part_of_day(rng, len(user))
    state = world.seen.state[account, week]
    score = np.clip(np.round(8 - 4 * DECLINE[state] + GROWING[state] + rng.normal(0, 1.8, len(user))), 0, 10)
    kept = _there(world)[account, week] & (at >= people.created[user]) & (at < people.silent_from[user])
    table = pd.DataFrame(
        {
            "account_id": world.account_id[account],
            "user_id": people.table["user_id"].to_numpy()[user],
            "answered_at": at.astype("datetime64[us]"),
            "score": score,
        }
    )[kept]
    return table.sort_values(["account_id", "answered_at", "user_id"], kind="stable", ignore_index=True)


def invoices(world: World, subscriptions: pd.DataFrame) -> pd.DataFrame:
    """One invoice a contract row, due 30 days after it starts; who thinks the price too high pays late."""
    settings, rng = world.settings, world.settings.rng("invoices")
    rows = subscriptions[subscriptions["start_date"] < settings.end - 30 * DAY]
    account = np.searchsorted(world.account_id.astype(str), rows["account_id"].to_numpy(dtype=str))
    due = rows["start_date"].to_numpy() + 30 * DAY
    week = np.clip(week_of(due, settings), 0, settings.weeks - 1)
    state = world.seen.state[account, week]
    unwilling = (STORY[state] == NAMES.index("price")) * DECLINE[state]
    late = rng.random(len(rows)) < 0.1 + 0.4 * unwilling
    delay = rng.normal(-3, 5, len(rows)) + late * rng.exponential(20, len(rows))
    paid = np.maximum(due + np.round(delay).astype(np.int64) * DAY, rows["start_date"].to_numpy() + DAY)
    months = np.maximum(1, np.round((rows["end_date"] - rows["start_date"]).dt.days / 30.4))
    table = pd.DataFrame(
        {
            "account_id": rows["account_id"],
            "due_date": due,
            "paid_at": np.where(paid < settings.end, paid, _NOT).astype("datetime64[us]"),
            "amount": np.round(rows["mrr"] * months, 2),
        }
    )
    return table.sort_values(["account_id", "due_date"], kind="stable", ignore_index=True)


def referrals(world: World) -> pd.DataFrame:
    """Introductions to other companies: rare, rarer still from an account that is leaving."""
    settings = world.settings
    rng, state = settings.rng("referrals"), world.seen.state[:, : settings.weeks]
    chance = 0.002 * (1 + GROWING[state]) * (1 - 0.9 * DECLINE[state]) * _there(world)
    account, week = np.nonzero(rng.random(chance.shape) < chance)
    at = settings.mondays[week] + rng.integers(0, 5, len(week)) * DAY + part_of_day(rng, len(week))
    won = at + rng.integers(20, 120, len(week)) * DAY
    closed = (won < settings.end) & (rng.random(len(week)) < 0.3)
    return pd.DataFrame(
        {
            "account_id": world.account_id[account],
            "referred_at": at.astype("datetime64[us]"),
            "won_at": np.where(closed, won, _NOT).astype("datetime64[us]"),
            "amount": np.where(closed, np.round(rng.lognormal(6.5, 0.8, len(week)), 2), np.nan),
        }
    )
