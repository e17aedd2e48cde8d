"""Fitting a model of one outcome to training rows."""

import hashlib
from typing import Any

import numpy as np
import pandas as pd

from leadline.experiment import Experiment
from leadline.features.indicator import Column
from leadline.models.arrays import matrix
from leadline.models.fitted import Fitted
from leadline.models.forward import choose, choose_logistic, forward_blocks
from leadline.models.lightgbm_model import fit_trees
from leadline.models.logistic import fit_logistic
from leadline.models.rows import KEYS

MOST_ROWS = 20_000


def fit(rows: pd.DataFrame, columns: tuple[Column, ...], outcome: str, experiment: Experiment) -> Fitted:
    """Fit to training rows (indicators, observed, as_of); logistic regression alone where positives are few.

    Kind, trees, penalty and calibration are chosen on rows predicted forward in time inside the training rows.
    """
    names = tuple(column.name for column in columns)
    rows = thinned(rows)
    x, observed = matrix(rows, names), rows["observed"].to_numpy(dtype=np.float64)
    blocks = forward_blocks(rows["as_of"], observed, experiment.outcomes.settled_days)
    directions = monotone(columns, outcome)
    few = min(observed.sum(), (1 - observed).sum()) < experiment.models.few_outcomes
    if few or not blocks:
        chosen = choose_logistic(x, observed, blocks)
    else:
        chosen = choose(x, observed, blocks, directions, experiment.models.trees, experiment.seed)
    parts: dict[str, Any] = {}
    if chosen.kind != "logistic":
        parts["trees"] = fit_trees(x, observed, directions, chosen.rounds, experiment.seed)
    if chosen.kind != "lightgbm":
        parts["logistic"] = fit_logistic(x, observed, chosen.penalty)
    losses = {f"forward_log_loss_{kind}": loss for kind, loss in chosen.log_losses.items()}
    return Fitted(
        outcome=outcome,
        kind=chosen.kind,
        columns=names,
        calibration=chosen.calibration,
        base_rate=float(observed.mean()),
        rows=len(rows),
        positives=int(observed.sum()),
        fingerprint=fingerprint(rows, names),
        notes={"rounds": chosen.rounds, "penalty": chosen.penalty, **losses},
        **parts,
    )


def monotone(columns: tuple[Column, ...], outcome: str) -> tuple[int, ...]:
    """Directions for churn as declared; none for expansion, of which the declarations do not speak."""
    return tuple(column.indicator.direction if outcome == "churn" else 0 for column in columns)


def thinned(rows: pd.DataFrame) -> pd.DataFrame:
    """All rows, or every k-th as-of date back from the last where they are too many: neighbouring dates repeat
    the same accounts, and teach little more."""
    dates = np.sort(rows["as_of"].unique())[::-1]
    step = -(-len(rows) // MOST_ROWS)
    return rows if step == 1 else rows[rows["as_of"].isin(dates[::step])]


def fingerprint(rows: pd.DataFrame, names: tuple[str, ...]) -> str:
    """SHA-256 of the training rows: keys, labels as known, and inputs, in order."""
    hashed = pd.util.hash_pandas_object(rows[[*KEYS, "observed", *names]], index=False)
    return hashlib.sha256(hashed.to_numpy(dtype="<u8").tobytes() + "|".join(names).encode()).hexdigest()


