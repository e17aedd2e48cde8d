"""One column's value against what it contributes, over many accounts."""

import numpy as np
import pandas as pd

from leadline.models.explain import Contributions

BINS = 10


def dependence(found: Contributions, frame: pd.DataFrame, column: str, bins: int = BINS) -> pd.DataFrame:
    """account_id, value, contribution, middle, trend of each row, by value; rows without a value last.

    Rows fall into at most `bins` groups of like size by their value: `middle` is the group's median value, `trend`
    its median contribution. Rows without a value are a group of their own.
    """
    table = pd.DataFrame(
        {
            "account_id": frame["account_id"].to_numpy(),
            "value": frame[column].to_numpy(dtype=np.float64),
            "contribution": found.values[column].to_numpy(),
        }
    )
    group = (table["value"].rank(pct=True) * bins).apply(np.ceil).fillna(0)
    medians = table.groupby(group)[["value", "contribution"]].transform("median")
    table = table.assign(middle=medians["value"], trend=medians["contribution"])
    return table.sort_values(["value", "account_id"], kind="stable", ignore_index=True)
