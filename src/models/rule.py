"""Plain rules: what anyone could rank accounts by without a model."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.models.arrays import Floats, matrix
from leadline.models.renewal_curve import RenewalCurve


@dataclass(frozen=True)
class Rule:
    """A rule by name: base_rate, recency, decline, renewal_curve.

    Recency and decline read the worst of their columns: sign x value, scaled by the training rows' mean and spread;
    `blank` stands in where no column has a value.
    """

    name: str
    columns: tuple[str, ...] = ()
    sign: float = 1.0
    blank: float = 0.0
    mean: float = 0.0
    spread: float = 1.0
    alpha: float = 1.0
    beta: float = 1.0
    not_due: float = 0.0

    def margin(self, frame: pd.DataFrame) -> Floats:
        """The rule's score, one a row: higher is likelier."""
        if self.name == "base_rate":
            return np.zeros(len(frame))
        if self.name == "renewal_curve":
            return RenewalCurve(self.alpha, self.beta, self.not_due).log_odds(frame)
        return (self.worst(frame) - self.mean) / self.spread

    def worst(self, frame: pd.DataFrame) -> Floats:
        """The highest of sign x value over the rule's columns, `blank` where all are missing."""
        values = np.where(np.isnan(x := self.sign * matrix(frame, self.columns)), -np.inf, x)
        highest = values.max(axis=1, initial=-np.inf)
        return np.where(np.isneginf(highest), self.blank, highest)

    def chosen(self, frame: pd.DataFrame) -> list[str]:
        """For each row, the column that gave its score."""
        x = self.sign * matrix(frame, self.columns)
        return [self.columns[i] for i in np.argmax(np.where(np.isnan(x), -np.inf, x), axis=1)]
