"""Contract rows as they were written: one a term, and one for each purchase of seats within a term."""

import numpy as np
import pandas as pd

from leadline.simulate.company import LONG
from leadline.simulate.contracts import NEVER
from leadline.simulate.settings import DAY, part_of_day
from leadline.simulate.stories import DECLINE
from leadline.simulate.world import World

_YEARLY_RISE = 1.03
_SIGNED_LATE = 0.04


def subscriptions(world: World) -> pd.DataFrame:
    """The contract rows recorded before the end, sorted; a row is never edited but for its cancellation."""
    rng, terms = world.settings.rng("subscriptions"), world.terms
    starts = np.column_stack([world.company.covered_from, terms.ends[:, :-1]])
    account, term, bought, more = _purchases(rng, world)
    added = np.zeros(starts.shape, dtype=np.int64)
    np.add.at(added, (account, term), more)
    seats = _seats(rng, world, added)
    a, k = np.nonzero(starts < _until(world)[:, None])
    plans = _rows(world, a, k, starts[a, k], seats[a, k], "platform")
    extras = _rows(world, account, term, bought, more, "extra seats")
    plans["known_at"] = _recorded(rng, world, a, k, starts[a, k])
    extras["known_at"] = (bought + part_of_day(rng, len(bought))).astype("datetime64[us]")
    table = _with_cancellation(rng, world, pd.concat([plans, extras], ignore_index=True))
    table = table[table["known_at"] < world.settings.end].drop(columns="account")
    return table.sort_values(["account_id", "start_date", "product"], kind="stable", ignore_index=True)


def _until(world: World) -> np.ndarray:
    until = world.fates.covered_until
    return np.where(np.isnat(until), world.terms.ends[:, -1], until)


def _purchases(rng: np.random.Generator, world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Account, term, day and number of seats of each purchase within a term."""
    settings, fates, weeks = world.settings, world.fates, np.arange(world.settings.weeks)
    staying = weeks < np.minimum(fates.announced_week, fates.left_week)[:, None]
    account, week = np.nonzero(world.path.upgraded[:, : settings.weeks] & staying)
    day = settings.mondays[week] + rng.integers(0, 5, len(week)) * DAY
    more = np.ceil(rng.uniform(0.2, 0.5, len(week)) * world.company.seats[account]).astype(np.int64)
    kept = day >= world.company.covered_from[account]
    return account[kept], world.terms.current[account, week][kept], day[kept], more[kept]


def _seats(rng: np.random.Generator, world: World, added: np.ndarray) -> np.ndarray:
    """Seats each term starts with: what the last one ended with, or fewer: accounts x terms."""
    company, rows, weeks = world.company, np.arange(len(world.company)), world.settings.lived_weeks
    seats = np.tile(company.seats[:, None], added.shape[1])
    at_most = np.where(company.kind_of_term == LONG, 0.3, 0.04)
    for term in range(1, added.shape[1]):
        week = world.terms.last_week[:, term - 1]
        depth = DECLINE[world.path.state[rows, np.clip(week, 0, weeks - 1)]]
        fewer = (week >= 0) & (week < weeks) & (rng.random(len(rows)) < at_most * (0.1 + depth))
        whole = seats[:, term - 1] + added[:, term - 1]
        cut = np.maximum(2, whole * rng.uniform(0.6, 0.9, len(rows))).astype(np.int64)
        seats[:, term] = np.where(fewer, cut, whole)
    return seats


def _recorded(
    rng: np.random.Generator, world: World, account: np.ndarray, term: np.ndarray, start: np.ndarray
) -> np.ndarray:
    """A renewal is recorded in the week it is decided, or late; the first term the day before it starts."""
    decided = world.terms.last_week[account, np.maximum(term - 1, 0)]
    monday = world.settings.first_day + 7 * decided * DAY
    between = np.floor(rng.random(len(term)) * (start - monday).astype(np.int64)).astype(np.int64)
    late = rng.random(len(term)) < _SIGNED_LATE
    day = np.where(late, start + rng.integers(1, 15, len(term)) * DAY, monday + between * DAY)
    return (np.where(term == 0, start - DAY, day) + part_of_day(rng, len(term))).astype("datetime64[us]")


def _with_cancellation(rng: np.random.Generator, world: World, table: pd.DataFrame) -> pd.DataFrame:
    fates, account = world.fates, table["account"].to_numpy()
    said = fates.announced_week < NEVER
    monday = world.settings.first_day + 7 * np.where(said, fates.announced_week, 0).astype(np.int64) * DAY
    at = monday + rng.integers(0, 5, len(said)) * DAY + part_of_day(rng, len(said))
    last = table["end_date"].to_numpy() == fates.covered_until[account]
    known = last & (said & (at < world.settings.end))[account]
    return table.assign(cancelled_at=np.where(known, at[account], np.datetime64("NaT")).astype("datetime64[us]"))


def _rows(
    world: World, account: np.ndarray, term: np.ndarray, start: np.ndarray, seats: np.ndarray, product: str
) -> pd.DataFrame:
    company = world.company
    years = (start - company.covered_from[account]).astype(np.int64) // 365
    asks_notice = company.notice_weeks[account] >= 0
    return pd.DataFrame(
        {
            "account_id": world.account_id[account],
            "start_date": start.astype("datetime64[us]"),
            "end_date": world.terms.ends[account, term].astype("datetime64[us]"),
            "mrr": np.round(seats * company.price[account] * _YEARLY_RISE**years, 2),
            "product": product,
            "seats": seats,
            "billing_months": company.term_months[account],
            "auto_renew": asks_notice | (company.kind_of_term[account] != LONG),
            "account": account,
        }
    )
