"""How thresholds are corrected: by how many crossed them, and by who left nevertheless.

A threshold is the level of a rank, set on last week's values. How many cross it this week is not known then, so the
rank is moved by past errors: quantile tracking (Gibbs and Candes 2021, "Adaptive conformal inference under distribution
shift", NeurIPS; Angelopoulos, Candes and Tibshirani 2023, "Conformal PID control", NeurIPS), here with a memory that
fades, for the seasons change.
"""

import numpy as np
import pandas as pd

KEPT = 0.9  # of the correction, from one week to the next
GAIN = 0.3  # of this week's error
WORTH = 10.0  # settled alerts' worth of the average over groups, so that few say little
MOST = 2.0  # times, at most, that a group's share grows or shrinks


def next_correction(correction: pd.Series, aimed: pd.Series, crossed: pd.Series) -> pd.Series:
    """Ranks to add next week: fewer crossed than aimed at, more ranks; never more than were aimed at, either way."""
    moved = KEPT * correction + GAIN * (aimed - crossed)
    return moved.clip(lower=-aimed, upper=aimed)


def judged(settled: pd.DataFrame, thresholds: pd.DataFrame) -> pd.DataFrame:
    """How a week's thresholds would have done in the settled past, by group: alerts, false (who stayed), missed (who
    left and crossed none).

    `settled`: declines with `observed`; an account counts once a date, whatever the number of its indicators.
    """
    levels = thresholds[["group", "indicator", "enter"]]
    rows = settled.merge(levels, on=["group", "indicator"], how="inner")
    rows = rows.assign(crossed=rows["decline"] >= rows["enter"])
    accounts = rows.groupby(["group", "account_id", "as_of"]).agg(c=("crossed", "max"), y=("observed", "max"))
    crossed, left = accounts["c"].astype(bool), accounts["y"].astype(bool)
    counts = accounts.assign(alerts=crossed, false=crossed & ~left, missed=~crossed & left)
    return counts.groupby("group")[["alerts", "false", "missed"]].sum().astype("int64")


def factors(seen: pd.DataFrame) -> pd.Series:
    """How many times its share of places each group should have, within a factor of 2: the root of missed leavers over
    false alarms, against that of all groups; groups seen little are taken for average."""
    if seen.empty:
        return pd.Series(dtype="float64")
    total = seen.sum() + 1
    missed, false = (seen[name] + WORTH * total[name] / total["alerts"] for name in ("missed", "false"))
    ratio = (missed / false) / (total["missed"] / total["false"])
    return np.sqrt(ratio).clip(1 / MOST, MOST)
