"""When this week's falls may not speak."""

import numpy as np
import pandas as pd
import pytest
from decision_tables import NOW, experiment, fall, falls

from leadline.decisions.alarm import alarm, calm_weeks
from leadline.decisions.choose import State, Week, choose
from leadline.decisions.spell import Kind, Sign, Spell

DAY = pd.Timedelta(days=1)
CALM = (9, 11, 10, 10, 9, 12)


def spell(days_ago: int, kind: Kind = "calendar", sign: Sign = "together") -> Spell:
    """Three days at a fifth of usual, of which the last is so many days ago."""
    last = NOW.normalize() - days_ago * DAY
    return Spell(kind, sign, last - 2 * DAY, last, 0.2)


@pytest.mark.parametrize(
    ("crossings", "calm", "spells", "tripped"),
    [
        (10, CALM, (), False),
        (25, CALM, (), False),
        (26, CALM, (), True),
        (99, CALM[:3], (), False),
        (10, CALM, (spell(5),), False),
        (10, CALM, (spell(5, "data", "missing"),), False),
        (10, CALM, (spell(1, "data", "silent"),), True),
        (10, CALM, (spell(60, "data", "silent"),), False),
    ],
    ids=[
        "as ever",
        "as many as chance explains",
        "a flood",
        "too few weeks to say",
        "a holiday without a flood",
        "records are missing, without a flood",
        "a silent feed",
        "a feed that was silent long ago",
    ],
)
def test_a_flood_or_a_silent_feed_trips_it(crossings: int, calm: tuple, spells: tuple, tripped: bool) -> None:
    assert alarm(crossings, calm, spells, NOW, "en").tripped == tripped


def test_it_says_what_broke() -> None:
    assert "all usage stood at 20% of usual" in alarm(99, CALM, (spell(5),), NOW, "en").because
    assert "99 accounts" in alarm(99, CALM, (spell(5),), NOW, "en").because
    assert alarm(10, CALM, (spell(5),), NOW, "en").because.startswith("all usage stood at 20% of usual")
    assert alarm(10, CALM, (), NOW, "en").because == "crossings of thresholds by any indicator, and the most to expect"


def test_its_row_tells_calm_weeks_later() -> None:
    silent = (spell(1, "data", "silent"),)
    weeks = ((9, CALM, ()), (99, CALM, ()), (8, CALM, silent), (12, CALM[:2], ()))
    rows = [alarm(n, calm, near, NOW, "en").row(40) for n, calm, near in weeks]
    other = pd.DataFrame({"indicator": ["value"], "alerts": [5], "capacity": [9]})
    table = pd.concat([other, *rows], ignore_index=True).assign(as_of=[NOW + i * DAY for i in range(5)])
    assert calm_weeks(table) == (9, 12)
    assert np.isnan(rows[3]["enter"].iloc[0])


ACCOUNTS = pd.DataFrame(
    {
        "account_id": pd.Series([f"a{i:02}" for i in range(30)], dtype="str"),
        "csm": pd.Series([None] * 30, dtype="str"),
        "tier": "growth",
        "p_churn": 0.01,
        "arr": 12000.0,
    }
)


@pytest.mark.parametrize(("calm", "listed"), [((30,) * 6, 10), (CALM, 0)])
def test_in_a_flood_falls_bring_nobody_in_and_the_row_says_why(calm: tuple[int, ...], listed: int) -> None:
    """All thirty fall by half; none is worth its cost."""
    fell, before = falls([fall(a, 0.5) for a in ACCOUNTS["account_id"]]), falls([fall("a00", 0.3)])
    weeks = Week(NOW, ACCOUNTS, fell), Week(NOW - 7 * DAY, ACCOUNTS, before)
    found = choose(*weeks, State(calm=calm), experiment(1, 10), spells=(spell(5),))
    assert len(found.listed) == listed
    row = found.state.thresholds.query("indicator == 'crossings'").iloc[0]
    assert row["alerts"] == 30
    assert "all usage stood at 20% of usual" in row["changed_because"]
    assert len(found.state.calm) == (7 if listed else 6)
