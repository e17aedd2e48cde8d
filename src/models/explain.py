"""What moved a score: contributions to the log-odds, by column and summed to indicators, families and levels."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from leadline.features.indicator import Column
from leadline.models.arrays import Floats, matrix
from leadline.models.fitted import Fitted
from leadline.models.lightgbm_model import tree_contributions

Kind = Literal["column", "indicator", "family", "level"]
KINDS: tuple[Kind, ...] = ("column", "indicator", "family", "level")


@dataclass(frozen=True)
class Contributions:
    """Calibrated log-odds taken apart: `base` plus the row's `values` (rows x the model's columns), one base a row."""

    values: pd.DataFrame
    base: Floats

    def by(self, columns: tuple[Column, ...], kind: Kind) -> pd.DataFrame:
        """Rows x columns, indicators, families or levels: the columns of each added up, in the model's order.

        A column is of one indicator, and that of one family and one level; a family may reach over two levels.
        """
        group = groups(columns, kind)
        return self.values.T.groupby([group[str(name)] for name in self.values], sort=False).sum().T


def groups(columns: tuple[Column, ...], kind: Kind) -> dict[str, str]:
    """Column -> itself, its indicator, its family or its level."""
    of = {
        "column": lambda column: column.name,
        "indicator": lambda column: column.indicator.name,
        "family": lambda column: column.indicator.family,
        "level": lambda column: column.indicator.level,
    }[kind]
    return {column.name: of(column) for column in columns}


def contributions(fitted: Fitted, frame: pd.DataFrame) -> Contributions:
    """SHAP values of a fitted model: its rule's, by the column that speaks for it, linear SHAP and TreeSHAP, added up.

    What a rule adds that no column speaks for is left in the base.
    """
    table = pd.DataFrame(0.0, columns=list(fitted.columns), index=range(len(frame)))
    base = np.zeros(len(frame))
    if len(frame) and fitted.logistic is not None:
        x = matrix(frame, fitted.columns)
        more, constant = tree_contributions(fitted.trees, x) if fitted.trees else (np.zeros_like(x), 0.0)
        table += fitted.logistic.contributions(x) + fitted.tree_share * more
        base += fitted.logistic.intercept + fitted.tree_share * constant
    if fitted.rule is not None:
        added, base = fitted.rule.log_odds(frame) - fitted.rule.base, base + fitted.rule.base
        speaking = np.array(fitted.rule.speaking(frame))
        table += np.where(speaking[:, None] == table.columns.to_numpy()[None, :], added[:, None], 0.0)
        base += np.where(np.isin(speaking, table.columns), 0.0, added)
    calibration = fitted.calibration
    return Contributions(calibration.slope * table.set_axis(frame.index), calibration.log_odds(base))
