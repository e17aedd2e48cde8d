"""Why a score moved since last time: the account's data moved, or the model did; and which indicator most."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.features.indicator import Column
from leadline.models.explain import contributions
from leadline.models.fitted import Fitted

LEAST = 0.005  # half a point; below it there is nothing to explain

WORDS = {
    "up": {
        "en": "risk up {points} points, most of it: {reason}",
        "zh": "风险上升 {points} 个百分点，主要体现在：{reason}",
    },
    "down": {
        "en": "risk down {points} points, most of it: {reason}",
        "zh": "风险下降 {points} 个百分点，主要体现在：{reason}",
    },
    "model": {
        "en": "the model was trained again ({points} points)",
        "zh": "模型重新训练（{points} 个百分点）",
    },
}


@dataclass(frozen=True)
class Earlier:
    """What was said at the earlier date: the model of then, and chances as published, by account_id (maybe none)."""

    model: Fitted
    published: pd.Series


def score_changes(
    fitted: Fitted,
    now: pd.DataFrame,
    before: pd.DataFrame,
    columns: tuple[Column, ...],
    language: str,
    earlier: Earlier | None = None,
) -> pd.DataFrame:
    """score_change (chance now less chance then), change_because, score_change_data and score_change_model.

    In the order of `now`. The chance then is the published one, else that of the model of then, by default of the
    model now. score_change_model is what the two models say differently of the data of then; score_change_data is the
    rest, what the data moved under the model now. change_because names the bigger of them: the indicator that moved
    most, or the model.
    NaN and no sentence where an account was not there before, or where the earlier frame lacks what the rule needs;
    no sentence for less than half a point. A model of then that needs columns now gone is left out of account.
    """
    then = before.set_index("account_id").reindex(now["account_id"]).reset_index()
    was = then["account_id"].isin(before["account_id"]).to_numpy()
    if not set(fitted.needs) <= set(then.columns):
        was = np.zeros(len(now), dtype=bool)
    found = pd.DataFrame(np.nan, now.index, ["score_change", "score_change_data", "score_change_model"])
    found.insert(1, "change_because", "")
    if was.any():
        pair = now[was].reset_index(drop=True), then[was].reset_index(drop=True)
        known = earlier if earlier and set(earlier.model.needs) <= set(then.columns) else None
        parts = _parts(fitted, *pair, known)
        found.loc[was, list(parts)] = parts.to_numpy()
        found.loc[was, "change_because"] = _sentences(fitted, *pair, parts, columns, language)
    return found


def _parts(fitted: Fitted, now: pd.DataFrame, before: pd.DataFrame, earlier: Earlier | None) -> pd.DataFrame:
    """The change in all and its two parts, which add up to it."""
    by_both = fitted.predict(before)
    then = earlier.model.predict(before) if earlier else by_both
    published = earlier.published.reindex(before["account_id"]).to_numpy(dtype=np.float64) if earlier else then
    change = fitted.predict(now) - np.where(np.isnan(published), then, published)
    model = by_both - then
    return pd.DataFrame({"score_change": change, "score_change_data": change - model, "score_change_model": model})


def _sentences(
    fitted: Fitted,
    now: pd.DataFrame,
    before: pd.DataFrame,
    parts: pd.DataFrame,
    columns: tuple[Column, ...],
    language: str,
) -> list[str]:
    by_name = {column.name: column for column in columns}
    change, model = parts["score_change"].to_numpy(), parts["score_change_model"].to_numpy()
    moved = contributions(fitted, now).values - contributions(fitted, before).values
    movers = _movers(moved.mul(np.sign(change), axis=0), columns)
    by_model = np.abs(model) > parts["score_change_data"].abs()
    reasons = [
        _trained_again(model[i], language)
        if by_model[i]
        else by_name[c].reason(now[c].iloc[i], before[c].iloc[i], language)
        if c
        else ""
        for i, c in enumerate(movers)
    ]
    return [_sentence(reason, by, language) for reason, by in zip(reasons, change, strict=True)]


def _movers(signed: pd.DataFrame, columns: tuple[Column, ...]) -> list[str]:
    """For each row the column that speaks for the indicator that moved the score most its way; '' if none did."""
    model = [c for c in columns if c.name in signed]
    if not model:
        return [""] * len(signed)
    names = [c.indicator.name for c in model]
    values = signed[[c.name for c in model]]
    totals = values.T.groupby(names, sort=False).transform("sum").T
    best = totals.eq(totals.max(axis=1), axis=0)
    columns_of_best = values.where(best, -np.inf).idxmax(axis=1)
    return list(columns_of_best.where(totals.max(axis=1) > 0, ""))


def _trained_again(points: float, language: str) -> str:
    return WORDS["model"][language].format(points=f"{100 * points:+.1f}")


def _sentence(reason: str, change: float, language: str) -> str:
    if not reason or abs(change) < LEAST:
        return ""
    key = "up" if change > 0 else "down"
    return WORDS[key][language].format(points=f"{abs(100 * change):.1f}", reason=reason[0].lower() + reason[1:])
