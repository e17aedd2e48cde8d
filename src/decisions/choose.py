"""Who is listed this week, and why."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from leadline.decisions.capacity import Places, all_places, within_capacity
from leadline.decisions.decline import deepest
from leadline.decisions.value import value_of_stepping_in
from leadline.decisions.wording import Language, joined, money, moved, named, percent, say
from leadline.experiment import Experiment


def choose(
    accounts: pd.DataFrame, crossed: pd.DataFrame, experiment: Experiment, places: Places | None = None
) -> pd.DataFrame:
    """The listed accounts in order of rank: account_id, value, listed_because.

    `accounts` holds account_id, csm, tier, p_churn, arr; `crossed` the crossings of thresholds; `places` those that
    are free, by default all there are. An account stands for the list when stepping in is worth more than it costs, or
    its money is unknown, or one of its indicators crossed a threshold. These are taken by value, then p_churn, both
    highest first (unknown value last), then account_id, until the CSM's book or the capacity is full; places kept for a
    tier go to its best first. So money ranks where it is known and risk where it is not; a threshold brings in an
    account whose value alone would not, and never pushes out one worth more.
    """
    value = value_of_stepping_in(accounts["p_churn"], accounts["arr"], experiment.value)
    crosses = accounts["account_id"].isin(crossed["account_id"])
    stands = accounts["p_churn"].notna() & ((value > 0) | accounts["arr"].isna() | crosses)
    ranked = accounts.assign(value=value)[stands].sort_values(
        ["value", "p_churn", "account_id"], ascending=[False, False, True], kind="stable", ignore_index=True
    )
    free = places or all_places(experiment.capacity)
    taken = ranked[within_capacity(ranked["csm"], ranked["tier"], free)]
    falls = deepest(crossed, "indicator").to_dict("index")
    reasons = [
        _because(falls.get(account), value, p_churn, experiment)
        for account, value, p_churn in zip(taken["account_id"], taken["value"], taken["p_churn"], strict=True)
    ]
    return taken[["account_id", "value"]].assign(listed_because=pd.Series(reasons, index=taken.index, dtype="str"))


def _because(fall: dict[Hashable, Any] | None, value: float, p_churn: float, experiment: Experiment) -> str:
    reasons = [_crossed(fall, experiment.language)] if fall else []
    if value > 0:
        amount = money(value, experiment.value.currency, experiment.language)
        reasons.append(say("worth", experiment.language, p=percent(p_churn), money=amount))
    elif pd.isna(value):
        reasons.append(say("risk", experiment.language, p=percent(p_churn)))
    return joined(reasons, experiment.language)


def _crossed(fall: dict[Hashable, Any], language: Language) -> str:
    words = {name: moved(fall[name], language) for name in ("own", "peers")}
    enter = percent(fall["enter"])
    return say("crossed", language, indicator=named(fall["indicator"], language), enter=enter, **words)
