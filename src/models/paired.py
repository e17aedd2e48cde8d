"""Two chances of the same rows judged side by side, with the interval of their difference."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.models.arrays import Floats
from leadline.models.bootstrap import account_counts, interval, replicated
from leadline.models.metrics import METRICS, sample

# More than the forward test's own: a decision is not to hang on which draws it got.
DRAWS = 1000


@dataclass(frozen=True)
class Difference:
    """A metric of the new and of the old, and new less old with its 95% interval over redrawn accounts."""

    new: float
    old: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.new - self.old:+.4f} [{self.low:+.4f}, {self.high:+.4f}]"


def differences(rows: pd.DataFrame, metrics: tuple[str, ...], seed: int, capacity: int = 0) -> dict[str, Difference]:
    """Metric -> difference of the chances `p_new` and `p_old` of rows that hold account_id, as_of, observed and, for
    captured money, arr; whole accounts are redrawn, the same for both."""
    counts = account_counts(rows["account_id"], DRAWS, seed)
    new, old = (_measured(rows, name, metrics, capacity, counts) for name in ("p_new", "p_old"))
    return {
        metric: Difference(float(a[0]), float(b[0]), *interval((a - b)[1:]))
        for metric, a, b in zip(metrics, new, old, strict=True)
    }


def _measured(rows: pd.DataFrame, chance: str, metrics: tuple[str, ...], capacity: int, counts: pd.DataFrame) -> Floats:
    """Metrics x draws of a column of chances; the first draw is the data as they are."""
    p, observed = (rows[name].to_numpy(dtype=np.float64) for name in (chance, "observed"))
    arr = rows["arr"].to_numpy(dtype=np.float64) if "arr" in rows else np.full(len(rows), np.nan)
    s = sample(p, observed, arr, rows["as_of"], capacity)
    return replicated(counts, rows["account_id"], lambda w: np.stack([METRICS[m](s, w) for m in metrics], axis=1)).T
