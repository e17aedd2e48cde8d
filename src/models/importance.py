"""Which columns, indicators, families and levels move scores most, and which way, over many accounts."""

import numpy as np
import pandas as pd

from leadline.features.indicator import Column
from leadline.models.explain import KINDS, Contributions, Kind, groups

SLIGHT = 0.1  # rank correlation below which neither way is said


def importance(found: Contributions, frame: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """kind, name, mean_abs, direction: what each of the four kinds adds to or takes from the log-odds on average.

    `mean_abs` is the mean over rows of the absolute contribution (Lundberg et al., 2020); what works against one
    another within a group is taken off first. `direction` is +1 where higher values go with higher risk, -1
    where with lower, 0 where neither, or where a group's columns differ. Most moving first within each kind.
    """
    ways = _directions(found.values, frame)
    return pd.concat([_of_kind(found, columns, kind, ways) for kind in KINDS], ignore_index=True)


def _of_kind(found: Contributions, columns: tuple[Column, ...], kind: Kind, ways: pd.Series) -> pd.DataFrame:
    group = groups(columns, kind)
    moving = ways[found.values.abs().sum() > 0]
    direction = moving.groupby([group[str(name)] for name in moving.index]).agg(_common)
    mean_abs = found.by(columns, kind).abs().mean()
    table = pd.DataFrame({"kind": kind, "name": mean_abs.index, "mean_abs": mean_abs.to_numpy()})
    table["direction"] = table["name"].map(direction).fillna(0).astype("int64")
    return table.sort_values(["mean_abs", "name"], ascending=[False, True], kind="stable")


def _common(ways: pd.Series) -> int:
    return int(ways.iloc[0]) if ways.nunique() == 1 else 0


def _directions(values: pd.DataFrame, frame: pd.DataFrame) -> pd.Series:
    """For each column, the sign of the rank correlation of its value with its contribution, known values alone."""
    said = {name: _association(frame[name], values[name]) for name in values}
    return pd.Series({name: np.sign(r) if abs(r) >= SLIGHT else 0 for name, r in said.items()}, dtype="float64")


def _association(value: pd.Series, contribution: pd.Series) -> float:
    known = value.notna().to_numpy()
    ranks = value[known].rank().to_numpy(), contribution[known].rank().to_numpy()
    if any(len(np.unique(rank)) < 2 for rank in ranks):
        return 0.0
    return float(np.corrcoef(*ranks)[0, 1])
