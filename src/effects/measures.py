"""What is measured of each account after its listing, and what was known of it before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.models.arrays import Booleans, Floats, Indices

MEASURES = ("churn", "arr_kept", "expansion", "usage")
RARE = ("churn", "arr_kept", "expansion")  # measures that stand still for most accounts
MONEY = ("arr_kept", "expansion")


@dataclass(frozen=True)
class Measured:
    """One measure so many weeks after listing, of the accounts of which it is ripe.

    `units`: positions in the trial's units; y: the measure; covariates: known at listing (n x k); moved: whether the
    measure moved at all.
    """

    name: str
    weeks: int
    units: Indices
    y: Floats
    covariates: Floats
    moved: Booleans

    @property
    def key(self) -> str:
        """Measure and weeks in one name, such as churn_12."""
        return f"{self.name}_{self.weeks}"


def split_key(key: str) -> tuple[str, int]:
    """Measure and weeks of a name such as arr_kept_12."""
    name, _, weeks = key.rpartition("_")
    return name, int(weeks)


def measured(after: pd.DataFrame, before: pd.DataFrame, name: str, weeks: int) -> Measured:
    """A measure of the accounts of `before`, in their order, where it is ripe.

    churn: 1 if it left within so many weeks. arr_kept: ARR in force then, at most what it was at listing. expansion:
    ARR in force then beyond that. usage: events of the last 28 days, those who left included, over the mean of all
    these accounts in the 28 days before their listing.

    `after`: see `features.after_listing`; `before`: account_id, and as known at listing p (chance of churn), arr,
    events_before (of the 28 days before), days_to_term_end and the share held out when its arm was drawn; covariates
    missing are set to the median of the rest.
    """
    then = after[after["weeks"] == weeks].rename(columns={"arr": "arr_then"})
    now = before[["account_id", "arr"]].merge(then, on="account_id", how="left")
    scale = float(before["events_before"].mean()) or 1.0
    y = _values(now, name, scale)
    ripe = np.flatnonzero(np.isfinite(y))
    covariates = _covariates(before, name, weeks, scale)[ripe]
    return Measured(name, weeks, ripe, y[ripe], covariates, _moved(now.iloc[ripe], y[ripe], name))


def _values(now: pd.DataFrame, name: str, scale: float) -> Floats:
    change = now["arr_then"] - now["arr"]
    values = {
        "churn": now["left"],
        "arr_kept": now["arr"] + change.clip(upper=0),
        "expansion": change.clip(lower=0),
        "usage": now["events"] / scale,
    }
    return values[name].to_numpy(dtype="float64")


def _moved(now: pd.DataFrame, y: Floats, name: str) -> Booleans:
    return np.asarray(y != (now["arr"].to_numpy() if name == "arr_kept" else 0.0))


def _covariates(before: pd.DataFrame, name: str, weeks: int, scale: float) -> Floats:
    """Chance of churn, whether the term ends by then, and both; times ARR, and ARR itself, where money is measured;
    usage before where usage is; and of accounts drawn at different shares each share."""
    p = _known(before["p"])
    due = (before["days_to_term_end"] <= 7 * weeks).to_numpy(dtype="float64")
    risk = np.column_stack([p, due, p * due])
    drawn_at = pd.get_dummies(before["share"].fillna(-1.0), dtype="float64").to_numpy()
    if name in MONEY:
        arr = _known(before["arr"])[:, None]
        return np.column_stack([arr, arr * risk, drawn_at])
    size = _known(before["events_before"])[:, None] / scale
    return np.column_stack([risk, size, size * risk, drawn_at] if name == "usage" else [risk, drawn_at])


def _known(column: pd.Series) -> Floats:
    """Numbers, those missing set to the median of the rest; 0 where none is known."""
    values = column.astype("float64")
    return np.asarray(values.fillna(values.median()).fillna(0.0), dtype=np.float64)
