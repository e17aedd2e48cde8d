import pandas as pd
import pytest
from decision_tables import NOW

from leadline.decisions.schema import THRESHOLDS, checked
from leadline.problem import Problem

ROW = {
    "as_of": NOW,
    "group": "all",
    "indicator": "active_users_28",
    "enter": 0.5,
    "exit": 0.4,
    "capacity": 2,
    "alerts": 2.0,
    "precision": float("nan"),
    "captured_arr": float("nan"),
    "reached": 3,
    "correction": 0.5,
    "changed_because": "established",
}


def test_columns_and_types_are_as_designed() -> None:
    found = checked(pd.DataFrame([{"more": 1, **ROW}]).astype({"as_of": "datetime64[ns]"}), THRESHOLDS, "thresholds")
    assert found.dtypes.astype(str).to_dict() == {
        "as_of": "datetime64[us]",
        "group": "str",
        "indicator": "str",
        "enter": "float64",
        "exit": "float64",
        "capacity": "int64",
        "alerts": "int64",
        "precision": "float64",
        "captured_arr": "float64",
        "reached": "int64",
        "correction": "float64",
        "changed_because": "str",
    }


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{**ROW, "precision": 1.5}], r"'precision' failed .* in_range\(0, 1\) failure cases: 1.5"),
        ([{**ROW, "capacity": -1}], r"'capacity' failed .* failure cases: -1"),
        ([{k: v for k, v in ROW.items() if k != "alerts"}], "column 'alerts' not in dataframe"),
        ([ROW, ROW], "not unique"),
        ([{**ROW, "group": None}], "'group' contains null values"),
    ],
)
def test_what_may_not_be_published(rows: list, said: str) -> None:
    with pytest.raises(Problem, match=said):
        checked(pd.DataFrame(rows), THRESHOLDS, "thresholds")
