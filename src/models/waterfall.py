"""One account's score taken apart: from where every account starts, family by family, to its own chance."""

import numpy as np
import pandas as pd
from scipy.special import expit

from leadline.features.indicator import Column
from leadline.models.explain import contributions
from leadline.models.fitted import Fitted

START, OTHERS, END = "start", "others", "end"


def waterfall(fitted: Fitted, row: pd.DataFrame, columns: tuple[Column, ...], top: int = 8) -> pd.DataFrame:
    """Steps of one account (a frame of one row): step, family, column, value, contribution, log_odds, chance.

    `step` is start (what the model says of the average training row), family (the `top` that move most, most first),
    others (all other families in sum) and end (the account). `column` is the one with a value that moves most its
    family's way and `value` the account's; `log_odds` and `chance` stand after the step, and the end's are the
    model's own.
    """
    found = contributions(fitted, row)
    families = found.by(columns, "family").iloc[0]
    most = families[families != 0].abs().sort_values(ascending=False, kind="stable").index[:top]
    strongest = [_strongest(found.values.iloc[0], row, family, families[family], columns) for family in most]
    steps = pd.DataFrame(
        [
            {"step": START, "contribution": found.base[0]},
            *(
                {"step": "family", "family": f, "column": c, "value": row[c].iloc[0], "contribution": families[f]}
                for f, c in zip(most, strongest, strict=True)
            ),
            {"step": OTHERS, "contribution": families.drop(most).sum()},
        ],
        columns=["step", "family", "column", "value", "contribution"],
    )
    log_odds = steps["contribution"].cumsum()
    steps = steps.assign(log_odds=log_odds, chance=expit(log_odds))
    own = steps.iloc[[-1]].assign(step=END, contribution=np.nan)
    return pd.concat([steps, own], ignore_index=True).astype({"family": "str", "column": "str", "value": "float64"})


def _strongest(parts: pd.Series, row: pd.DataFrame, family: str, total: float, columns: tuple[Column, ...]) -> str:
    """The column that moves most its family's way; one whose value is known, where there is one."""
    names = [c.name for c in columns if c.indicator.family == family and c.name in parts.index]
    known = [name for name in names if row[name].notna().iloc[0]]
    return str((parts[known or names] * np.sign(total)).idxmax())
