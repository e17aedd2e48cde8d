"""Segments that stick and grow: 12 small accounts, 11 big ones, 3 tiny ones, over twelve months."""

from dataclasses import replace
from pathlib import Path
from statistics import stdev

import pandas as pd
import pytest
from source_files import opened

from leadline.experiment import Outcomes
from leadline.features.segments import pooled, segments
from leadline.features.sources import Tables
from leadline.features.team_kpis import team_kpis

AS_OF = pd.Timestamp("2024-05-27")
CONTRACT = Outcomes(mode="contract", grace_days=30)
ACTIVITY = Outcomes(
    mode="activity", lead_days=0, horizon_days=28, grace_days=0, active_days_before=28, min_events_before=1
)
TABLES = "{accounts: {file: accounts.csv}, events: {file: events.csv}, subscriptions: {file: subscriptions.csv}}"
YAML = f"tables: {TABLES}\nactions: {{core: [run], view: [look]}}\nquarantine: {{max_share: 1}}\n"
SMALL, BIG, TINY = ([f"{name}{i:02d}" for i in range(count)] for name, count in (("s", 12), ("b", 11), ("t", 3)))


def company(folder: Path) -> Tables:
    """Small: six grow from 100 to 150, three leave, three stay. Big: all stay at 200. Tiny: all leave. Big accounts use
    it on two days of the last 28, small on one, by one person; those created in 2024 run 4 (s), 10 (b) days later."""
    accounts, terms = ["account_id name created_at segment region"], ["account_id start_date end_date mrr"]
    events = ["account_id user_id occurred_at action", "s00 u 2023-01-02 run"]
    for name in (*SMALL, *BIG, *TINY):
        segment = {"s": "small", "b": "big", "t": "tiny"}[name[0]]
        number = int(name[1:])
        accounts.append(f"{name} {name} 2024-01-01 {segment} here")
        money = 200 if segment == "big" else 100
        leaves = segment == "tiny" or (segment == "small" and number in (6, 7, 8))
        terms.append(f"{name} 2023-01-01 {'2024-01-01' if leaves else '2025-01-01'} {money}")
        if segment == "small" and number < 6:
            terms.append(f"{name} 2024-01-01 2025-01-01 50")
        events.append(f"{name} u 2024-01-{5 if segment == 'small' else 11:02d} run")
        events += [f"{name} u {day} look" for day in ("2024-05-20", "2024-05-21")[: 2 if segment == "big" else 1]]
    return opened(folder, YAML, accounts="\n".join(accounts), events="\n".join(events), subscriptions="\n".join(terms))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return company(tmp_path_factory.mktemp("segments"))


@pytest.fixture(scope="module")
def found(tables: Tables) -> pd.DataFrame:
    return segments(tables, CONTRACT, AS_OF).set_index("group")


def test_groups_come_after_all_most_accounts_first_and_other_last(found: pd.DataFrame) -> None:
    """Region is the same for everybody; industry, tier and channel are not given: they tell nothing apart."""
    assert list(zip(found["dimension"], found.index, found["accounts"], strict=True)) == [
        ("all", "all", 20),
        ("segment", "big", 11),
        ("segment", "other", 9),
    ]


def test_groups_under_ten_accounts_are_pooled() -> None:
    values = pd.Series(["a"] * 11 + ["b"] * 10 + ["c"] * 9 + [None])
    in_force = pd.Series([False, *[True] * 30])
    assert pooled(values, in_force).value_counts().to_dict() == {"a": 11, "b": 10, "other": 10}
    in_force[1] = False
    assert pooled(values, in_force).value_counts().to_dict() == {"b": 10, "other": 21}


def test_stickiness_derived_already_is_taken_and_changes_nothing(tables: Tables, found: pd.DataFrame) -> None:
    names = tables.relations["accounts"].df()["account_id"]
    sticky = pd.DataFrame({"account_id": names, "stickiness_28": [2 / 28 if n[0] == "b" else 1 / 28 for n in names]})
    again = segments(tables, CONTRACT, AS_OF, sticky).set_index("group")
    pd.testing.assert_frame_equal(again[["accounts", "nrr"]], found[["accounts", "nrr"]])
    assert again.loc["big", "stickiness"] == pytest.approx(2 / 28)
    other = segments(tables, CONTRACT, AS_OF, sticky.assign(stickiness_28=0.5)).set_index("group")
    assert other.loc["big", "stickiness"] == pytest.approx(0.5)
    without = segments(tables, CONTRACT, AS_OF, sticky[["account_id"]]).set_index("group")
    pd.testing.assert_frame_equal(without, found)


