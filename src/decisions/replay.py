"""History walked week by week as if live: whom each policy would have listed, by what was known at the time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from leadline.decisions.choose import State, Week, choose
from leadline.decisions.spell import Spell
from leadline.experiment import Experiment

FALL = 0.5
SCORE = 0.5
COLUMNS = ["policy", "as_of", "account_id", "group", "indicator", "capacity"]


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
    """Alerts of every policy: policy, as_of, account_id, group, indicator, capacity, rank (1 = first to drop last).

    - dynamic: levels set on the week before and corrected (`choose`), each week's state handed to the next;
    - fixed_fall: any watched indicator half or more below the account's own past;
    - fixed_score: p_churn of 0.5 or more;
    - top_k: the highest p_churn, as many as there is capacity.
    """
    state, parts, thresholds = State(), [], []
    for week in weeks:
        chosen = choose(week.now, week.before, state, experiment, week.settled, spells=week.spells)
        state = chosen.state
        thresholds.append(state.thresholds)
        found = {"dynamic": chosen.listed, **{name: policy(week.now, experiment) for name, policy in FIXED.items()}}
        parts += [
            table[["account_id", "group", "indicator"]].assign(
                policy=name, as_of=week.now.as_of, rank=range(1, len(table) + 1)
            )
            for name, table in found.items()
        ]
    together = pd.concat(parts, ignore_index=True).assign(capacity=experiment.capacity.total)
    return Walked(together[[*COLUMNS, "rank"]], pd.concat(thresholds, ignore_index=True))


def fixed_fall(week: Week, _: Experiment) -> pd.DataFrame:
    """Accounts of which any watched indicator is half or more below its own past, the deepest fall first."""
    falls = week.falls[(week.falls["own"] >= FALL) & week.falls["account_id"].isin(week.accounts["account_id"])]
    order = falls.sort_values(["own", "account_id", "indicator"], ascending=[False, True, True], kind="stable")
    return order.drop_duplicates("account_id").assign(group="all")


def fixed_score(week: Week, experiment: Experiment) -> pd.DataFrame:
    """Accounts of p_churn of 0.5 or more, the highest first."""
    return top_k(week, experiment, len(week.accounts)).query("p_churn >= @SCORE")


def top_k(week: Week, experiment: Experiment, places: int | None = None) -> pd.DataFrame:
    """The accounts of the highest p_churn, as many as there are places."""
    order = week.accounts.dropna(subset=["p_churn"]).sort_values(
        ["p_churn", "account_id"], ascending=[False, True], kind="stable"
    )
    return order.head(experiment.capacity.total if places is None else places).assign(group="all", indicator="p_churn")


FIXED: dict[str, Callable[[Week, Experiment], pd.DataFrame]] = {
    "fixed_fall": fixed_fall,
    "fixed_score": fixed_score,
    "top_k": top_k,
}
