"""What was abnormal of late, from literal volumes; 2024-03-04 is a Monday."""

import numpy as np
import pandas as pd
import pytest
from daily_tables import volumes
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.decisions.breaker import spells, tripped
from leadline.decisions.spell import Spell
from leadline.experiment import Calendar

UTC = Calendar()
FAULT = ("2024-02-12", "2024-03-01", "boards", "", 0.35)
OUTAGE = ("2024-02-20", "2024-02-22", "files", "", 0.1)


def told(*changes: tuple, as_of: str = "2024-03-04", calendar: Calendar = UTC, **kwargs: object) -> list[tuple]:
    found = spells(volumes(*changes, **kwargs), pd.Timestamp(as_of), calendar)
    return [(s.kind, s.sign, s.module, s.region, f"{s.first_day:%m-%d}", f"{s.last_day:%m-%d}") for s in found]


def test_a_calm_log_has_no_spells() -> None:
    assert told() == []
    assert told(late=0.6) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (OUTAGE, ("data", "missing", "files", "", "02-20", "02-22")),
        (("2024-02-20", "2024-02-20", "", "", 0.1), ("data", "missing", "", "", "02-20", "02-20")),
        (("2024-02-20", "2024-02-22", "", "", 0.1), ("data", "missing", "", "", "02-20", "02-22")),
        (("2024-02-10", "2024-03-03", "", "", 0.4), ("data", "missing", "", "", "02-12", "03-01")),
        (("2024-02-29", "2024-03-03", "files", "", 0.0), ("data", "silent", "files", "", "02-29", "03-01")),
        (("2024-02-29", "2024-03-03", "", "", 0.0), ("data", "silent", "", "", "02-29", "03-01")),
        (("2024-02-19", "2024-02-23", "files", "", 0.0), ("data", "missing", "files", "", "02-19", "02-23")),
        (FAULT, ("product", "module_low", "boards", "", "02-12", "03-01")),
        (("2024-02-26", "2024-03-03", "boards", "", 0.35), ("product", "module_low", "boards", "", "02-26", "03-01")),
        (("2024-02-20", "2024-02-21", "boards", "", 0.5), ("product", "module_low", "boards", "", "02-20", "02-21")),
        (("2024-02-17", "2024-02-25", "", "", 0.2), ("calendar", "together", "", "", "02-19", "02-23")),
        (("2024-02-19", "2024-02-23", "", "APAC", 0.12), ("calendar", "together", "", "APAC", "02-19", "02-23")),
        (("2024-02-20", "2024-02-21", "", "APAC", 0.0), ("data", "missing", "", "APAC", "02-20", "02-21")),
    ],
)  # fmt: skip
def test_a_spell_is_told_by_its_shape(change: tuple, expected: tuple) -> None:
    assert told(change) == [expected]


@pytest.mark.parametrize(
    "change",
    [
        ("2024-02-20", "2024-02-20", "boards", "", 0.5),
        ("2024-02-19", "2024-02-23", "boards", "", 0.7),
        ("2024-02-24", "2024-02-25", "", "", 0.0),
        ("2024-03-04", "2024-03-08", "", "", 0.0),
        ("2024-02-20", "2024-02-21", "boards", "APAC", 0.3),
    ],
    ids=["one day, not small", "a little", "a weekend", "to come", "one module of one region"],
)
def test_otherwise_nothing_is_said(change: tuple) -> None:
    assert told(change) == []


def test_a_short_holiday_is_known_from_the_year_before_or_from_the_setting() -> None:
    last_year, this_year = ("2023-02-20", "2023-02-21", "", "", 0.2), ("2024-02-19", "2024-02-20", "", "", 0.2)
    assert told(this_year)[0][:2] == ("data", "missing")
    assert told(last_year, this_year)[-1][:2] == ("calendar", "last_year")
    found = spells(volumes(this_year), pd.Timestamp("2024-03-04"), Calendar(holidays=("US",)))
    assert [(s.kind, s.sign, s.holiday) for s in found] == [("calendar", "holiday", "Washington's Birthday (US)")]


def test_a_fault_over_a_holiday_is_one_fault_and_one_holiday() -> None:
    assert told(FAULT, ("2024-02-19", "2024-02-23", "", "", 0.2)) == [
        ("product", "module_low", "boards", "", "02-12", "03-01"),
        ("calendar", "together", "", "", "02-19", "02-23"),
    ]


def test_two_regions_at_rest_are_neither_everything_nor_the_modules() -> None:
    week = ("2024-02-19", "2024-02-23")
    assert told((*week, "", "AMER", 0.3), (*week, "", "EMEA", 0.3)) == [
        ("calendar", "together", "", "AMER", "02-19", "02-23"),
        ("calendar", "together", "", "EMEA", "02-19", "02-23"),
    ]


def test_a_module_that_fell_little_more_than_the_others_is_no_spell() -> None:
    week = ("2024-02-19", "2024-02-23")
    assert told((*week, "", "", 0.85), (*week, "boards", "", 0.65)) == []


