"""Is the model to be published, or the plain rule it did not beat; said in sentences."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.models.baselines import RULES

LEAK = 0.95
MEASURES = {"auc": "auc", "average_precision": "ap"}

WORDS: dict[str, dict[str, str]] = {
    "base_rate": {"en": "base rate", "zh": "平均发生率"},
    "recency": {"en": "days since last use", "zh": "最近使用距今"},
    "decline": {"en": "biggest drop", "zh": "最大跌幅"},
    "fullness": {"en": "how full the account is", "zh": "满用程度"},
    "renewal_curve": {"en": "renewal curve", "zh": "续约曲线"},
    "and": {"en": " ", "zh": ""},
    "expansion.decline": {"en": "biggest rise", "zh": "最大升幅"},
    "model": {
        "en": "The model is used: in forward tests it beats every plain rule. {numbers}",
        "zh": "采用模型：前向检验中它胜过所有简单规则。{numbers}",
    },
    "rule": {
        "en": "The plain rule, {rule}, is used: the model does not beat every plain rule on both measures. {numbers}",
        "zh": "采用简单规则“{rule}”而非模型：模型未能在两项指标上都胜过所有简单规则。{numbers}",
    },
    "chance": {
        "en": "The plain rule, {rule}, is used: what the model gains over every plain rule may be chance. {numbers}",
        "zh": "采用简单规则“{rule}”而非模型：模型相对所有简单规则的优势可能出于偶然。{numbers}",
    },
    "numbers": {
        "en": "Model against {rule}: AUC {auc} and {rule_auc} (difference {auc_gain}), average precision {ap} and "
        "{rule_ap} (difference {ap_gain}; in brackets 95% intervals).",
        "zh": "模型与“{rule}”相比：AUC {auc} 与 {rule_auc}（差 {auc_gain}），平均精确率 {ap} 与 {rule_ap}"
        "（差 {ap_gain}；方括号内为 95% 区间）。",
    },
    "untested": {
        "en": "Not tested: too few outcomes had settled. Every account is given the base rate.",
        "zh": "未经检验：已有结果太少，所有客户均取平均发生率。",
    },
    "leak": {
        "en": "AUC above {limit} is taken for a leak until shown otherwise: the column {column} alone reaches {alone}.",
        "zh": "AUC 高于 {limit}，在查明之前视为信息泄漏：仅列 {column} 就达到 {alone}。",
    },
    "signal": {
        "en": "Among accounts due for renewal, behaviour alone tells something of who leaves: AUC {auc}.",
        "zh": "在待续约客户中，仅凭行为即可预示部分流失：AUC {auc}。",
    },
    "no_signal": {
        "en": "Among accounts due for renewal no behavioural signal was found: AUC of behaviour alone {auc}; "
        "what the score knows is contract and calendar.",
        "zh": "在待续约客户中未发现行为信号：仅凭行为的 AUC 为 {auc}；分数所知仅为合同与日历。",
    },
}


@dataclass(frozen=True)
class Verdict:
    """What is published for an outcome: "model" or a rule's name; why; its AUC in the forward test (None: untested);
    and the column suspected of a leak, if any."""

    outcome: str
    kind: str
    sentence: str
    auc: float | None = None
    leak: str | None = None


def verdict(metrics: pd.DataFrame, alone: pd.DataFrame, outcome: str, language: str = "en") -> Verdict:
    """Judge one outcome by the forward test's metrics and the columns' own AUC.

    The model is published only if its AUC and its average precision are above those of every plain rule, and one of the
    two certainly so (95% interval of the difference); else the rule with the highest average precision is (where lists
    are cut off is what matters), base rate where untested.
    """
    rows = metrics[metrics["outcome"] == outcome]
    scores = _scores(rows)
    if "p" not in scores.index:
        return Verdict(outcome, "base_rate", WORDS["untested"][language])
    rules = scores.loc[[name for name in RULES if name in scores.index]].fillna(0.0)
    above = bool((rules < scores.loc["p"]).to_numpy().all())
    beats = above and all(_certain(rows, rule) for rule in rules.index)
    best = str(rules.sort_values(["average_precision", "auc"], kind="stable").index[-1])
    leak, warning = _leak(scores, alone[alone["outcome"] == outcome], language)
    comparison = _comparison(rows, outcome, best, language)
    said = "model" if beats else "chance" if above else "rule"
    sentences = [_say(said, language, comparison), warning, _among_due(rows, language)]
    text = WORDS["and"][language].join(filter(None, sentences))
    auc = scores["auc"].to_dict()["p" if beats else best]
    return Verdict(outcome, "model" if beats else best, text, float(auc), leak)


def _scores(rows: pd.DataFrame) -> pd.DataFrame:
    """AUC and average precision over all test rows, a row per model."""
    overall = rows[(rows["slice"] == "all") & rows["metric"].isin(MEASURES)]
    return overall.pivot(index="model", columns="metric", values="value").reindex(columns=list(MEASURES))


def _certain(rows: pd.DataFrame, rule: str) -> bool:
    """Whether the model is certainly above a rule in one measure; without intervals, its being above must do."""
    gains = [_line(rows, "all", f"{metric}_advantage", rule) for metric in MEASURES]
    least = [gain["value"] if np.isnan(gain["low"]) else gain["low"] for gain in gains if gain]
    return not np.isfinite(least).any() or max(np.nan_to_num(least)) > 0


def _say(key: str, language: str, parts: Mapping[str, object]) -> str:
    return WORDS[key][language].format(**parts)


def _comparison(rows: pd.DataFrame, outcome: str, rule: str, language: str) -> dict[str, str]:
    """The rule's name, and both measures of the model and of the rule in a sentence."""
    name = WORDS.get(f"{outcome}.{rule}", WORDS[rule])[language]
    parts = {"rule": name}
    for metric, short in MEASURES.items():
        parts[short] = _number(rows, "all", metric, "p")
        parts[f"rule_{short}"] = _number(rows, "all", metric, rule)
        parts[f"{short}_gain"] = _interval(rows, "all", f"{metric}_advantage", rule, "+.3f")
    return {"rule": name, "numbers": _say("numbers", language, parts)}


