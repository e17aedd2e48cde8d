"""The sentences of thresholds and lists, in the experiment's language."""

import re
from typing import Literal

from babel.numbers import format_currency

Language = Literal["en", "zh"]

SENTENCES: dict[str, dict[Language, str]] = {
    "fell": {"en": "fell {by}", "zh": "下降 {by}"},
    "grew": {"en": "grew {by}", "zh": "上升 {by}"},
    "steady": {"en": "held steady", "zh": "持平"},
    "crossed": {
        "en": "{indicator} crossed its threshold of {enter}: {own} against its own past, peers {peers}",
        "zh": "{indicator}越过阈值 {enter}：较自身过往{own}，同类客户{peers}",
    },
    "worth": {"en": "value of stepping in {money}", "zh": "介入价值 {money}"},
    "risk": {"en": "risk of leaving {p}", "zh": "流失概率 {p}"},
    "no_fall": {"en": "nothing fell by a tenth or more", "zh": "没有指标下降一成以上"},
    "market": {
        "en": "its peers fell as much in {indicator}: the market or the calendar",
        "zh": "同类客户的{indicator}同样下降：是市场或时令所致",
    },
    "product": {
        "en": "module {module} fell {by} at the median of {accounts} accounts: look at the product first",
        "zh": "模块 {module} 在 {accounts} 家客户中的中位降幅为 {by}：先查产品",
    },
    "product_since": {
        "en": "its use of module {module} is {by} below what it was before the fault of {first} to {last}, "
        "more than that of its other modules: look at the product first",
        "zh": "模块 {module} 在 {first} 至 {last} 出现故障，该客户此后的使用量仍低 {by}，降幅超过其他模块：先查产品",
    },
    "departed": {
        "en": "one of its admins, executives or champions has left and nobody took the place (first seen on {date})",
        "zh": "有管理员、高管或支持者离开且无人接替（{date} 首次发现）",
    },
    "silent_people": {
        "en": "{count} of its key people silent for {weeks} weeks or more",
        "zh": "有 {count} 位关键用户已沉默 {weeks} 周以上",
    },
    "business": {
        "en": "the fall in {indicator} is the account's own",
        "zh": "{indicator}的下降出自客户自身",
    },
    "of_everything": {"en": "all usage", "zh": "全部使用量"},
    "of_module": {"en": "module {name}", "zh": "模块 {name}"},
    "of_region": {"en": "region {name}", "zh": "区域 {name}"},
    "spell_silent": {
        "en": "nothing was received of {where} since {first}: look at the feed first",
        "zh": "自 {first} 起未收到{where}的数据：先查数据接入",
    },
    "spell_missing": {
        "en": "{where} stood at {level} of usual from {first} to {last}, as where records are missing: "
        "look at the feed first",
        "zh": "{first} 至 {last}，{where}仅为平常的 {level}，像是记录缺失：先查数据接入",
    },
    "spell_holiday": {
        "en": "{where} stood at {level} of usual from {first} to {last}: {holiday}",
        "zh": "{first} 至 {last}，{where}为平常的 {level}：{holiday}",
    },
    "spell_last_year": {
        "en": "{where} stood at {level} of usual from {first} to {last}, as on these days a year before: the calendar",
        "zh": "{first} 至 {last}，{where}为平常的 {level}，与去年同期相同：时令所致",
    },
    "spell_together": {
        "en": "{where} stood at {level} of usual from {first} to {last}, every module alike: the calendar",
        "zh": "{first} 至 {last}，{where}为平常的 {level}，各模块一致：时令所致",
    },
    "spell_module_low": {
        "en": "{where} stood at {level} of usual from {first} to {last}, the others did not: look at the product first",
        "zh": "{first} 至 {last}，{where}为平常的 {level}，其余模块正常：先查产品",
    },
    "flood": {
        "en": "{crossings} accounts crossed their thresholds, where {limit} are the most to expect: {reason}",
        "zh": "共有 {crossings} 家客户越过阈值，预期至多 {limit} 家：{reason}",
    },
    "flood_unknown": {"en": "unknown, look before you call", "zh": "原因不明，联系客户前先核查"},
    "established": {
        "en": "established: the fall of number {rank} of {accounts} accounts, fastest first",
        "zh": "初次设定：{accounts} 家客户中第 {rank} 快的降幅",
    },
    "no_capacity": {
        "en": "established: this group has no share of capacity",
        "zh": "初次设定：该组没有分得产能",
    },
    "nobody_fell": {
        "en": "established: nobody fell more than their peers",
        "zh": "初次设定：没有客户比同类降得更多",
    },
    "ok": {"en": "ok", "zh": "正常"},
    "announced": {"en": "leaving announced", "zh": "已宣布离开"},
    "no_past": {"en": "new account: history too short", "zh": "新客户：历史过短"},
    "silent": {"en": "no usage in 28 days", "zh": "28 天内无使用"},
    "days": {"en": "{name} ({days} days)", "zh": "{name}（{days} 天）"},
    "can_grow": {
        "en": "chance of expansion {p}, risk of leaving {risk}",
        "zh": "增购概率 {p}，流失概率 {risk}",
    },
    "gain": {"en": "at least {money} a year expected", "zh": "预期每年至少 {money}"},
    "and": {"en": "; ", "zh": "；"},
}


def say(key: str, language: Language, **parts: object) -> str:
    """A sentence by key, its parts filled in."""
    return SENTENCES[key][language].format(**parts)


def joined(sentences: list[str], language: Language) -> str:
    """Sentences in one cell, the empty ones left out."""
    return say("and", language).join(filter(None, sentences))


def moved(fall: float, language: Language) -> str:
    """A fall as words: 0.43 'fell 43%', -0.05 'grew 5%', 0.001 'held steady'."""
    by = percent(abs(fall))
    return say("steady" if by == "0%" else "fell" if fall > 0 else "grew", language, by=by)


def named(indicator: str, language: Language) -> str:
    """A column's name as words: active_users_28 becomes 'active users (28 days)'."""
    name, days = re.fullmatch(r"(.*?)(?:_(\d+))?", indicator).groups()  # type: ignore[union-attr]
    words = name.replace("_", " ")
    return say("days", language, name=words, days=days) if days else words


def percent(share: float) -> str:
    """A share as whole percent."""
    return f"{share:.0%}"


def money(amount: float, currency: str, language: Language) -> str:
    """An amount in whole units of its currency."""
    return str(format_currency(amount, currency, "¤#,##0", locale=language, currency_digits=False))
