"""How long until an effect would show: the power of the trial as it stands and as it grows."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from leadline.models.arrays import Floats

POWER = 0.8
STEPS = float(stats.norm.ppf(0.975) + stats.norm.ppf(POWER))  # standard errors an effect must be away from zero


@dataclass(frozen=True)
class Power:
    """The power of a trial to show one effect.

    effect: the size asked about; smallest: the size that would show in four trials of five with the ripe accounts
    (infinite where none is); units: accounts that are ripe; needed: accounts it takes; weekly: accounts listed a week;
    weeks: how many more weeks of lists, infinite where nobody is listed any more.
    """

    effect: float
    smallest: float
    units: int
    needed: int
    weekly: float
    weeks: float


def power(effect: float, error: float, units: int, weekly: float, ripe: int | None = None) -> Power:
    """When an effect of a given size would show in four trials of five, two-sided at 5%, if accounts keep coming.

    `error`: the standard error of the effect with so many `units`; it falls with the root of their number. `ripe`: how
    many of these are ripe, by default all.
    """
    ripe = units if ripe is None else ripe
    needed = int(np.ceil(units * (STEPS * error / abs(effect)) ** 2))
    missing = max(needed - ripe, 0)
    weeks = np.ceil(missing / weekly) if weekly > 0 else (np.inf if missing else 0.0)
    smallest = STEPS * error * float(np.sqrt(units / ripe)) if ripe else float("inf")
    return Power(abs(effect), smallest, ripe, needed, weekly, float(weeks))


def planned_error(share: float, treated: Floats) -> float:
    """The standard error of a difference in shares to expect before there is a number: share (1 - share) a unit."""
    each = 1 / max(treated.sum(), 1) + 1 / max((1 - treated).sum(), 1)
    return float(np.sqrt(share * (1 - share) * each))
