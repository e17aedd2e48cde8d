"""Gates by hand: what is far from usual closes one, and says since when."""

import numpy as np
import pandas as pd
import pytest

from leadline.decisions import gates
from leadline.decisions.gates import Gate
from leadline.experiment import Gates

SETTINGS = Gates()
MONDAY = pd.Timestamp("2024-05-06")
DAY = pd.Timedelta(days=1)


def volumes(**modules: list[int]) -> pd.DataFrame:
    """Events a day, the last on the Sunday before MONDAY; the first weeks come first."""
    rows = [
        (MONDAY - DAY * (len(days) - i), module, events)
        for module, days in modules.items()
        for i, events in enumerate(days)
        if events
    ]
    return pd.DataFrame(rows, columns=["day", "module", "events"])


def found(rows, place: str = "") -> Gate:
    return next(gate for gate in rows if not place or gate.place == place)


def test_a_week_beside_the_usual_one() -> None:
    """Eight weeks of 700 events, then one of 140: a fifth, and the limit is 0.3."""
    log = volumes(reports=[100] * 56 + [20] * 7)
    gate = found(gates.volume(log, MONDAY, SETTINGS), "reports")
    assert gate.value == pytest.approx(0.2)
    assert gate.strain > 1
    assert gate.since == MONDAY - 7 * DAY
    half = found(gates.volume(volumes(reports=[100] * 56 + [50] * 7), MONDAY, SETTINGS), "reports")
    assert half.strain == pytest.approx(np.log(0.5) / np.log(0.3))
    assert half.since is None
    double = found(gates.volume(volumes(reports=[100] * 56 + [400] * 7), MONDAY, SETTINGS), "reports")
    assert double.strain > 1


def test_few_events_are_not_judged() -> None:
    assert list(gates.volume(volumes(reports=[10] * 56 + [0] * 7), MONDAY, SETTINGS)) == []


def test_what_comes_after_the_as_of_date_is_not_seen() -> None:
    log = volumes(reports=[100] * 63)
    later = log.assign(day=log["day"] + 63 * DAY, events=9_000)
    both = pd.concat([log, later])
    assert found(gates.volume(both, MONDAY, SETTINGS)).value == pytest.approx(1)
    assert found(gates.silent(both, MONDAY, SETTINGS)).value == 0


def test_a_steady_module_that_fell_silent() -> None:
    log = volumes(reports=[10] * 63, admin=[5] * 54 + [0] * 9, rare=([5] + [0] * 6) * 9)
    rows = list(gates.silent(log, MONDAY, SETTINGS))
    assert {gate.place: gate.value for gate in rows} == {"admin": 9, "reports": 0}
    assert found(rows, "admin").since == MONDAY - 9 * DAY
    assert found(rows, "admin").strain == pytest.approx(9 / 7)


def test_the_clock_is_asked_only_where_there_is_a_limit() -> None:
    assert list(gates.stale(MONDAY, MONDAY + 30 * DAY, SETTINGS)) == []
    gate = found(gates.stale(MONDAY, MONDAY + 30 * DAY, Gates(stale_days=10)))
    assert (gate.value, gate.strain, gate.since) == (30, 3, MONDAY)


def test_tables_set_apart_or_lost_and_actions_never_seen() -> None:
    rows = pd.DataFrame({"table": ["events", "tickets"], "rows_in": [100, 0], "rows_quarantined": [20, 0]})
    assert [gate.value for gate in gates.quarantined(rows, SETTINGS)] == [0.2, 0]
    now = pd.DataFrame({"table": ["events", "tickets"], "rows_used": [80, 0]})
    before = pd.DataFrame({"table": ["events", "tickets", "surveys"], "rows_used": [70, 5, 0]})
    assert {gate.place: gate.strain for gate in gates.lost(now, before)} == {"events": 0, "tickets": 2}
    actions = pd.DataFrame({"rows": [60, 40], "first": [MONDAY - 300 * DAY, MONDAY - 3 * DAY]})
    gate = found(gates.unknown_actions(actions, MONDAY, SETTINGS))
    assert (gate.value, gate.since) == (0.4, MONDAY - 3 * DAY)
    young = actions.assign(first=MONDAY - 3 * DAY)
    assert np.isnan(found(gates.unknown_actions(young, MONDAY, SETTINGS)).value)


def test_columns_that_shifted_and_values_that_are_missing() -> None:
    before = pd.DataFrame({"a": np.arange(400.0), "b": np.arange(400.0), "c": 1.0})
    now = before.assign(b=before["b"] + 400, c=np.nan)
    assert found(gates.drifted(now, before, ["a", "b", "c"], SETTINGS))[1:3] == ("b", 0.5)
    assert found(gates.missing(now, before, ["a", "b", "c"], SETTINGS))[1:3] == ("c", 1.0)
    assert found(gates.scores(now["b"], before["b"], SETTINGS)).strain > 1


def test_the_table_tells_what_is_beyond_its_limit_and_unknown_passes() -> None:
    unknown = Gate("scores", "p", np.nan, 0.5, np.nan)
    rows = gates.table([Gate("missing", "a", 0.1, 0.3, 0.3), unknown, Gate("volume", "x", 0.2, 0.3, 2)])
    assert rows[["place", "passed"]].to_numpy().tolist() == [["x", False], ["a", True], ["p", True]]
    assert gates.table([]).empty
