"""What the model says of another account, one that is like this one but for a few numbers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.features.indicator import Column
from leadline.models.explain import contributions
from leadline.models.fitted import Fitted
from leadline.problem import Problem


@dataclass(frozen=True)
class WhatIf:
    """The account's own chance, that of the other account, and `moved`: column, family, value, changed (the other's
    value), contribution, changed_contribution, difference (log-odds), largest first, of columns that were changed or
    whose contribution moved."""

    own: float
    other: float
    moved: pd.DataFrame


def what_if(fitted: Fitted, row: pd.DataFrame, changes: Mapping[str, float], columns: tuple[Column, ...]) -> WhatIf:
    """Score a frame of one row as it is and with some columns' values changed (NaN: unknown).

    It is no forecast of what changing the numbers in earnest would bring: the model knows which accounts go with which
    outcome, and no more. A Problem names a column the model does not read, or a value that is no number.
    """
    _refuse(fitted, changes)
    other = row.assign(**{name: float(value) for name, value in changes.items()})
    both = pd.concat([row, other], ignore_index=True)
    own_chance, other_chance = map(float, fitted.predict(both))
    return WhatIf(own_chance, other_chance, _moved(fitted, both, changes, columns))


def _moved(
    fitted: Fitted, both: pd.DataFrame, changes: Mapping[str, float], columns: tuple[Column, ...]
) -> pd.DataFrame:
    names = _read(fitted)
    added = contributions(fitted, both).values.reindex(columns=names, fill_value=0.0)
    values, parts = (frame.to_numpy(dtype=np.float64) for frame in (both[names], added))
    family = {column.name: column.indicator.family for column in columns}
    table = pd.DataFrame(
        {
            "column": names,
            "family": [family.get(name, "") for name in names],
            "value": values[0],
            "changed": values[1],
            "contribution": parts[0],
            "changed_contribution": parts[1],
            "difference": parts[1] - parts[0],
        }
    )
    table = table[table["column"].isin(list(changes)) | (table["difference"].abs() > 1e-9)]
    return table.sort_values("difference", key=lambda by: -by.abs(), kind="stable", ignore_index=True)


def _read(fitted: Fitted) -> list[str]:
    """The indicators that the model, or the rule that it is, reads."""
    return list(dict.fromkeys((*fitted.columns, *(fitted.rule.columns if fitted.rule else ()))))


def _refuse(fitted: Fitted, changes: Mapping[str, float]) -> None:
    names = _read(fitted)
    strange = [name for name in changes if name not in names]
    if strange:
        raise Problem(f"The model does not read the column '{strange[0]}'; it reads {', '.join(sorted(names))}.")
    for name, value in changes.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or math.isinf(value):
            raise Problem(f"{name} is to become {value!r}, which is no number; write one such as {{'{name}': 3}}.")
