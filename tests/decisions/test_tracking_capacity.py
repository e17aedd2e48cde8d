"""Ranks move by how many crossed, and shares by who left nevertheless."""

import numpy as np
import pandas as pd
import pytest
from decision_tables import fall, falls

from leadline.decisions.tracking_capacity import factors, judged, next_correction


def series(*values: float) -> pd.Series:
    return pd.Series(values, dtype="float64")


def test_too_few_crossed_lets_more_in_next_week_and_the_past_fades() -> None:
    found = next_correction(series(0, 0, 2, 0), series(10, 10, 10, 3), series(4, 10, 10, 99))
    assert found.tolist() == pytest.approx([1.8, 0, 1.8, -3])


@pytest.mark.parametrize("jump", [1.0, 2.0, 4.0])
def test_alerts_return_to_what_was_aimed_at_after_the_world_has_changed(jump: float) -> None:
    """A rank r brings jump x r alerts from some week on; the error is to fade, not to swing."""
    correction, errors = series(0), []
    for _ in range(40):
        crossed = jump * (10 + correction).round().clip(lower=1)
        errors.append(abs(crossed[0] - 10))
        correction = next_correction(correction, series(10), crossed)
    assert np.mean(errors[-8:]) <= max(3.0, 0.4 * errors[0])


THRESHOLDS = pd.DataFrame(
    {"group": ["small", "small", "large"], "indicator": ["users", "events", "users"], "enter": [0.3, 0.5, 0.2]}
)


def test_alerts_are_counted_once_an_account_and_date() -> None:
    """a crosses by both indicators and left; b crosses and stayed; c left and crossed none; d is of the other group."""
    settled = falls(
        [
            fall("a", 0.4, group="small", indicator="users", observed=1, arr=1.0),
            fall("a", 0.6, group="small", indicator="events", observed=1, arr=1.0),
            fall("b", 0.3, group="small", indicator="users", observed=0, arr=1.0),
            fall("c", 0.1, group="small", indicator="users", observed=1, arr=1.0),
            fall("d", 0.1, group="large", indicator="users", observed=0, arr=1.0),
        ]
    )
    assert judged(settled, THRESHOLDS).to_dict("index") == {
        "large": {"alerts": 0, "false": 0, "missed": 0},
        "small": {"alerts": 2, "false": 1, "missed": 1},
    }


def test_missed_leavers_win_places_and_false_alarms_lose_them() -> None:
    seen = pd.DataFrame(
        {"alerts": [40, 40, 1], "false": [20, 40, 1], "missed": [12, 0, 0]}, index=["missing", "false", "unseen"]
    )
    found = factors(seen)
    assert found["missing"] > 1.3
    assert found["false"] < 0.8
    assert found["unseen"] == pytest.approx(1, abs=0.25)
    assert found.between(0.5, 2).all()
    assert factors(seen[:0]).empty
