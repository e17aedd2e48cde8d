"""The list as a CSM reads it: who, how much money, why, what to do; in words, in the order of reading."""

import pandas as pd

from leadline.decisions.facts import stage_name
from leadline.decisions.wording import Language, joined, percent
from leadline.experiment import Experiment

HEADS: dict[str, dict[Language, str]] = {
    "account": {"en": "Account", "zh": "客户"},
    "arr": {"en": "ARR ({currency})", "zh": "年度经常性收入（{currency}）"},
    "expected_loss": {"en": "Expected loss ({currency})", "zh": "预期损失（{currency}）"},
    "why": {"en": "Why it is listed", "zh": "上榜原因"},
    "signs": {"en": "What goes with its risk", "zh": "与风险相关的表现"},
    "play_name": {"en": "What to do", "zh": "建议动作"},
    "look_at": {"en": "Look at first", "zh": "先看什么"},
    "talk_track": {"en": "How to begin", "zh": "如何开口"},
    "risk": {"en": "Chance of leaving in {days} days", "zh": "{days} 天内流失概率"},
    "stage": {"en": "Stage", "zh": "阶段"},
    "tier": {"en": "Tier", "zh": "分层"},
    "term_end": {"en": "Term ends", "zh": "合同到期"},
    "data_quality": {"en": "State of the data", "zh": "数据状况"},
    "account_id": {"en": "Account ID", "zh": "客户标识"},
    "as_of": {"en": "As of", "zh": "截止日期"},
}
TIERS = {"benchmark": "标杆", "growth": "增值", "standard": "普通"}


def csm_sheet(listed: pd.DataFrame, context: pd.DataFrame, experiment: Experiment) -> pd.DataFrame:
    """A row for each listed account, on its index, with heads a person reads; money in whole units.

    `listed` is the list with the words of its plays, `context` of the same date. Without contracts the columns of
    money and term are left out.
    """
    language, currency, days = experiment.language, experiment.value.currency, experiment.outcomes.window_days
    term_end = context.set_index("account_id")["term_end"].reindex(listed["account_id"]).set_axis(listed.index)
    signs = listed[[f"driver_{i}_sentence" for i in (1, 2, 3)]].fillna("").to_numpy().tolist()
    sheet = listed.assign(
        account=listed["name"].fillna(listed["account_id"]),
        why=listed["listed_because"].map(_as_sentence).astype("str"),
        signs=pd.Series([joined(texts, language) for texts in signs], listed.index, dtype="str"),
        risk=listed["p_churn"].map(percent).astype("str"),
        arr=listed["arr"].round(),
        expected_loss=listed["expected_loss"].round(),
        stage=pd.Series([stage_name(stage, language) for stage in listed["stage"]], listed.index, dtype="str"),
        tier=listed["tier"].replace(TIERS if language == "zh" else {}),
        term_end=term_end,
    )
    known = [name for name in HEADS if name not in ("arr", "expected_loss", "term_end") or sheet[name].notna().any()]
    return sheet[known].rename(
        columns={name: HEADS[name][language].format(currency=currency, days=days) for name in known}
    )


def _as_sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
