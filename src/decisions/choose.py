"""Who is listed this week, and why: accounts still followed, and new ones that reach the levels set on last week."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from leadline.decisions import list_levels
from leadline.decisions.alarm import Alarm, alarm
from leadline.decisions.books import book_of, places, rooms_of
from leadline.decisions.capacity import Places, all_places, within_capacity
from leadline.decisions.list_words import told
from leadline.decisions.schema import THRESHOLDS, checked
from leadline.decisions.spell import Spell
from leadline.decisions.standing import carried, entered, kept_on, listed, nobody
from leadline.decisions.thresholds import corrections, crossings, establish
from leadline.decisions.value import value_of_stepping_in
from leadline.experiment import Experiment
from leadline.models.arrays import Floats


@dataclass(frozen=True)
class Week:
    """What a list hangs on: account_id, csm, tier, p_churn and arr of who may be listed, the cost of the play that
    would fit and its uplift where they are known, and their declines."""

    as_of: pd.Timestamp
    accounts: pd.DataFrame
    falls: pd.DataFrame


@dataclass(frozen=True)
class State:
    """What one week hands on to the next: its thresholds, who is listed or rests, and how many accounts crossed a
    threshold in each calm week so far."""

    thresholds: pd.DataFrame = field(default_factory=pd.DataFrame)
    standing: pd.DataFrame = field(default_factory=nobody)
    calm: tuple[int, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """The week's list, best first (account_id, value, since, group and indicator of its deepest crossing or else of its
    level, listed_because), what it hands on, and whether its falls were heard."""

    listed: pd.DataFrame
    state: State
    alarm: Alarm


def choose(
    now: Week,
    before: Week,
    last: State,
    experiment: Experiment,
    settled: pd.DataFrame | None = None,
    free: Places | None = None,
    spells: Sequence[Spell] = (),
) -> Chosen:
    """This week's list, by levels set on the week `before`, its chances by the model of today.

    An account that was listed stays until it has been followed for following.days (longer where nobody takes its
    place), may no longer be listed, or is neither worth its book's exit level nor has an indicator fallen to its exit;
    then it rests. A new one must be free, stand for the list (stepping in is worth more than it costs, or no money is
    known, or an indicator crossed its threshold) and reach its book's level; the best are taken while there is room. So
    money ranks where it is known and risk where it is not; a threshold brings in an account whose value alone would
    not, and never pushes out one worth more. Places kept for a tier go to its best first. `settled`: see `establish`;
    `free`: places that nothing else takes up, by default all; `spells`: what is abnormal in the log: in a flood of
    crossings, or while a feed is silent, no fall is heard.
    """
    falls = establish(before.falls, now.falls, experiment, settled, last.thresholds)
    crossed = crossings(now.falls, falls)
    heard = alarm(crossed["account_id"].nunique(), last.calm, spells, now.as_of, experiment.language)
    if heard.tripped:  # what a flood says of next week's ranks is not believed either
        crossed, falls = crossed[:0], falls.assign(correction=corrections(falls, last.thresholds))
    money = all(week.accounts["arr"].notna().any() for week in (now, before) if len(week.accounts))
    today = _ranked(now.accounts, crossed, experiment, money)
    earlier = _ranked(before.accounts, crossings(before.falls, falls), experiment, money)
    lists = _Lists(
        free or all_places(experiment.capacity), "value" if money else "p_churn", last, now.as_of, experiment
    )
    levels, standing = lists.made(today, earlier, _deep(now.falls, falls))
    rows = list_levels.as_rows(levels, today, standing, lists.unit, experiment.language)
    every = [heard.row(experiment.capacity.total), rows, falls]
    thresholds = checked(pd.concat(every, ignore_index=True).assign(as_of=now.as_of), THRESHOLDS, "thresholds")
    calm = last.calm if heard.tripped else (*last.calm, heard.crossings)
    words = told(today.assign(as_of=now.as_of), standing, crossed, rows, experiment)
    return Chosen(words, State(thresholds, standing, calm), heard)


def _ranked(accounts: pd.DataFrame, crossed: pd.DataFrame, experiment: Experiment, money: bool) -> pd.DataFrame:
    """Accounts with a chance, by priority, p_churn and account_id; whether they stand for the list.

    Priority is the value of stepping in, unknown ARR taken as the median; p_churn where there is no money to rank by.
    """
    known = accounts.dropna(subset=["p_churn"])
    arr, given = known["arr"], (known.get("cost"), known.get("uplift"))
    value = value_of_stepping_in(known["p_churn"], arr, experiment.value, *given)
    guessed = value_of_stepping_in(known["p_churn"], arr.fillna(arr.median()), experiment.value, *given)
    crosses = known["account_id"].isin(crossed["account_id"])
    stands = crosses | (guessed > 0) if money else crosses | arr.isna() | (value > 0)
    table = known.assign(book=book_of(known["csm"]), value=value, priority=guessed if money else known["p_churn"])
    order = ["priority", "p_churn", "account_id"]
    return table.assign(stands=stands).sort_values(
        order, ascending=[False, False, True], kind="stable", ignore_index=True
    )


def _deep(now: pd.DataFrame, falls: pd.DataFrame) -> pd.Series:
    """Accounts of which an indicator lies as deep as its exit."""
    return crossings(now, falls.assign(enter=falls["exit"]))["account_id"]


@dataclass(frozen=True)
class _Lists:
    """The lists of a week in the making: places there are, what accounts rank by, and what last week handed on."""

    free: Places
    unit: str
    last: State
    as_of: pd.Timestamp
    experiment: Experiment

    def made(self, today: pd.DataFrame, earlier: pd.DataFrame, deep: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The levels by book (places, room, moved, rank, enter, exit, reached), and the standing that follows."""
        full = places(today["book"], self.free)
        exits = self._exits(earlier, full)
        still = today[today["account_id"].isin(deep) | (today["priority"] >= _of_book(today, exits))]
        before, following = self.last.standing, self.experiment.following
        leaves = before.loc[~before["account_id"].isin(still["account_id"]), "account_id"]
        stays = carried(before, self.as_of, leaves, following)
        staying = today[today["account_id"].isin(listed(stays))]
        room = (full - _by_book(staying, full)).clip(lower=0)
        rooms = rooms_of(room, self.free, staying)
        open_to = today[today["stands"] & ~today["account_id"].isin(stays["account_id"])]
        first = self.last.thresholds.empty
        earlier = today if first else earlier  # a first list has nothing to have been set a week ago
        earlier = earlier[earlier["stands"] & ~earlier["account_id"].isin(stays["account_id"])]
        moved = list_levels.corrections(self.last.thresholds, full.index)
        levels = list_levels.enters(earlier, room, moved).assign(places=full, exit=exits)
        reach = open_to["priority"] >= _of_book(open_to, levels["enter"])
        taken = open_to[within_capacity(open_to["csm"], open_to["tier"], rooms, reach)]
        standing = entered(stays, taken["account_id"], self.as_of, following, first)
        due = set(listed(before)) - set(listed(stays)) - set(leaves)
        standing = self._kept_on(standing, today, still[still["account_id"].isin(due) & still["stands"]], full)
        return levels.assign(reached=_by_book(open_to[reach], full)), standing

    def _exits(self, earlier: pd.DataFrame, full: pd.Series) -> pd.Series:
        """Levels to leave at; none in a week in which accounts begin to rank by something else."""
        published = self.last.thresholds
        same = published.empty or published["indicator"].eq(self.unit).any()
        return list_levels.exits(earlier, full) if same else pd.Series(-np.inf, index=full.index)

    def _kept_on(self, standing: pd.DataFrame, today: pd.DataFrame, due: pd.DataFrame, full: pd.Series) -> pd.DataFrame:
        """Those whose time is up stay, best first, where places would stand empty."""
        on_list = today[today["account_id"].isin(listed(standing))]
        left = full - _by_book(on_list, full)
        longer = due[due.groupby("book").cumcount().to_numpy() < _of_book(due, left)]
        longer = longer.head(max(self.free.total - len(on_list), 0))
        return kept_on(standing, self.last.standing, longer["account_id"], self.as_of)


def _by_book(accounts: pd.DataFrame, books: pd.Series) -> pd.Series:
    """How many of the accounts each book has."""
    return accounts["book"].value_counts().reindex(books.index).fillna(0).astype("int64")


def _of_book(accounts: pd.DataFrame, numbers: pd.Series) -> Floats:
    """The number of each account's book."""
    return numbers.reindex(accounts["book"]).to_numpy(dtype="float64")
