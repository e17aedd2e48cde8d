"""What stepping in is worth."""

import pandas as pd

from leadline.experiment import Value


def value_of_stepping_in(
    p_churn: pd.Series, arr: pd.Series, value: Value, cost: pd.Series | float | None = None
) -> pd.Series:
    """Expected money kept a year by one play: p_churn x arr x save_rate - cost; NaN where arr is unknown.

    `cost`: of each account's play; by default that of any.
    """
    return p_churn * arr * value.save_rate - (value.cost if cost is None else cost)
