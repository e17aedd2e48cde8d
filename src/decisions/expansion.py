"""Who has water to spare: accounts likely to grow and unlikely to leave."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from leadline.decisions.capacity import all_places, within_capacity
from leadline.decisions.plays import Playbook, cases_of
from leadline.decisions.wording import joined, money, percent, say
from leadline.experiment import Experiment
from leadline.features.indicator import Column

LIKELY_SHARE = 0.2
REASONS = (1, 2, 3)


def expansion_list(
    table: pd.DataFrame,
    reasons: pd.DataFrame,
    plays: Playbook,
    experiment: Experiment,
    columns: tuple[Column, ...],
) -> pd.DataFrame:
    """The accounts of scored_accounts to talk growth with, within one capacity of its own, the best first.

    Likely: p_expand among the highest fifth and above 0. Not at risk: p_churn at or below the table's
    median, and not listed. Rank: expected gain = p_expand x arr x (expansion_ratio - 1), the least an
    expansion adds a year, where contracts tell money; then p_expand, then account_id. Accounts that
    announced leaving have no score and drop out. `reasons` are those of p_expand (account_id, driver_1..3): the
    first is told, and they choose the play. In the columns of EXPANSION, but for the words of the play.
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
    others = [name for name in reasons if name != "account_id"]
    taken = taken.drop(columns=others, errors="ignore").merge(reasons, on="account_id", how="left")
    return taken.assign(
        listed_because=pd.Series([_because(row, experiment) for row in taken.to_dict("records")], dtype="str"),
        play=pd.Series(_plays(taken, plays, columns), dtype="str"),
    )


def _plays(taken: pd.DataFrame, plays: Playbook, columns: tuple[Column, ...]) -> list[str]:
    cases = [cases_of(taken, columns, reason) for reason in REASONS]
    return [plays.growth_play_for(of_one) for of_one in zip(*cases, strict=True)]


def _because(row: dict[Hashable, Any], experiment: Experiment) -> str:
    language, reason = experiment.language, row["driver_1_sentence"]
    told = [reason] if isinstance(reason, str) else []
    told.append(say("can_grow", language, p=percent(row["p_expand"]), risk=percent(row["p_churn"])))
    if pd.notna(row["expected_gain"]):
        amount = money(row["expected_gain"], experiment.value.currency, language)
        told.append(say("gain", language, money=amount))
    return joined(told, language)
