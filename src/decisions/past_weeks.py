"""The weeks of a history, each with what could be known in it: the input to a replay."""

from collections.abc import Callable, Iterator

import pandas as pd

from leadline.decisions.choose import Week
from leadline.decisions.decline import declines_as_of, near
from leadline.decisions.replay import PastWeek
from leadline.decisions.spell import Spell
from leadline.experiment import Outcomes
from leadline.features.indicator import Column
from leadline.models.splits import known_labels, settled

KEYS = ["account_id", "as_of"]
WEEK = pd.Timedelta(days=7)
LEARNED_DAYS = 182  # of settled weeks whose alerts are counted as right or false


def past_weeks(
    snapshots: pd.DataFrame,
    context: pd.DataFrame,
    outcomes: pd.DataFrame,
    chances: pd.DataFrame,
    columns: tuple[Column, ...],
    settings: Outcomes,
    spells: Callable[[pd.Timestamp], tuple[Spell, ...]] = lambda _: (),
) -> Iterator[PastWeek]:
    """Every week that has a chance (`chances`: account_id, as_of, p, p_next), in order.

    The frames are of all weeks, from 13 weeks before the first chance on; `outcomes` those of churn; `spells` tells
    what was abnormal in the log, as known by a date.
    """
    accounts = context.merge(chances, on=KEYS, how="inner", validate="one_to_one")
    falls: dict[pd.Timestamp, pd.DataFrame] = {}
    for as_of in map(pd.Timestamp, sorted(accounts.loc[accounts["p"].notna(), "as_of"].unique())):
        now, then = accounts[accounts["as_of"] == as_of], accounts[near(accounts["as_of"], [as_of - WEEK])]
        week = pd.Timestamp(then["as_of"].max()) if len(then) else as_of - WEEK
        for date in (week, as_of):
            falls.setdefault(date, declines_as_of(date, snapshots, context, columns))
        yield PastWeek(
            Week(as_of, now.rename(columns={"p": "p_churn"}), falls[as_of]),
            Week(week, then.drop(columns="p").rename(columns={"p_next": "p_churn"}), falls[week]),
            _settled(falls, outcomes, context, as_of, settings.settled_days),
            spells(as_of),
        )


def _settled(
    falls: dict[pd.Timestamp, pd.DataFrame],
    outcomes: pd.DataFrame,
    context: pd.DataFrame,
    at: pd.Timestamp,
    settled_days: int,
) -> pd.DataFrame:
    """Declines of the last half year of settled weeks, with `observed` as known at that moment and `arr`."""
    since = at - pd.Timedelta(days=settled_days + LEARNED_DAYS)
    recent = outcomes[settled(outcomes["as_of"], at, settled_days) & (outcomes["as_of"] > since)]
    labels = recent[KEYS].assign(observed=known_labels(recent, at))
    dates = [date for date in falls if date in set(labels["as_of"])]
    past = pd.concat([falls[date] for date in dates]) if dates else falls[at][:0]
    return past.merge(labels, on=KEYS, how="inner").merge(context[[*KEYS, "arr"]], on=KEYS, how="left")
