"""Why a score moved since last time, the model being the same: which indicator moved it most."""

import numpy as np
import pandas as pd

from leadline.features.indicator import Column
from leadline.models.arrays import Floats
from leadline.models.explain import contributions
from leadline.models.fitted import Fitted

LEAST = 0.005  # half a point; below it there is nothing to explain

WORDS = {
    "up": {
        "en": "risk up {points} points, most of it: {reason}",
        "zh": "风险上升 {points} 个百分点，主要因为：{reason}",
    },
    "down": {
        "en": "risk down {points} points, most of it: {reason}",
        "zh": "风险下降 {points} 个百分点，主要因为：{reason}",
    },
}


def score_changes(
    fitted: Fitted, now: pd.DataFrame, before: pd.DataFrame, columns: tuple[Column, ...], language: str
) -> pd.DataFrame:
    """score_change (chance now less chance before) and change_because, in the order of `now`.

    NaN and no sentence where an account was not there before, or where the earlier frame lacks what the rule needs;
    no sentence for less than half a point.
    """
    earlier = before.set_index("account_id").reindex(now["account_id"]).reset_index()
    was = earlier["account_id"].isin(before["account_id"]).to_numpy()
    if not set(fitted.needs) <= set(earlier.columns):
        was = np.zeros(len(now), dtype=bool)
    change = np.full(len(now), np.nan)
    because = np.full(len(now), "", dtype=object)
    if was.any():
        pair = now[was].reset_index(drop=True), earlier[was].reset_index(drop=True)
        change[was] = fitted.predict(pair[0]) - fitted.predict(pair[1])
        because[was] = _sentences(fitted, *pair, change[was], columns, language)
    return pd.DataFrame({"score_change": change, "change_because": because}, index=now.index)


def _sentences(
    fitted: Fitted,
    now: pd.DataFrame,
    before: pd.DataFrame,
    change: Floats,
    columns: tuple[Column, ...],
    language: str,
) -> list[str]:
    by_name = {column.name: column for column in columns}
    moved = contributions(fitted, now).values - contributions(fitted, before).values
    signed = moved.mul(np.sign(change), axis=0)
    return [
        _sentence(by_name[c], now[c].iloc[i], before[c].iloc[i], change[i], language) if c else ""
        for i, c in enumerate(_mover(signed, columns, change))
    ]


def _mover(signed: pd.DataFrame, columns: tuple[Column, ...], change: Floats) -> list[str]:
    """For each row the column that speaks for the indicator that moved the score most its way; '' if none did."""
    model = [c for c in columns if c.name in signed]
    if not model:
        return [""] * len(signed)
    names = [c.indicator.name for c in model]
    values = signed[[c.name for c in model]]
    totals = values.T.groupby(names, sort=False).transform("sum").T
    best = totals.eq(totals.max(axis=1), axis=0)
    columns_of_best = values.where(best, -np.inf).idxmax(axis=1)
    told = (np.abs(change) >= LEAST) & (totals.max(axis=1).to_numpy() > 0)
    return list(columns_of_best.where(told, ""))


def _sentence(column: Column, value: float, before: float, change: float, language: str) -> str:
    reason = column.reason(value, before, language)
    key = "up" if change > 0 else "down"
    return WORDS[key][language].format(points=f"{abs(100 * change):.1f}", reason=reason[0].lower() + reason[1:])
