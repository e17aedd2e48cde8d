"""How the report speaks: its words, numbers, dates and money in one language."""

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from babel import Locale, dates, numbers
from markupsafe import Markup

LOCALES = {"en": "en_US", "zh": "zh_CN"}
SPACE = {"en": Markup(" "), "zh": Markup("")}
MISSING = "–"


@cache
def wording() -> dict[str, dict[str, Any]]:
    """Every text of the report: key -> language -> text, or plural form -> text."""
    texts: dict[str, dict[str, Any]] = yaml.safe_load(
        Path(__file__).with_name("wording.yaml").read_text(encoding="utf-8")
    )
    return texts


class Voice:
    """Says texts, counts, shares, dates and money as a reader of `language` writes them."""

    def __init__(self, language: str, currency: str) -> None:
        self.language, self.currency = language, currency
        self.locale = Locale.parse(LOCALES[language])

    def __call__(self, key: str, count: float | None = None, **values: object) -> str:
        """The text under `key`, in the plural form of `count`, with its places filled."""
        return self._text(key, count).format(n=self.count(count), **values)

    def strong(self, key: str, count: float | None = None, **values: object) -> Markup:
        """The same as HTML: what is filled in is escaped and stands out."""
        filled = {"n": self.count(count), **values}
        bold = {name: Markup("<strong>{}</strong>").format(value) for name, value in filled.items()}
        return Markup(self._text(key, count)).format(**bold)  # noqa: S704 our own wording

    def _text(self, key: str, count: float | None) -> str:
        text = wording()[key][self.language]
        return str(text[self.locale.plural_form(count or 0)] if isinstance(text, dict) else text)

    def code(self, kind: str, name: Any) -> str:
        """The word for a code such as a stage or a baseline; the code itself where there is no word."""
        texts = wording().get(f"{kind}.{name}")
        return str(texts[self.language]) if texts else str(name)

    def label(self, kind: str, name: Any) -> str:
        """The word for a code, as it stands at the head of a line."""
        word = self.code(kind, name)
        return word[:1].upper() + word[1:]

    def sentences(self, *parts: str) -> Markup:
        """Sentences set one after another; HTML stays, all else is escaped."""
        return SPACE[self.language].join(part for part in parts if part)

    def line(self, *parts: str) -> str:
        """Short items in one line."""
        return " · ".join(part for part in parts if part)

    def count(self, n: float | None) -> str:
        """A whole number, or one decimal where it is small and not whole."""
        if n is None or pd.isna(n):
            return MISSING
        return self.number(n, 0 if n >= 10 or float(n).is_integer() else 1)

    def number(self, x: float, digits: int = 2) -> str:
        """A number with a fixed count of decimals."""
        if pd.isna(x):
            return MISSING
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return str(numbers.format_decimal(x, pattern, locale=self.locale))

    def percent(self, share: float) -> str:
        """A share in percent: one decimal below 10%."""
        if pd.isna(share):
            return MISSING
        pattern = "#,##0.0%" if 0 < abs(share) < 0.0995 else "#,##0%"
        return str(numbers.format_percent(share, pattern, locale=self.locale))

    def signed(self, change: float) -> str:
        """A change in percent, with its sign."""
        return str(numbers.format_percent(change, "+#,##0%;-#,##0%", locale=self.locale))

    def points(self, change: float) -> str:
        """A change of a share, in percentage points, with its sign."""
        return str(numbers.format_decimal(100 * change, "+#,##0;-#,##0", locale=self.locale))

    def money(self, amount: float) -> str:
        """Money in short, to three significant digits."""
        if pd.isna(amount):
            return MISSING
        rounded = float(f"{amount:.3g}")
        return str(numbers.format_compact_currency(rounded, self.currency, locale=self.locale, fraction_digits=2))

    def stake(self, amount: float, has_money: bool) -> str:
        """An expected loss: money where it is known, else a number of accounts."""
        return self.money(amount) if has_money else self.count(round(amount, 1))

    def date(self, day: Any) -> str:
        """A day, written out."""
        return MISSING if pd.isna(day) else dates.format_date(pd.Timestamp(day), "long", locale=self.locale)

    def day(self, day: Any) -> str:
        """A day in short."""
        return MISSING if pd.isna(day) else dates.format_date(pd.Timestamp(day), "medium", locale=self.locale)

    def month(self, day: Any) -> str:
        """A month and its year."""
        return str(dates.format_skeleton("yMMM", pd.Timestamp(day), locale=self.locale))

    def quarter(self, day: Any) -> str:
        """A quarter of a year."""
        return str(dates.format_skeleton("yQQQ", pd.Timestamp(day), locale=self.locale))

    def more(self, amount: float, has_money: bool) -> str:
        """A change of a stake with its sign: money, or percentage points."""
        if not has_money:
            return self("list.moved", points=self.points(amount))
        return ("+" if amount > 0 else "−" if amount < 0 else "") + self.money(abs(amount))
