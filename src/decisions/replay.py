"""History walked week by week as if live: whom each policy would have listed, by what was known at the time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.decisions.choose import State, Week, choose
from leadline.decisions.spell import Spell
from leadline.decisions.standing import carried, entered, kept_on, listed, nobody
from leadline.experiment import Experiment
from leadline.problem import Problem

FALL = 0.5
SCORE = 0.5
COLUMNS = ["policy", "as_of", "account_id", "group", "indicator", "capacity"]
Policy = Callable[[Week, Experiment], pd.DataFrame]


@dataclass(frozen=True)
class PastWeek:
    """One week of history: what a list hung on, that week and the week before (chances by this week's model), the
    declines whose outcome was settled by then, and what was abnormal in the log."""

    now: Week
    before: Week
    settled: pd.DataFrame
    spells: tuple[Spell, ...] = ()


@dataclass(frozen=True)
class Walked:
    """Alerts of every policy, and the thresholds of every week."""

    alerts: pd.DataFrame
    thresholds: pd.DataFrame


def replay(weeks: Iterable[PastWeek], experiment: Experiment) -> Walked:
    """Alerts of every policy: policy, as_of, account_id, group, indicator, capacity, rank (1: its first choice).

    - dynamic: levels set on the week before and corrected (`choose`), each week's state handed to the next;
    - fixed_fall: any watched indicator half or more below the account's own past;
    - fixed_score: p_churn of 0.5 or more;
    - top_k: the highest p_churn, as many as there is capacity; top_k_arr: the highest p_churn x arr;
    - top_k_followed, chance: those of the highest p_churn, or drawn by lot, each followed and left in peace as long as
      by dynamic, so that what rotation alone brings is told apart.
    """
    state, parts, thresholds = State(), [], []
    standings = dict.fromkeys(FOLLOWED, nobody())
    for number, week in enumerate(weeks):
        chosen = choose(week.now, week.before, state, experiment, week.settled, spells=week.spells)
        state = chosen.state
        thresholds.append(state.thresholds)
        found = {"dynamic": chosen.listed, **{name: policy(week.now, experiment) for name, policy in FIXED.items()}}
        for name, order in FOLLOWED.items():
            ranked = order(week.now, np.random.default_rng([experiment.seed, number]))
            standings[name] = _followed(standings[name], ranked, week.now.as_of, experiment, first=number == 0)
            found[name] = ranked[ranked["account_id"].isin(listed(standings[name]))]
        parts += [_alerts(name, table, week.now.as_of) for name, table in found.items()]
    if not parts:
        raise Problem("There is nothing to replay: no week of the log could be scored; give a longer log.")
    together = pd.concat(parts, ignore_index=True).assign(capacity=experiment.capacity.total)
    return Walked(together[[*COLUMNS, "rank"]], pd.concat(thresholds, ignore_index=True))


def _alerts(policy: str, table: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    ranks = range(1, len(table) + 1)
    return table[["account_id", "group", "indicator"]].assign(policy=policy, as_of=as_of, rank=ranks)


def fixed_fall(week: Week, _: Experiment) -> pd.DataFrame:
    """Accounts of which any watched indicator is half or more below its own past, the deepest fall first."""
    falls = week.falls[(week.falls["own"] >= FALL) & week.falls["account_id"].isin(week.accounts["account_id"])]
    order = falls.sort_values(["own", "account_id", "indicator"], ascending=[False, True, True], kind="stable")
    return order.drop_duplicates("account_id").assign(group="all")


def fixed_score(week: Week, _: Experiment) -> pd.DataFrame:
    """Accounts of p_churn of 0.5 or more, the highest first."""
    return _by(week, "p_churn").query("p_churn >= @SCORE")


def top_k(week: Week, experiment: Experiment) -> pd.DataFrame:
    """The accounts of the highest p_churn, as many as there is capacity."""
    return _by(week, "p_churn").head(experiment.capacity.total)


def top_k_arr(week: Week, experiment: Experiment) -> pd.DataFrame:
    """The accounts of the highest p_churn x arr, as many as there is capacity; none where no ARR is known."""
    return _by(week, "arr").dropna(subset=["arr"]).head(experiment.capacity.total)


def _by(week: Week, name: str) -> pd.DataFrame:
    """Accounts with a chance, the highest p_churn, or p_churn x arr, first."""
    known = week.accounts.dropna(subset=["p_churn"])
    by = known["p_churn"] if name == "p_churn" else known["p_churn"] * known["arr"]
    order = known.assign(by=by).sort_values(["by", "account_id"], ascending=[False, True], kind="stable")
    return order.assign(group="all", indicator=name)


def _drawn(week: Week, luck: np.random.Generator) -> pd.DataFrame:
    known = week.accounts.dropna(subset=["p_churn"]).sort_values("account_id", kind="stable")
    return known.iloc[luck.permutation(len(known))].assign(group="all", indicator="chance")


def _followed(
    standing: pd.DataFrame, ranked: pd.DataFrame, as_of: pd.Timestamp, experiment: Experiment, first: bool
) -> pd.DataFrame:
    """The best ranked that are free fill the places; those whose time is up stay where nobody takes theirs."""
    following, total = experiment.following, experiment.capacity.total
    gone = standing.loc[~standing["account_id"].isin(ranked["account_id"]), "account_id"]
    stays = carried(standing, as_of, gone, following)
    free = ranked.loc[~ranked["account_id"].isin(stays["account_id"]), "account_id"]
    now = entered(stays, free.head(max(total - len(listed(stays)), 0)), as_of, following, first)
    due = set(listed(standing)) - set(listed(stays)) - set(gone)
    longer = ranked.loc[ranked["account_id"].isin(due), "account_id"].head(max(total - len(listed(now)), 0))
    return kept_on(now, standing, longer, as_of)


FIXED: dict[str, Policy] = {
    "fixed_fall": fixed_fall,
    "fixed_score": fixed_score,
    "top_k": top_k,
    "top_k_arr": top_k_arr,
}
FOLLOWED: dict[str, Callable[[Week, np.random.Generator], pd.DataFrame]] = {
    "top_k_followed": lambda week, _: _by(week, "p_churn"),
    "chance": _drawn,
}
