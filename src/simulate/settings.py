"""What to simulate: size, seed, and which truths hold."""

from datetime import date
from zlib import crc32

import numpy as np
from pydantic import Field, field_validator

from leadline.settings import Settings

HIDDEN_WEEKS = 26  # lived but not written, so that what becomes of the last weeks is true as well
DAY = np.timedelta64(1, "D")


class SimulationSettings(Settings):
    """A company to simulate; the same settings always yield the same bytes."""

    accounts: int = Field(400, ge=1)
    weeks: int = Field(104, ge=8)
    start: date = date(2023, 1, 2)
    seed: int = Field(7, ge=0)
    events_per_user_week: float = Field(4, gt=0, le=1000)
    null: bool = False
    interventions: bool = True
    holdout_share: float = Field(0.2, ge=0, le=1)
    effect_scale: float = Field(1, ge=0)
    contacted_by_need: bool = False  # no lists and no holdout: the more usage fell, the likelier a contact
    late_share: float = Field(0.03, ge=0, le=1)

    @field_validator("start")
    @classmethod
    def _monday(cls, day: date) -> date:
        if day.weekday() != 0:
            raise ValueError(f"{day} is no Monday; weeks start on Mondays")
        return day

    @property
    def first_day(self) -> np.datetime64:
        """The first day written."""
        return np.datetime64(self.start, "D")

    @property
    def end(self) -> np.datetime64:
        """The first day after the last written one: what is known later is not in the export."""
        return self.first_day + 7 * self.weeks * DAY

    @property
    def lived_weeks(self) -> int:
        """Weeks simulated, those hidden behind the end included."""
        return self.weeks + HIDDEN_WEEKS

    @property
    def mondays(self) -> np.ndarray:
        """The first day of every week lived, datetime64[D]."""
        return self.first_day + 7 * np.arange(self.lived_weeks) * DAY

    def rng(self, stream: str, block: int = 0) -> np.random.Generator:
        """The random numbers of one part of the simulation: no part disturbs another's."""
        return np.random.default_rng([self.seed, crc32(stream.encode()), block])


def week_of(days: np.ndarray, settings: SimulationSettings) -> np.ndarray:
    """The week in which each day lies, counted from the first; negative before it."""
    return (days.astype("datetime64[D]") - settings.first_day).astype(np.int64) // 7


def part_of_day(rng: np.random.Generator, size: int) -> np.ndarray:
    """Random office hours as timedelta64[s], to be added to a day."""
    return rng.integers(8 * 3600, 18 * 3600, size).astype("timedelta64[s]")


def ids(prefix: str, count: int) -> np.ndarray:
    """Identifiers such as a00042 that sort as they are numbered."""
    width = max(5, len(str(count)))
    return np.char.add(prefix, np.char.zfill(np.arange(1, count + 1).astype(str), width)).astype(object)
