"""The declaration of an indicator: one named number about one account as of a date."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from babel.numbers import format_decimal, format_percent

from leadline.problem import Problem

Level = Literal["company", "product", "user"]
Unit = Literal["count", "share", "change", "log change", "ratio", "days", "money", "stage", "flag"]
LOCALES = {"en": "en_US", "zh": "zh_CN"}
CALENDAR_AND_CONTRACT = ("lifecycle", "commercial")
UNKNOWN = {"en": "unknown", "zh": "未知"}
EARLIER = {"en": "four weeks earlier", "zh": "四周前"}
TYPICAL = {"en": "for the typical account", "zh": "典型客户"}
COMPARISON = {
    "en": re.compile(r",? (against |\()\{before\} four weeks earlier\)?$"),
    "zh": re.compile(r"[，（]四周前为 ?\{before\}[^，（]{0,4}$"),
}
YES_NO = {"en": ("no", "yes"), "zh": ("否", "是")}
STAGES = {"en": ("onboarding", "adoption", "renewal"), "zh": ("上线期", "使用期", "续约期")}


@dataclass(frozen=True)
class Indicator:
    """What one indicator means, how it reads as a reason, and the function that yields it.

    Directions are towards churn: +1 where a higher value goes with it, -1 where a lower one does, 0 where neither
    is known beforehand. `empty` is its value for an account without history (None: undefined). `decline` marks
    those whose fall the thresholds watch, `called` what these are called in the middle of a sentence, `market` those
    that have a twin with market movement taken out. Sentences are templates over value, before (28 days earlier),
    window, and module where there is one for `per_module`; one that
    speaks of before ends with it (see COMPARISON), so that it can be told against the typical account, or alone.
    """

    name: str
    meaning: str
    level: Level
    family: str
    unit: Unit
    windows: tuple[int, ...]
    empty: float | None
    direction: int
    decline: bool
    sentence: dict[str, str]
    define: Callable[..., Any]
    market: bool = False
    per_module: bool = False
    source: str = ""
    called: dict[str, str] = field(default_factory=dict)

    @property
    def behaviour(self) -> bool:
        """Whether it tells what people do, and not what calendar and contract say whatever they do."""
        return self.family not in CALENDAR_AND_CONTRACT

    def against_market(self) -> "Indicator":
        """Its twin: the same less the median over accounts, so that what happened to everybody is taken out."""
        return replace(
            self,
            name=f"{self.name}_vs_market",
            meaning=f"{self.meaning}\n\nLess the median over active accounts that week: market movement taken out.",
            sentence={
                "en": f"against the market: {self.sentence['en']}",
                "zh": f"扣除大盘后：{self.sentence['zh']}",
            },
            empty=None,
            decline=False,
            market=False,
            define=lambda m, *given: m.market(self.define(m, *given)),
        )

    def in_module(self, module: str) -> "Indicator":
        """The same for one module of the product."""
        shown = module.replace("{", "{{").replace("}", "}}")
        return replace(
            self,
            name=f"{self.name}_{_as_name(module)}",
            meaning=f"{self.meaning}\n\nModule {module}.",
            sentence={language: said.replace("{module}", shown) for language, said in self.sentence.items()},
            per_module=False,
            define=lambda m, window: self.define(m, window, module),
        )

    def columns(self) -> tuple["Column", ...]:
        """The columns it fills: one for each window, or one named as itself."""
        return tuple(Column(f"{self.name}_{w}", self, w) for w in self.windows) or (Column(self.name, self, None),)


@dataclass(frozen=True)
class Column:
    """One column of the snapshot table: an indicator, and the window in days it looks back (None: as of now)."""

    name: str
    indicator: Indicator
    window: int | None

    @property
    def watched(self) -> bool:
        """Whether a threshold watches its fall: the monthly column of a declining indicator."""
        return self.indicator.decline and self.window in (None, 28)

    def reason(self, value: float, before: float, language: str) -> str:
        """The reason it gives, as a sentence with the account's own numbers, now and four weeks earlier."""
        return self._told(self.indicator.sentence[language], value, before, language)

    def standing(self, value: float, typical: float, language: str) -> str:
        """The same against the typical account's number."""
        sentence = self.indicator.sentence[language].replace(EARLIER[language], TYPICAL[language])
        return self._told(sentence, value, typical, language)

    def alone(self, value: float, language: str) -> str:
        """The same without any comparison."""
        sentence = COMPARISON[language].sub("", self.indicator.sentence[language])
        return self._told(sentence, value, math.nan, language)

    def _told(self, sentence: str, value: float, before: float, language: str) -> str:
        numbers = {"value": self.written(value, language), "before": self.written(before, language)}
        told = sentence.format(window=self.window, **numbers)
        return told[0].upper() + told[1:]

    def written(self, value: float, language: str) -> str:
        """A value as a person writes it, by the indicator's unit."""
        if not math.isfinite(value):
            return UNKNOWN[language]
        locale = LOCALES[language]
        match self.indicator.unit:
            case "share":
                return format_percent(value, "#,##0%", locale=locale)
            case "change":
                return format_percent(value, "+#,##0%;-#,##0%", locale=locale)
            case "log change":
                return format_percent(math.expm1(value), "+#,##0%;-#,##0%", locale=locale)
            case "stage":
                return STAGES[language][int(value) - 1]
            case "flag":
                return YES_NO[language][int(value > 0)]
            case "ratio":
                return format_decimal(value, "#,##0.##", locale=locale)
            case _:
                return format_decimal(value, "#,##0", locale=locale)


