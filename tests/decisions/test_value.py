import numpy as np
import pandas as pd

from leadline.decisions.value import value_of_stepping_in
from leadline.experiment import Value


def test_value_is_what_is_saved_less_what_it_costs() -> None:
    p, arr = pd.Series([0.5, 0.1, 0.0, 0.9]), pd.Series([12000.0, 5000.0, 9000.0, float("nan")])
    value = value_of_stepping_in(p, arr, Value(save_rate=0.2, cost=200))
    np.testing.assert_allclose(value, [1000, -100, -200, float("nan")])
