"""The global picture, one account's waterfall and a column's dependence, by eye on models with known weights."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from model_tables import column
from scipy.special import expit

from leadline.models.dependence import dependence
from leadline.models.explain import contributions
from leadline.models.fitted import Fitted
from leadline.models.importance import importance
from leadline.models.logistic import Logistic
from leadline.models.rule import Rule
from leadline.models.waterfall import waterfall

COLUMNS = (column("events"), column("people"), column("silent", "recency"), column("nps", "voice"))
NAMES = tuple(c.name for c in COLUMNS)
LINE = Logistic((0.0,) * 4, (), (0.0,) * 4, (1.0,) * 4, (-1.0, -2.0, 0.5, 0.0), -1.0)
MODEL = Fitted("churn", "logistic", NAMES, 0.1, 1, 1, "", logistic=LINE)
ROWS = pd.DataFrame(
    [("a", 1.0, 2.0, 4.0, 9.0), ("b", -1.0, -2.0, 0.0, 8.0), ("c", 3.0, -1.0, -8.0, 7.0)],
    columns=["account_id", *NAMES],
)


def test_the_global_picture_by_eye() -> None:
    """events add -1, 1, -3; people -4, 4, 2; silence 2, 0, -4; NPS nothing."""
    found = importance(contributions(MODEL, ROWS), ROWS, COLUMNS)
    by_kind = {kind: rows.set_index("name") for kind, rows in found.groupby("kind")}
    assert by_kind["column"]["mean_abs"].to_dict() == pytest.approx(
        {"people": 10 / 3, "silent": 2, "events": 5 / 3, "nps": 0}
    )
    assert by_kind["column"]["direction"].to_dict() == {"people": -1, "silent": 1, "events": -1, "nps": 0}
    families = by_kind["family"]
    assert families["mean_abs"].to_dict() == pytest.approx({"activity": 11 / 3, "recency": 2, "voice": 0})
    assert families["direction"].to_dict() == {"activity": -1, "recency": 1, "voice": 0}
    assert by_kind["level"]["mean_abs"].to_dict() == pytest.approx({"company": (3 + 5 + 5) / 3})
    assert by_kind["level"]["direction"].to_dict() == {"company": 0}
    assert list(by_kind["column"].index) == ["people", "silent", "events", "nps"]


def test_a_waterfall_by_eye() -> None:
    steps = waterfall(MODEL, ROWS[2:], COLUMNS, top=1)
    assert steps[["step", "family", "column"]].fillna("").to_numpy().tolist() == [
        ["start", "", ""],
        ["family", "recency", "silent"],
        ["others", "", ""],
        ["end", "", ""],
    ]
    assert steps["contribution"].tolist() == pytest.approx([-1, -4, -1, np.nan], nan_ok=True)
    assert steps["log_odds"].tolist() == [-1, -5, -6, -6]
    assert steps["value"].tolist() == pytest.approx([np.nan, -8, np.nan, np.nan], nan_ok=True)
    assert steps["chance"].iloc[-1] == pytest.approx(MODEL.predict(ROWS[2:])[0])


def test_a_waterfall_names_the_column_that_moves_most_the_way_of_its_family() -> None:
    """Activity adds -3 + 2: events speak, though the family falls by only one."""
    steps = waterfall(MODEL, ROWS[2:], COLUMNS).query("step == 'family'")
    assert steps[["family", "column", "contribution"]].to_numpy().tolist() == [
        ["recency", "silent", -4],
        ["activity", "events", -1],
    ]


def test_a_waterfall_speaks_through_a_value_that_is_known() -> None:
    line = replace(LINE, flagged=(1,), means=(0.0,) * 5, scales=(1.0,) * 5, weights=(*LINE.weights, 9.0))
    row = ROWS[:1].assign(people=np.nan, events=-1.0)
    steps = waterfall(replace(MODEL, logistic=line), row, COLUMNS).query("family == 'activity'")
    assert steps[["column", "value", "contribution"]].to_numpy().tolist() == [["events", -1, 10]]


def test_a_waterfall_of_a_rule_starts_with_what_no_column_speaks_for() -> None:
    rule = Fitted("churn", "rule", (), 0.1, 1, 1, "", rule=Rule("base_rate", intercept=-2.0))
    steps = waterfall(rule, ROWS[:1], COLUMNS)
    assert steps["step"].tolist() == ["start", "others", "end"]
    assert steps["chance"].tolist() == pytest.approx([expit(-2)] * 3)


def test_dependence_by_eye() -> None:
    rows = pd.DataFrame({"account_id": list("abcde"), **dict.fromkeys(NAMES, 0.0)})
    rows["silent"] = [4.0, 1.0, np.nan, 3.0, 2.0]
    found = dependence(contributions(MODEL, rows), rows, "silent", bins=2)
    assert found["account_id"].tolist() == ["b", "e", "d", "a", "c"]
    assert found["contribution"].tolist() == [0.5, 1, 1.5, 2, 0]
    assert found["middle"].tolist() == pytest.approx([1.5, 1.5, 3.5, 3.5, np.nan], nan_ok=True)
    assert found["trend"].tolist() == [0.75, 0.75, 1.75, 1.75, 0]


def test_equal_values_are_one_group() -> None:
    rows = pd.DataFrame({"account_id": list("abcd"), **dict.fromkeys(NAMES, 1.0)})
    found = dependence(contributions(MODEL, rows), rows, "silent", bins=3)
    assert found["trend"].tolist() == [0.5] * 4
