"""The sentences of thresholds and lists, in the experiment's language."""

import re
from functools import cache
from typing import Literal

import pandas as pd
from babel.dates import format_date
from babel.numbers import format_currency

from leadline.experiment import Calendar
from leadline.features.calendar import local
from leadline.features.catalogue import declared

Language = Literal["en", "zh"]

SENTENCES: dict[str, dict[Language, str]] = {
    "fell": {"en": "fell {by}", "zh": "下降 {by}"},
    "grew": {"en": "grew {by}", "zh": "上升 {by}"},
    "steady": {"en": "held steady", "zh": "持平"},
    "crossed": {
        "en": "{indicator} {own} against its own past while peers {peers}, which reaches this week's line of {enter}",
        "zh": "{indicator}较自身过往{own}，同类客户{peers}，差距达到本周介入线 {enter}",
    },
    "worth": {
        "en": "its chance of leaving is {p}, so stepping in is worth {money} a year",
        "zh": "流失概率为 {p}，介入预计每年可保住 {money}",
    },
    "risk": {"en": "its chance of leaving is {p}", "zh": "流失概率为 {p}"},
    "fall": {"en": "{indicator} fell {by} below their usual level", "zh": "{indicator}较平时下降 {by}"},
    "stage.onboarding": {"en": "onboarding", "zh": "启用期"},
    "stage.adoption": {"en": "adoption", "zh": "使用期"},
    "stage.renewal": {"en": "renewal", "zh": "续约期"},
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
    "saves": {
        "en": "{rate} of leavers are saved by stepping in: of {treated} accounts treated {treated_left} left, "
        "of {held_out} held out {held_out_left}; {assumed} was assumed",
        "zh": "介入挽回 {rate} 的流失客户：已介入 {treated} 家中流失 {treated_left} 家，"
        "对照 {held_out} 家中流失 {held_out_left} 家；原假设为 {assumed}",
    },
    "saves_assumed": {
        "en": "{rate} of leavers are assumed to be saved by stepping in; so far {treated} accounts treated "
        "and {held_out} held out have settled, too few to measure it",
        "zh": "假设介入可挽回 {rate} 的流失客户；目前有结果的仅已介入 {treated} 家、对照 {held_out} 家，尚不足以测定",
    },
    "calm": {
        "en": "crossings of thresholds by any indicator, and the most to expect",
        "zh": "任一指标越过阈值的客户数，以及可预期的上限",
    },
    "established": {
        "en": "the fall of number {rank} of {accounts} accounts last week, fastest first",
        "zh": "上周 {accounts} 家客户中第 {rank} 快的降幅",
    },
    "no_capacity": {
        "en": "this group has no share of capacity",
        "zh": "该组没有分得产能",
    },
    "nobody_fell": {
        "en": "nobody fell more than their peers",
        "zh": "没有客户比同类降得更多",
    },
    "tracked_more": {
        "en": "{n} more than its share of places, for too few crossed lately",
        "zh": "近来越过者偏少，较份额多放 {n} 个名额",
    },
    "tracked_fewer": {
        "en": "{n} fewer than its share of places, for too many crossed lately",
        "zh": "近来越过者偏多，较份额少放 {n} 个名额",
    },
    "learned_lower": {
        "en": "lowered: {missed} leavers missed, {false} of {alerts} settled alerts false",
        "zh": "调低：漏报流失 {missed} 家，已有结果的 {alerts} 次预警中误报 {false} 次",
    },
    "learned_higher": {
        "en": "raised: {false} of {alerts} settled alerts false, {missed} leavers missed",
        "zh": "调高：已有结果的 {alerts} 次预警中误报 {false} 次，漏报流失 {missed} 家",
    },
    "room": {
        "en": "{room} of {places} places are free: the level of number {rank} of those who could be listed last week",
        "zh": "{places} 个名额中有 {room} 个空缺：以上周可列入客户中第 {rank} 名的水平为准",
    },
    "room_for_all": {
        "en": "{room} of {places} places are free: more than accounts could be listed last week",
        "zh": "{places} 个名额中有 {room} 个空缺：多于上周可列入的客户",
    },
    "no_room": {
        "en": "none of {places} places is free",
        "zh": "{places} 个名额均已占用",
    },
    "followed": {"en": "on the list since {since}", "zh": "自 {since} 起在名单上"},
    "ok": {"en": "ok", "zh": "正常"},
    "announced": {"en": "leaving announced", "zh": "已宣布离开"},
    "no_past": {"en": "new account: history too short", "zh": "新客户：历史过短"},
    "silent": {"en": "no usage in 28 days", "zh": "28 天内无使用"},
    "days": {"en": "{name} ({days} days)", "zh": "{name}（{days} 天）"},
    "can_grow": {
        "en": "its chance of growing is {p}, of leaving {risk}",
        "zh": "增购概率 {p}，流失概率 {risk}",
    },
    "gain": {"en": "at least {money} a year to be expected", "zh": "预期每年至少 {money}"},
    "uplift": {
        "en": "the uplift of each account, proven on accounts held out, takes the place of risk x save rate",
        "zh": "各客户的增益已在对照组上得到证明，取代“风险×挽回率”",
    },
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


def named(column: str, language: Language) -> str:
    """A column's name as words: active_users_28 becomes 'active users (28 days)'.

    The words are those its indicator declares, else the name itself.
    """
    name, days = re.fullmatch(r"(.*?)(?:_(\d+))?", column).groups()  # type: ignore[union-attr]
    words = _called().get(name, {}).get(language, name.replace("_", " "))
    return say("days", language, name=words, days=days) if days else words


@cache
def _called() -> dict[str, dict[str, str]]:
    return {indicator.name: indicator.called for indicator in declared()}


def percent(share: float) -> str:
    """A share as whole percent."""
    return f"{share:.0%}"


def money(amount: float, currency: str, language: Language) -> str:
    """An amount in whole units of its currency."""
    return str(format_currency(amount, currency, "¤#,##0", locale=language, currency_digits=False))


def day(moment: pd.Timestamp, calendar: Calendar, language: Language) -> str:
    """An instant as a date of the team's calendar."""
    return str(format_date(local(calendar, moment).date(), "medium", locale=language))