def test_money_and_fates_of_each_group(found: pd.DataFrame) -> None:
    """Other: 12 small and 3 tiny, 1500 a year ago; 6 x 150 + 3 x 100 now; six of 15 left and six grew."""
    facts = ["nrr", "grr", "expansion_share", "churn_share"]
    assert found.loc["big", facts].tolist() == [1, 1, 0, 0]
    assert found.loc["other", facts].tolist() == pytest.approx([1200 / 1500, 900 / 1500, 6 / 15, 6 / 15])
    assert found.loc["all", facts].tolist() == pytest.approx([3400 / 3700, 3100 / 3700, 6 / 26, 6 / 26])
    assert found.loc["big", ["churn_low", "churn_high"]].tolist() == pytest.approx([0, 0.2588], abs=1e-4)


def test_the_lower_ends_of_what_all_and_others_keep(found: pd.DataFrame) -> None:
    """Others: six of 100 now pay 150, three 100, six 0, against 80 expected of each; big ones do not differ."""
    residuals = [70] * 6 + [20] * 3 + [-80] * 6
    assert found.loc["other", "growth_low"] == pytest.approx(0.8 - 1.96 * stdev(residuals) / 100 / 15**0.5, abs=1e-4)
    assert found.loc["big", ["stickiness_low", "growth_low"]].tolist() == pytest.approx([2 / 28, 1])
    assert pd.isna(found.loc["other", "stickiness_low"])


def test_a_group_above_all_accounts_by_luck_alone_does_not_stick_and_grow(tmp_path: Path) -> None:
    """Half of the big ones now use it on one day instead of two: still above the mean, but no longer surely."""
    tables = company(tmp_path)
    kept = [f"b{i:02d}" for i in (0, 2, 4, 6, 8, 10)]
    events = tables.relations["events"].filter(
        f"NOT (account_id[1] = 'b' AND account_id NOT IN {tuple(kept)} AND occurred_at >= '2024-05-21')"
    )
    fewer = replace(tables, relations={**tables.relations, "events": events})
    found = segments(fewer, CONTRACT, AS_OF).set_index("group")
    assert found.loc["big", "stickiness"] > found.loc["all", "stickiness"] > found.loc["big", "stickiness_low"]
    assert not found["sticks_and_grows"].any()


def test_the_money_of_all_is_that_of_the_kpis(tables: Tables, found: pd.DataFrame) -> None:
    kpis = team_kpis(tables.relations, tables.core_actions, CONTRACT, AS_OF).set_index("kpi")["value"]
    assert found.loc["all", ["nrr", "grr"]].tolist() == kpis[["nrr", "grr"]].tolist()


def test_stickiness_first_value_and_what_rests_on_too_few(found: pd.DataFrame) -> None:
    assert found.loc["big", "stickiness"] == pytest.approx(2 / 28)
    assert pd.isna(found.loc["other", "stickiness"])  # nine in force
    assert found["days_to_first_value"].tolist() == [10, 10, 4]
    assert found["sticks_and_grows"].tolist() == [False, True, False]


@pytest.mark.parametrize(("reached", "days"), [(7, 15.5), (6, float("nan"))])
def test_who_has_not_reached_first_value_counts_as_never(tmp_path: Path, reached: int, days: float) -> None:
    """Of 12 accounts seven reach it after 10 to 16 days: the median lies between the sixth and the seventh."""
    accounts = ["account_id created_at", *(f"{name} 2024-01-01" for name in SMALL)]
    runs = [f"{name} 2024-01-{11 + i:02d} run" for i, name in enumerate(SMALL[:reached])]
    events = ["account_id occurred_at action", "s00 2023-12-01 look", *runs]
    yaml = YAML.replace(", subscriptions: {file: subscriptions.csv}", "")
    source = opened(tmp_path, yaml, accounts="\n".join(accounts), events="\n".join(events))
    found = segments(source, ACTIVITY, pd.Timestamp("2024-03-31"))
    assert found["days_to_first_value"].tolist() == pytest.approx([days], nan_ok=True)
    early = segments(source, ACTIVITY, pd.Timestamp("2024-03-30"))  # created less than 90 days ago
    assert early["days_to_first_value"].isna().all()


def test_without_contracts_fates_are_those_of_the_last_settled_date(tables: Tables) -> None:
    """As of 2024-04-29 nobody had been active for 28 days; as of 2024-02-05 all had, and were silent afterwards."""
    none, all_left = (segments(tables, ACTIVITY, pd.Timestamp(day)).iloc[0] for day in ("2024-05-27", "2024-03-04"))
    assert pd.isna(none["churn_share"])
    assert all_left["churn_share"] == 1
    assert pd.isna(all_left["nrr"])
