"""An effect with its interval, as every method of this package returns it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A difference, treated less not treated, with its 95% interval and the accounts it rests on."""

    value: float
    low: float
    high: float
    n_treat: int
    n_holdout: int

    @property
    def width(self) -> float:
        """The length of the interval."""
        return self.high - self.low

    @property
    def found(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0

    def through(self, told: Callable[[float], float]) -> "Estimate":
        """The same effect in another unit, by a rising function."""
        return Estimate(told(self.value), told(self.low), told(self.high), self.n_treat, self.n_holdout)