def _leak(scores: pd.DataFrame, alone: pd.DataFrame, language: str) -> tuple[str | None, str]:
    """The column that ranks best alone, in either direction, and a warning; nothing where the AUC is believable."""
    if not scores["auc"].to_dict()["p"] > LEAK:
        return None, ""
    reach = alone.set_index("column")["auc"].sub(0.5).abs().fillna(0.0)
    column, found = str(reach.idxmax()), 0.5 + float(reach.max())
    return column, _say("leak", language, {"limit": LEAK, "column": column, "alone": f"{found:.3f}"})


def _among_due(rows: pd.DataFrame, language: str) -> str:
    """Whether behaviour alone tells anything among accounts due for renewal; empty where there are no contracts."""
    found = _line(rows, "due_for_renewal", "auc", "behaviour")
    if found is None or not np.isfinite(found["value"]):
        return ""
    told = _interval(rows, "due_for_renewal", "auc", "behaviour", ".3f")
    return _say("signal" if found["low"] > 0.5 else "no_signal", language, {"auc": told})


def _line(rows: pd.DataFrame, part: str, metric: str, model: str) -> dict[str, float] | None:
    """Value, low and high of one metric; None where it was not measured."""
    found = rows[(rows["slice"] == part) & (rows["metric"] == metric) & (rows["model"] == model)]
    return {name: float(found[name].iloc[0]) for name in ("value", "low", "high")} if len(found) else None


def _number(rows: pd.DataFrame, part: str, metric: str, model: str) -> str:
    return f"{(_line(rows, part, metric, model) or {}).get('value', np.nan):.3f}"


def _interval(rows: pd.DataFrame, part: str, metric: str, model: str, form: str) -> str:
    found = _line(rows, part, metric, model) or dict.fromkeys(("value", "low", "high"), np.nan)
    return "{value:@} [{low:@}, {high:@}]".replace("@", form).format(**found)
