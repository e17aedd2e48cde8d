"""Who has water to spare: accounts likely to grow and unlikely to leave."""

import pandas as pd

from leadline.decisions.capacity import all_places, within_capacity
from leadline.decisions.plays import Playbook
from leadline.decisions.wording import joined, money, percent, say
from leadline.experiment import Experiment

LIKELY_SHARE = 0.2
COLUMNS = [
    "account_id",
    "name",
    "as_of",
    "p_expand",
    "p_churn",
    "arr",
    "expected_gain",
    "stage",
    "tier",
    "csm",
    "listed_because",
    "play",
]


def expansion_list(table: pd.DataFrame, plays: Playbook, experiment: Experiment) -> pd.DataFrame:
    """The accounts of scored_accounts to talk growth with, within one capacity of its own, the best first.

    Likely: p_expand among the highest fifth and above 0. Not at risk: p_churn at or below the table's
    median, and not listed. Rank: expected gain = p_expand x arr x (expansion_ratio - 1), the least an
    expansion adds a year, where contracts tell money; then p_expand, then account_id. Accounts that
    announced leaving have no score and drop out.
    """
    scored = table.dropna(subset=["p_churn", "p_expand"])
    likely = scored["p_expand"].ge(scored["p_expand"].quantile(1 - LIKELY_SHARE)) & scored["p_expand"].gt(0)
    safe = scored["p_churn"].le(scored["p_churn"].median()) & scored["listed_because"].eq("")
    gain = scored["p_expand"] * scored["arr"] * (experiment.outcomes.expansion_ratio - 1)
    known = gain if experiment.outcomes.mode == "contract" else gain * float("nan")
    ranked = scored.assign(expected_gain=known)[likely & safe].sort_values(
        ["expected_gain", "p_expand", "account_id"],
        ascending=[False, False, True],
        kind="stable",
        ignore_index=True,
    )
    taken = ranked[within_capacity(ranked["csm"], ranked["tier"], all_places(experiment.capacity))].reset_index(
        drop=True
    )
    taken = taken.assign(listed_because=_reasons(taken, experiment))
    return taken.assign(play=pd.Series(plays.expansion, taken.index, dtype="str"))[COLUMNS]


def _reasons(taken: pd.DataFrame, experiment: Experiment) -> pd.Series:
    rows = zip(taken["p_expand"], taken["p_churn"], taken["expected_gain"], strict=True)
    return pd.Series([_because(*row, experiment) for row in rows], index=taken.index, dtype="str")


def _because(p_expand: float, p_churn: float, gain: float, experiment: Experiment) -> str:
    language = experiment.language
    chance = say("can_grow", language, p=percent(p_expand), risk=percent(p_churn))
    if pd.isna(gain):
        return chance
    amount = money(gain, experiment.value.currency, language)
    return joined([chance, say("gain", language, money=amount)], language)
