"""Reasons a person can read: what goes with an account's risk, in sentences with its own numbers."""

import math
from typing import Any

import numpy as np
import pandas as pd

from leadline.features.indicator import Column
from leadline.models.arrays import Floats
from leadline.models.explain import contributions
from leadline.models.fitted import Fitted

COLUMNS = ["account_id", "rank", "indicator", "column", "value", "change", "contribution", "sentence"]
CLEARLY = 0.25  # of what a column adds: by so much less it must add at another value to be told against that value


def reasons(
    fitted: Fitted,
    snapshots_now: pd.DataFrame,
    snapshots_before: pd.DataFrame,
    columns: tuple[Column, ...],
    language: str,
    top: int = 3,
    typical: pd.Series | None = None,
) -> pd.DataFrame:
    """The strongest reasons for a high score, at most `top` an account, in the order of the accounts and rank 1, 2, 3.

    An indicator's contribution is the sum over its columns; it speaks through the column that adds most and has a
    value. Only what pushes up is a reason, by itself and together with its family. Families are taken in turn, by
    what they add in all: one reason each before any has a second; behaviour comes before calendar and contract.
    `value` is of now, `change` is since `snapshots_before` (NaN where the account was not there), `contribution` is
    in log-odds. A sentence tells of four weeks earlier where the change goes with the risk, else of the typical
    account (`typical`, a value for each column; by default the median of the accounts given) where the account stands
    worse, else of the value alone.
    """
    model = tuple(c for c in columns if c.name in fitted.columns)
    now = snapshots_now.reset_index(drop=True)
    values = now[[c.name for c in model]]
    past = _before(now, snapshots_before, model)
    middle = values.median() if typical is None else typical
    usual = pd.DataFrame({c.name: middle[c.name] for c in model}, index=values.index, dtype="float64")
    chosen = _spread_over_families(_candidates(fitted, now, model))
    chosen = chosen[chosen["rank"] <= top]
    facts = chosen.assign(
        value=_at(values, chosen),
        before=_at(past, chosen),
        usual=_at(usual, chosen),
        change=_at(values, chosen) - _at(past, chosen),
        part_before=_at(_parts_at(fitted, now, past), chosen),
        part_usual=_at(_parts_at(fitted, now, usual), chosen),
    )
    by_name = {column.name: column for column in model}
    sentences = [_sentence(by_name[str(fact.column)], fact, language) for fact in facts.itertuples()]
    return facts.assign(sentence=pd.Series(sentences, facts.index, dtype="str"))[COLUMNS].reset_index(drop=True)


def _sentence(column: Column, fact: Any, language: str) -> str:
    """Against four weeks earlier, against the typical account, or alone: a comparison must go the way of the risk."""
    if _worse(column, fact.value, fact.before, fact.part, fact.part_before, language):
        return column.reason(fact.value, fact.before, language)
    if _worse(column, fact.value, fact.usual, fact.part, fact.part_usual, language):
        return column.standing(fact.value, fact.usual, language)
    return column.alone(fact.value, language)


def _worse(column: Column, value: float, other: float, part: float, part_other: float, language: str) -> bool:
    """Whether a column adds clearly less at another value, and the two can be told apart as written."""
    apart = math.isfinite(other) and column.written(value, language) != column.written(other, language)
    return apart and part - part_other >= CLEARLY * part


def _candidates(fitted: Fitted, frame: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """A row per account and indicator that pushes its score up, with the column that speaks for it."""
    found = contributions(fitted, frame)
    parts = pd.DataFrame(
        {
            "row": np.repeat(np.arange(len(frame)), len(columns)),
            "account_id": np.repeat(frame["account_id"].to_numpy(), len(columns)),
            "column": [c.name for c in columns] * len(frame),
            "indicator": [c.indicator.name for c in columns] * len(frame),
            "family": [c.indicator.family for c in columns] * len(frame),
            "calendar": [not c.indicator.behaviour for c in columns] * len(frame),
            "part": found.values[[c.name for c in columns]].to_numpy().ravel(),
            "known": frame[[c.name for c in columns]].notna().to_numpy().ravel(),
        }
    )
    parts["contribution"] = parts.groupby(["row", "indicator"], sort=False)["part"].transform("sum")
    parts["in_all"] = parts.groupby(["row", "family"], sort=False)["part"].transform("sum")
    up = (parts[["part", "contribution", "in_all"]] > 0).all(axis=1)
    speaking = parts[parts["known"] & up]
    speaking = speaking.sort_values(["row", "part", "column"], ascending=[True, False, True], kind="stable")
    return speaking.drop_duplicates(["row", "indicator"])


def _spread_over_families(candidates: pd.DataFrame) -> pd.DataFrame:
    """Ranked within each account: the strongest of every family first, then their seconds, and so on; calendar and
    contract, which nobody can talk an account out of, only after what people do.

    A family stands by all its indicators together, not by its strongest: those that tell the same share its weight.
    """
    strongest = ["row", "contribution", "indicator"]
    ordered = candidates.sort_values(strongest, ascending=[True, False, True], kind="stable")
    ordered["turn"] = ordered.groupby(["row", "family"]).cumcount()
    ordered = ordered.sort_values(
        ["row", "calendar", "turn", "in_all", "contribution", "indicator"],
        ascending=[True, True, True, False, False, True],
        kind="stable",
    )
    return ordered.assign(rank=ordered.groupby("row").cumcount() + 1)


def _before(now: pd.DataFrame, before: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """The earlier snapshots in the order of the accounts now; NaN where an account was not there."""
    return before.set_index("account_id")[[c.name for c in columns]].reindex(now["account_id"]).reset_index(drop=True)


def _parts_at(fitted: Fitted, now: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """What each column would contribute at other values, all else of the accounts as it is."""
    return contributions(fitted, pd.concat([now.drop(columns=values.columns), values], axis=1)).values


def _at(frame: pd.DataFrame, chosen: pd.DataFrame) -> Floats:
    """The cells of a frame that belong to the chosen rows and columns."""
    places = frame.columns.get_indexer(pd.Index(chosen["column"]))
    return frame.to_numpy(dtype=np.float64)[chosen["row"].to_numpy(), places]
