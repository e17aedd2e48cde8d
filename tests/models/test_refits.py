"""Models as time went by: which was the newest at each date."""

import numpy as np
import pandas as pd
import pytest

from leadline.models.calibration import IDENTITY
from leadline.models.fitted import Fitted
from leadline.models.refits import chances
from leadline.models.rule import Rule

MONDAY = pd.Timestamp("2024-03-04")
WEEK = pd.Timedelta(days=7)


def always(p: float) -> Fitted:
    """A model that says the same of everybody."""
    rule = Rule("base_rate", intercept=float(np.log(p / (1 - p))))
    return Fitted("churn", "rule", (), p, 10, 1, "", IDENTITY, rule)


def test_each_week_is_told_by_the_newest_model_and_by_that_of_the_next_week() -> None:
    models = {MONDAY + WEEK: always(0.1), MONDAY + 3 * WEEK: always(0.4)}
    rows = pd.DataFrame({"account_id": ["a"] * 5, "as_of": [MONDAY + i * WEEK for i in range(5)]})
    found = chances(models, rows)
    assert found["p"].tolist() == pytest.approx([np.nan, 0.1, 0.1, 0.4, 0.4], nan_ok=True)
    assert found["p_next"].tolist() == pytest.approx([0.1, 0.1, 0.4, 0.4, 0.4])
