"""What stepping in is worth."""

import pandas as pd

from leadline.experiment import Value


def value_of_stepping_in(
    p_churn: pd.Series,
    arr: pd.Series,
    value: Value,
    cost: pd.Series | float | None = None,
    uplift: pd.Series | None = None,
) -> pd.Series:
    """Expected money kept a year by one play: p_churn x arr x save_rate - cost; NaN where arr is unknown.

    `cost`: of each account's play; by default that of any. `uplift`: by how much a play raises each account's chance to
    stay, where that is proven; it takes the place of p_churn x save_rate.
    """
    saved = p_churn * value.save_rate if uplift is None else uplift
    return saved * arr - (value.cost if cost is None else cost)
