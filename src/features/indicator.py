"""The declaration of an indicator: one named number about one account as of a date."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from babel.numbers import format_decimal, format_percent

from leadline.problem import Problem

Level = Literal["company", "product", "user"]
Unit = Literal["count", "share", "change", "ratio", "days", "money"]
LOCALES = {"en": "en_US", "zh": "zh_CN"}
CALENDAR_AND_CONTRACT = ("lifecycle", "commercial")
UNKNOWN = {"en": "unknown", "zh": "未知"}


@dataclass(frozen=True)
class Indicator:
    """What one indicator means, how it reads as a reason, and the function that yields it.

    Directions are towards churn: +1 where a higher value goes with it, -1 where a lower one does, 0 where neither
    is known beforehand. `empty` is its value for an account without history (None: undefined). `decline` marks
    those whose fall the thresholds watch. Sentences are templates over value, before (28 days earlier), window.
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

    @property
    def behaviour(self) -> bool:
        """Whether it tells what people do, and not what calendar and contract say whatever they do."""
        return self.family not in CALENDAR_AND_CONTRACT

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
        """The reason it gives, as a sentence with the account's own numbers."""
        numbers = {"value": self.written(value, language), "before": self.written(before, language)}
        sentence = self.indicator.sentence[language].format(window=self.window, **numbers)
        return sentence[0].upper() + sentence[1:]

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
    en: str,
    zh: str,
    windows: tuple[int, ...] = (),
    empty: float | None = None,
    decline: bool = False,
) -> Callable[[Callable[..., Any]], Indicator]:
    """Declare an indicator: the function's name is its name, its docstring the meaning for a person."""

    def declare(define: Callable[..., Any]) -> Indicator:
        name, meaning = define.__name__, (define.__doc__ or "").strip()
        if not meaning:
            raise Problem(f"Indicator {name} has no docstring; say there in a sentence what it means.")
        sentence = {"en": en, "zh": zh}
        return Indicator(name, meaning, level, family, unit, windows, empty, direction, decline, sentence, define)

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
