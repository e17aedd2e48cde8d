"""A spell: some days in which usage, or its record, was far below usual, and what that looks like."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from leadline.decisions.wording import Language, percent, say

Kind = Literal["data", "calendar", "product"]
Sign = Literal["silent", "missing", "holiday", "last_year", "together", "module_low"]


@dataclass(frozen=True)
class Spell:
    """Days at a small share of usual: first and last of them are local days, as naive midnights.

    module, region: where; both empty: everywhere. level: events as a share of usual. sign: what the kind is told by.
    holiday: the public holiday within it, where one is known. timezone: that of the days.
    """

    kind: Kind
    sign: Sign
    first_day: pd.Timestamp
    last_day: pd.Timestamp
    level: float
    module: str = ""
    region: str = ""
    holiday: str = ""
    timezone: str = "UTC"

    @property
    def began(self) -> pd.Timestamp:
        """The instant at which its first day begins, naive UTC."""
        return _instant(self.first_day, self.timezone)

    @property
    def ended(self) -> pd.Timestamp:
        """The instant at which its last day ends, naive UTC."""
        return _instant(self.last_day + pd.Timedelta(days=1), self.timezone)

    def touches(self, as_of: pd.Timestamp, days: int) -> bool:
        """Whether the window of so many days before an as-of date holds any of it."""
        return self.began < as_of and self.ended > as_of - pd.Timedelta(days=days)

    def sentence(self, language: Language) -> str:
        """What was low, by how much, when, and where to look first."""
        words = {"first": f"{self.first_day:%Y-%m-%d}", "last": f"{self.last_day:%Y-%m-%d}", "holiday": self.holiday}
        return say(f"spell_{self.sign}", language, where=self._where(language), level=percent(self.level), **words)

    def _where(self, language: Language) -> str:
        scope = "module" if self.module else "region" if self.region else "everything"
        return say(f"of_{scope}", language, name=self.module or self.region)


def _instant(day: pd.Timestamp, timezone: str) -> pd.Timestamp:
    wall = day.tz_localize(timezone, nonexistent="shift_forward", ambiguous=True)
    return wall.tz_convert("UTC").tz_localize(None).as_unit("us")
