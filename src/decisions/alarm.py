"""Whether this week's falls may speak: not in a flood of crossings, and not while a feed is silent."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.decisions.breaker import most_expected, tripped
from leadline.decisions.spell import Spell
from leadline.decisions.wording import Language, joined, say

WINDOW = 28  # days that the watched indicators look at
CROSSINGS = "crossings"


@dataclass(frozen=True)
class Alarm:
    """How many accounts crossed a threshold, the most to expect (None: too few weeks to say), whether the breaker
    tripped, and what is known of why."""

    crossings: int
    limit: int | None
    tripped: bool
    because: str

    def row(self, capacity: int) -> pd.DataFrame:
        """As a row of thresholds: crossings of all groups against the most to expect; no places while it is tripped."""
        enter = np.nan if self.limit is None else float(self.limit)
        row = {
            "group": "all",
            "indicator": CROSSINGS,
            "enter": enter,
            "capacity": 0 if self.tripped else capacity,
            "alerts": self.crossings,
        }
        return pd.DataFrame([{**row, "reached": self.crossings, "changed_because": self.because}])


def alarm(
    crossings: int, calm: Sequence[int], spells: Sequence[Spell], as_of: pd.Timestamp, language: Language
) -> Alarm:
    """The alarm of a week: tripped by a flood (see `tripped`) or by a feed that is silent up to now.

    `calm`: crossings of earlier weeks in which it was not tripped, oldest first; `spells`: those known as of the date.
    """
    near = [spell for spell in spells if spell.touches(as_of, WINDOW)]
    silent = [spell for spell in near if spell.sign == "silent"]
    flood = tripped(crossings, calm, near)
    said = flood.sentence(language) if flood else joined([spell.sentence(language) for spell in near], language)
    return Alarm(crossings, most_expected(calm), bool(flood or silent), said or say("calm", language))


def calm_weeks(thresholds: pd.DataFrame) -> tuple[int, ...]:
    """Crossings of the weeks in which the alarm did not trip, oldest first, from published thresholds."""
    rows = thresholds[thresholds["indicator"] == CROSSINGS].sort_values("as_of", kind="stable")
    return tuple(int(n) for n in rows.loc[rows["capacity"] > 0, "alerts"])
