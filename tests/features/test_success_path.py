"""The success path, from accounts few enough to count: what they did in their first 30 days, and who stayed a year."""

from pathlib import Path

import pandas as pd
import pytest
from source_files import opened

from leadline.experiment import Outcomes
from leadline.features.sources import Tables
from leadline.features.success_path import candidates, chosen, early_counts, stayed, success_path
from leadline.problem import Problem

AS_OF = pd.Timestamp("2024-05-27")
CONTRACT, ACTIVITY = Outcomes(mode="contract", grace_days=30), Outcomes(mode="activity", horizon_days=90)
YAML = (
    "tables: {events: {file: events.csv}, subscriptions: {file: subscriptions.csv}}\n"
    "actions: {core: [run], view: [look]}\nmodules: [m]\nquarantine: {max_share: 1}\n"
)
STARTS = pd.DataFrame({"account_id": ["a", "b"], "start": pd.to_datetime(["2022-01-01", "2022-01-01"]).as_unit("us")})
EARLY = """account_id occurred_at received_at action module
           a 2021-12-31T23:59 2021-12-31T23:59 run m
           a 2022-01-01T00:00 2022-01-01T00:00 run m
           a 2022-01-02T00:00 2022-01-02T00:00 look m
           a 2022-01-03T00:00 2022-01-31T00:00 run m
           a 2022-01-30T23:59 2022-01-30T23:59 edit m
           a 2022-01-31T00:00 2022-01-31T00:00 run m
           b 2022-01-05T00:00 2022-01-05T00:00 run other"""
TERMS = """account_id start_date end_date mrr
           left_at_once 2022-01-01 2022-01-20 100
           left 2022-01-01 2022-06-01 100
           not_renewed 2022-01-01 2023-01-01 100
           renewed_late 2022-01-01 2023-01-01 100
           renewed_late 2023-01-20 2024-01-20 100
           unripe 2023-04-27 2023-05-28 100"""


def frame(text: str) -> pd.DataFrame:
    rows = [line.split() for line in text.strip().splitlines()]
    return pd.DataFrame(rows[1:], columns=rows[0])


def test_early_counts_hold_what_was_done_and_known_within_the_first_days(tmp_path: Path) -> None:
    """Looking is no use of a module; what was done before the start, on day 30, or known only then, does not count."""
    tables = opened(tmp_path, YAML.replace(", subscriptions: {file: subscriptions.csv}", ""), events=EARLY)
    found = early_counts(tables.relations["events"], STARTS, ("run",), ("look",), ("m",), 30)
    assert found[("action", "run")].tolist() == [1, 1]
    assert found[("module", "m")].tolist() == [2, 0]


def test_who_stayed_is_told_of_those_there_after_the_first_days_and_settled(tmp_path: Path) -> None:
    tables = opened(tmp_path, YAML, events=EARLY, subscriptions=TERMS)
    new = (
        frame(TERMS)
        .drop_duplicates("account_id")[["account_id", "start_date"]]
        .set_axis(["account_id", "start"], axis=1)
    )
    new = new.assign(start=new["start"].astype("datetime64[us]")).reset_index(drop=True)
    found = stayed(tables.relations, new, CONTRACT, AS_OF, 30, 12)
    assert dict(zip(found["account_id"], found["stayed"], strict=True)) == {
        "left": False,
        "not_renewed": False,
        "renewed_late": True,
    }
    a_day_later = stayed(tables.relations, new, CONTRACT, AS_OF + pd.Timedelta(days=1), 30, 12)
    assert a_day_later["account_id"].tolist() == [*found["account_id"], "unripe"]


def test_without_contracts_staying_is_an_event_within_the_horizon(tmp_path: Path) -> None:
    events = """account_id occurred_at received_at action module
                a 2022-01-01T00:00 2022-01-01T00:00 run m
                a 2023-01-01T00:00 2023-01-01T00:00 look m
                b 2022-01-01T00:00 2022-01-01T00:00 run m
                b 2023-04-01T00:00 2023-04-01T00:00 run m
                c 2022-01-01T00:00 2022-01-01T00:00 run m
                c 2023-03-31T00:00 2024-05-27T00:00 run m"""
    tables = opened(tmp_path, YAML.replace(", subscriptions: {file: subscriptions.csv}", ""), events=events)
    new = pd.concat([STARTS, STARTS.iloc[:1].assign(account_id="c")], ignore_index=True)
    found = stayed(tables.relations, new, ACTIVITY, AS_OF, 30, 12)
    assert found["stayed"].tolist() == [True, False, False]  # b came back a day late, c was heard of too late