Catalogue = dict[str, Indicator]


def indicator(
    *,
    level: Level,
    family: str,
    unit: Unit,
    direction: int,
    en: str = "",
    zh: str = "",
    windows: tuple[int, ...] = (),
    empty: float | None = None,
    decline: bool = False,
    market: bool = False,
    per_module: bool = False,
    source: str = "",
    called: dict[str, str] | None = None,
) -> Callable[[Callable[..., Any]], Indicator]:
    """Declare an indicator: the function's name is its name, its docstring the meaning for a person."""

    def declare(define: Callable[..., Any]) -> Indicator:
        name, meaning = define.__name__, (define.__doc__ or "").strip()
        if not meaning:
            raise Problem(f"Indicator {name} has no docstring; say there in a sentence what it means.")
        said = {"en": en, "zh": zh}
        for language, sentence in said.items():
            if not sentence:
                raise Problem(f"Indicator {name} has no sentence {language}; write there how it reads as a reason.")
            if "{before}" in sentence and not COMPARISON[language].search(sentence):
                end = {"en": "', against {before} four weeks earlier'", "zh": "'，四周前为 {before}'"}[language]
                raise Problem(f"Indicator {name}: a sentence with {{before}} must end as in {end}; it is '{sentence}'.")
        return Indicator(
            name,
            meaning,
            level,
            family,
            unit,
            windows,
            empty,
            direction,
            decline,
            said,
            define,
            market,
            per_module,
            source,
            called or {},
        )

    return declare


def columns_of(indicators: Catalogue) -> tuple[Column, ...]:
    """All columns of a set of indicators, in the order they were declared."""
    return tuple(column for indicator in indicators.values() for column in indicator.columns())


def chosen(catalogue: Catalogue, names: Literal["all"] | tuple[str, ...]) -> Catalogue:
    """The indicators an experiment names; a Problem lists those nobody declared."""
    if names == "all":
        return catalogue
    unknown = sorted(set(names) - set(catalogue))
    if unknown:
        raise Problem(f"No indicator is named {', '.join(unknown)}; `leadline indicators` lists those there are.")
    return {name: catalogue[name] for name in catalogue if name in names}


def _as_name(module: str) -> str:
    return re.sub(r"\W+", "_", module.lower()).strip("_")
