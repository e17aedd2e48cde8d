"""Plain rules: what anyone could rank accounts by without a model."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logit

from leadline.models.arrays import Floats, matrix
from leadline.models.renewal_curve import NEEDS, RenewalCurve

CURVE = "renewal_curve"


@dataclass(frozen=True)
class Rule:
    """A rule by name: base_rate, recency, decline, fullness, renewal_curve; log-odds = intercept + slope x score.

    Recency, decline and fullness score by the highest of their columns: sign x value, `blank` where none has a value,
    less `mean`, over `spread`. The renewal curve scores by the log-odds of its chance; its column only speaks for it.
    """

    name: str
    columns: tuple[str, ...] = ()
    slope: float = 1.0
    intercept: float = 0.0
    sign: float = 1.0
    blank: float = 0.0
    mean: float = 0.0
    spread: float = 1.0
    alpha: float = 1.0
    beta: float = 1.0
    not_due: float = 0.5

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns of snapshots, or of their context, that it reads."""
        return NEEDS if self.name == CURVE else self.columns

    @property
    def base(self) -> float:
        """Log-odds of the average training row; for the renewal curve, of an account not due for renewal."""
        return self.intercept + self.slope * (float(logit(self.not_due)) if self.name == CURVE else 0.0)

    def log_odds(self, frame: pd.DataFrame) -> Floats:
        """Calibrated log-odds, one a row."""
        return self.intercept + self.slope * self.score(frame)

    def score(self, frame: pd.DataFrame) -> Floats:
        """What the rule ranks by, one a row: higher is likelier."""
        if self.name == CURVE:
            return RenewalCurve(self.alpha, self.beta, self.not_due).log_odds(frame)
        if not self.columns:
            return np.zeros(len(frame))
        highest = self._signed(frame).max(axis=1)
        return (np.where(np.isneginf(highest), self.blank, highest) - self.mean) / self.spread

    def speaking(self, frame: pd.DataFrame) -> list[str]:
        """For each row, the column that gave the score; none where no column speaks for the rule."""
        if self.name == CURVE or not self.columns:
            return [*self.columns, ""][:1] * len(frame)
        return [self.columns[i] for i in np.argmax(self._signed(frame), axis=1)]

    def _signed(self, frame: pd.DataFrame) -> Floats:
        values = self.sign * matrix(frame, self.columns)
        return np.where(np.isnan(values), -np.inf, values)