def test_shares_support_lift_and_phi_of_each_number() -> None:
    counts = pd.DataFrame({("action", "run"): [0, 1, 2, 2]})
    table = candidates(counts, pd.Series([False, False, True, False])).set_index("at_least")
    assert table.index.tolist() == [1, 2]
    two = table.loc[2]
    assert two[["reached", "below", "stayed_reached", "stayed_below"]].tolist() == [2, 2, 1, 0]
    assert two[["share_reached", "share_below", "support", "lift"]].tolist() == [0.5, 0, 0.5, 2]
    vectors = pd.DataFrame({"reached": [0, 0, 1, 1], "stayed": [0, 0, 1, 0]})
    assert two["phi"] == pytest.approx(vectors.corr().iloc[0, 1])


def test_the_smallest_number_of_the_highest_phi_is_chosen_where_enough_are_on_both_sides() -> None:
    columns = ["kind", "name", "at_least", "reached", "below", "phi"]
    rows = [("action", "few", 1, 9, 90, 0.9), ("action", "run", 3, 20, 20, 0.5), ("action", "run", 2, 20, 20, 0.5)]
    assert chosen(pd.DataFrame(rows, columns=columns))["at_least"].tolist() == [2]
    assert chosen(pd.DataFrame([("action", "run", 1, 20, 20, -0.1)], columns=columns)).empty


def company(folder: Path, newer: str) -> Tables:
    """40 accounts, one a day: of the older 20 those with five runs stay, the rest, with one, leave. Of the newer the
    same holds (`same`), staying has nothing to do with it (`chance`), or all run five times (`all`)."""
    events, terms = ["account_id occurred_at action module"], ["account_id start_date end_date mrr"]
    for i in range(40):
        start = pd.Timestamp("2022-01-01") + pd.Timedelta(days=i)
        older, even = i < 20, i % 2 == 0
        runs = 5 if even or (not older and newer == "all") else 1
        stays = i % 4 < 2 if not older and newer == "chance" else even
        events += [f"a{i:02d} {start + pd.Timedelta(days=day):%Y-%m-%d} run m" for day in range(runs)]
        end = start + pd.DateOffset(months=20 if stays else 9)
        terms.append(f"a{i:02d} {start:%Y-%m-%d} {end:%Y-%m-%d} 100")
    events.append("a00 2022-01-01 look m")
    return opened(folder, YAML, events="\n".join(events), subscriptions="\n".join(terms))


@pytest.mark.parametrize(("newer", "verdict"), [("same", "holds"), ("chance", "fails"), ("all", "few")])
def test_the_number_is_chosen_on_older_accounts_and_judged_by_newer_ones(
    tmp_path: Path, newer: str, verdict: str
) -> None:
    path = success_path(company(tmp_path, newer), CONTRACT, AS_OF)
    older = path.checked[path.checked["part"] == "older"].iloc[0]
    assert (older["kind"], older["name"], older["at_least"]) == ("action", "run", 2)
    assert older[["reached", "below", "share_reached", "share_below"]].tolist() == [10, 10, 1, 0]
    assert path.verdict == verdict
    assert path.accounts["part"].value_counts().to_dict() == {"older": 20, "newer": 20}
    assert (
        (path.accounts.groupby("part")["start"].min()["newer"]) > path.accounts.groupby("part")["start"].max()["older"]
    )


def test_where_no_account_is_old_enough_there_is_no_number(tmp_path: Path) -> None:
    path = success_path(company(tmp_path, "same"), CONTRACT, pd.Timestamp("2022-06-06"))
    assert (len(path.accounts), len(path.older), len(path.checked), path.verdict) == (0, 0, 0, "none")


def test_the_first_days_end_before_it_is_read_who_stayed(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="stayed 1 months is read after the first 30 days"):
        success_path(company(tmp_path, "same"), CONTRACT, AS_OF, days=30, months=1)
