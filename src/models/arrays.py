"""Snapshot frames as matrices."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from leadline.problem import Problem

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]


def matrix(frame: pd.DataFrame, columns: Iterable[str]) -> Floats:
    """The named columns as float64, rows x columns; a Problem names those the frame lacks."""
    names = list(columns)
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise Problem(
            f"The snapshot table lacks {len(missing)} columns the model was fitted on, first {missing[0]}; "
            "build it with the same indicators, or train again."
        )
    return frame[names].to_numpy(dtype=np.float64)