def test_what_came_late_is_no_spell_once_it_is_known() -> None:
    table = volumes()
    held = table["day"].between("2024-02-27", "2024-03-01")
    table.loc[held, "known_at"] = pd.Timestamp("2024-03-06")
    assert [s.sign for s in spells(table, pd.Timestamp("2024-03-04"), UTC)] == ["silent"]
    assert spells(table, pd.Timestamp("2024-03-11"), UTC) == ()


def test_days_and_instants_are_those_of_the_team() -> None:
    shanghai = Calendar(timezone="Asia/Shanghai")
    table = volumes(OUTAGE)
    table["known_at"] -= pd.Timedelta(hours=8)
    (spell,) = spells(table, pd.Timestamp("2024-03-03T16:00"), shanghai)
    assert (spell.first_day, spell.began) == (pd.Timestamp("2024-02-20"), pd.Timestamp("2024-02-19T16:00"))
    assert spell.ended == pd.Timestamp("2024-02-22T16:00")


def test_nothing_is_said_of_an_empty_or_a_young_log() -> None:
    assert spells(volumes().iloc[:0], pd.Timestamp("2024-03-04"), UTC) == ()
    assert told(("2024-02-26", "2024-03-03", "", "", 0.0), first="2024-02-05") == []


def test_a_log_without_module_and_region_has_spells_of_everything() -> None:
    bare = [(None, None)]
    assert told(("2024-02-20", "2024-02-22", "", "", 0.1), parts=bare) == [
        ("data", "missing", "", "", "02-20", "02-22")
    ]


def test_few_events_that_come_and_go_are_no_spells() -> None:
    table = volumes()
    table["events"] = np.random.default_rng(1).poisson(3, len(table)) * np.random.default_rng(2).integers(
        0, 2, len(table)
    )
    assert spells(table, pd.Timestamp("2024-03-04"), UTC) == ()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 60), st.integers(1, 3), st.sampled_from(["boards", "files", "search", ""]))
def test_the_future_changes_nothing_that_was_said(ago: int, days: int, module: str) -> None:
    as_of = pd.Timestamp("2024-03-04")
    begins = as_of - pd.Timedelta(days=ago)
    table = volumes((begins, begins + pd.Timedelta(days=days - 1), module, "", 0.1))
    known = table[table["known_at"] <= as_of]
    assert spells(table, as_of, UTC) == spells(known, as_of, UTC)


WEEK = Spell("data", "missing", pd.Timestamp("2024-02-20"), pd.Timestamp("2024-02-22"), 0.1, module="files")


@pytest.mark.parametrize(
    ("as_of", "days", "touches"),
    [
        ("2024-02-20", 28, False),
        ("2024-02-21", 7, True),
        ("2024-03-01", 7, False),
        ("2024-02-29", 7, True),
        ("2024-03-21", 28, True),
        ("2024-03-22", 28, False),
    ],
)
def test_a_window_touches_a_spell_if_it_holds_any_of_it(as_of: str, days: int, touches: bool) -> None:
    assert WEEK.touches(pd.Timestamp(as_of), days) == touches


def test_a_spell_says_what_where_and_where_to_look() -> None:
    assert WEEK.sentence("en") == (
        "module files stood at 10% of usual from 2024-02-20 to 2024-02-22, as where records are missing: "
        "look at the feed first"
    )
    assert WEEK.sentence("zh") == "2024-02-20 至 2024-02-22，模块 files仅为平常的 10%，像是记录缺失：先查数据接入"
    silent = spells(volumes(("2024-02-29", "2024-03-03", "files", "", 0.0)), pd.Timestamp("2024-03-04"), UTC)[0]
    assert silent.sentence("en") == ("nothing was received of module files since 2024-02-29: look at the feed first")


@pytest.mark.parametrize(
    ("crossings", "usual", "limit"),
    [
        (26, [10, 11, 9, 10, 12, 8, 10, 10], 25),  # median 10, a count's spread of 3.16
        (25, [10, 11, 9, 10, 12, 8, 10, 10], None),
        (90, [10, 40, 9, 10, 60, 8, 10, 30], 60),  # never below the largest of the weeks before
        (6, [0, 0, 0, 0], 5),
        (5, [0, 0, 0, 0], None),
        (1000, [1, 1, 1], None),  # too few weeks to tell
        (30, [100, 100, 100, 100, 4, 4, 4, 4, 4, 4, 4, 4], 14),  # the last 8 count
    ],
)
def test_a_flood_is_more_than_chance_and_the_past_explain(crossings: int, usual: list[int], limit: int | None) -> None:
    flood = tripped(crossings, usual)
    assert (flood.limit if flood else None) == limit


def test_a_flood_says_what_broke_or_that_nobody_knows() -> None:
    known, unknown = tripped(90, [10] * 8, [WEEK]), tripped(90, [10] * 8)
    assert known is not None
    assert unknown is not None
    assert known.sentence("en") == (
        "90 accounts crossed their thresholds, where 25 are the most to expect: " + WEEK.sentence("en")
    )
    assert unknown.sentence("en").endswith(": unknown, look before you call")
    assert unknown.sentence("zh") == "共有 90 家客户越过阈值，预期至多 25 家：原因不明，联系客户前先核查"
