"""The views of usage: accounts, people, features and funnel, from logs short enough to count by eye."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from source_files import opened, write

from leadline.features.sources import Tables
from leadline.features.usage import account_usage
from leadline.features.usage_features import feature_usage, value_funnel
from leadline.features.usage_users import key_users
from leadline.problem import Problem
from leadline.runs.usage import usage

AS_OF = pd.Timestamp("2024-05-27")  # the period begins on 04-29, the one before on 04-01
NO_PEOPLE = (
    "tables: {accounts: {file: accounts.csv}, events: {file: events.csv}}\n"
    "actions: {core: [run], view: [look]}\nquarantine: {max_share: 1}\n"
)
YAML = NO_PEOPLE.replace("events:", "users: {file: users.csv}, events:")
ACCOUNTS = """account_id name created_at
              a =Ahoy[b] 2024-01-01
              b Bee 2024-01-01
              o'x Silent 2024-01-01
              d Dee 2024-05-28"""
USERS = """user_id account_id role created_at
           ann a member 2024-01-01
           bob a admin 2024-01-01
           dan a executive 2024-01-01
           cy a champion 2024-05-28"""
EVENTS = """account_id user_id occurred_at received_at action module duration_s
            a ann 2024-04-10T10:00 2024-04-10T10:00 look reports 60
            a ann 2024-04-10T10:05 2024-04-10T10:05 run reports 60
            a bob 2024-05-06T09:00 2024-05-06T09:00 look reports 60
            a ann 2024-05-06T09:00 2024-05-06T09:00 run reports 120
            a ann 2024-05-06T09:20 2024-05-06T09:20 run reports 60
            a ann 2024-05-06T11:00 2024-05-06T11:00 look boards -
            a cy 2024-05-01T08:00 2024-05-15T08:00 edit boards -
            a bob 2024-05-20T00:00 2024-05-27T00:00 run boards -
            b eve 2024-04-20T10:00 2024-04-20T10:00 run reports -
            b eve 2024-04-28T12:00 2024-05-10T10:00 run - -
            b - 2024-05-26T23:59 2024-05-26T23:59 look reports -
            b eve 2024-05-27T00:00 2024-05-27T00:00 run reports -"""
NONE = float("nan")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return opened(tmp_path_factory.mktemp("views"), YAML, accounts=ACCOUNTS, users=USERS, events=EVENTS)


def values(row: pd.Series, *facts: str) -> list[float]:
    return [row[name] for fact in facts for name in (fact, f"{fact}_change")]


def same(found: list[float], expected: list[float]) -> None:
    assert found == pytest.approx(expected, nan_ok=True)


FACTS = ("users", "visits", "events", "minutes", "active_days", "core_actions")


def test_accounts_known_then_are_listed_most_events_first(tables: Tables) -> None:
    table = account_usage(tables, AS_OF)
    assert table[["account_id", "name", "events"]].to_numpy().tolist() == [
        ["a", "=Ahoy[b]", 5],
        ["b", "Bee", 1],
        ["o'x", "Silent", 0],
    ]
    assert table.columns[2:].tolist() == [name for fact in FACTS for name in (fact, f"{fact}_change")]


def test_use_of_an_account_beside_the_period_before(tables: Tables) -> None:
    rows = account_usage(tables, AS_OF).set_index("account_id")
    # ann (two visits), bob and cy, whose event came late; what reached us at the as-of date was not known before it
    same(values(rows.loc["a"], *FACTS), [3, 2.0, 4, 3.0, 5, 1.5, 4, 1.0, 2, 1.0, 2, 1.0])
    # an event of nobody is no user's; of the two events before, one arrived in this period
    same(values(rows.loc["b"], *FACTS), [0, -1.0, 1, -0.5, 1, -0.5, 0, NONE, 1, -0.5, 0, -1.0])
    same(values(rows.loc["o'x"], *FACTS), [0, NONE] * 6)


def test_late_events_are_not_seen_before_they_arrive(tables: Tables) -> None:
    before = account_usage(tables, pd.Timestamp("2024-05-13"), days=14).set_index("account_id")
    after = account_usage(tables, pd.Timestamp("2024-05-20"), days=21).set_index("account_id")
    assert before.loc["a", ["users", "events"]].tolist() == [2, 4]
    assert after.loc["a", ["users", "events"]].tolist() == [3, 5]


def test_minutes_are_left_out_where_the_source_gives_none(tmp_path: Path) -> None:
    events = "\n".join(" ".join(line.split()[:-1]) for line in EVENTS.splitlines())
    bare = opened(tmp_path, NO_PEOPLE, accounts=ACCOUNTS, events=events)
    assert "minutes" not in account_usage(bare, AS_OF)
    assert "minutes" not in key_users(bare, AS_OF, "a")


def test_people_of_an_account_key_users_first(tables: Tables) -> None:
    table = key_users(tables, AS_OF, "a")
    # dan is key but was not there in either period; cy's role was not known yet
    assert table[["user_id", "role", "key"]].astype(object).fillna("-").to_numpy().tolist() == [
        ["bob", "admin", True],
        ["ann", "member", False],
        ["cy", "-", False],
    ]
    rows = table.set_index("user_id")
    facts = ("events", "visits", "minutes", "active_days", "events_per_visit", "core_actions")
    same(values(rows.loc["ann"], *facts), [3, 0.5, 2, 1.0, 3, 0.5, 1, 0.0, 1.5, -0.25, 2, 1.0])
    same(values(rows.loc["bob"], *facts), [1, NONE, 1, NONE, 1, NONE, 1, NONE, 1, NONE, 0, NONE])
    same(rows["last_seen_days"].tolist(), [20 + 15 / 24, 20 + 13 / 24, 25 + 16 / 24])


def test_somebody_seen_only_in_the_period_before(tables: Tables) -> None:
    eve = key_users(tables, AS_OF, "b").set_index("user_id").loc["eve"]
    same(values(eve, "events", "visits", "events_per_visit"), [0, -1.0, 0, -1.0, NONE, NONE])
    assert (eve["key"], eve["last_seen_days"]) == (True, 28.5)


def test_without_roles_those_who_led_before_are_key(tmp_path: Path) -> None:
    table = key_users(opened(tmp_path, NO_PEOPLE, accounts=ACCOUNTS, events=EVENTS), AS_OF, "a", days=21)
    assert "role" not in table
    assert table[["user_id", "key"]].to_numpy().tolist() == [["ann", True], ["bob", False], ["cy", False]]


def test_features_week_by_week(tables: Tables) -> None:
    table = feature_usage(tables, AS_OF, "a", weeks=4).assign(week=lambda rows: rows["week"].dt.strftime("%m-%d"))
    assert table.to_numpy().tolist() == [
        ["05-06", "boards", "edit", 1, 1, 1.0],
        ["05-13", "boards", "look", 1, 1, 0.25],
        ["05-13", "reports", "look", 1, 1, 0.25],
        ["05-13", "reports", "run", 2, 1, 0.5],
    ]


def test_features_of_everybody(tables: Tables) -> None:
    table = feature_usage(tables, AS_OF, weeks=5)
    last = table[table["week"] == AS_OF]
    assert last[["module", "action", "events", "users", "share"]].to_numpy().tolist() == [
        ["reports", "look", 1, 0, 1.0]
    ]
    outside = table[table["module"].isna()]
    assert outside[["week", "action", "users"]].to_numpy().tolist() == [[pd.Timestamp("2024-04-29"), "run", 1]]


def test_each_step_of_the_funnel_is_part_of_the_one_before(tables: Tables) -> None:
    rows = value_funnel(tables, AS_OF, "a").fillna({"module": "all"}).set_index("module")
    assert rows.index.tolist() == ["all", "boards", "reports"]
    steps = ("reached", "tried", "completed", "tried_of_reached", "completed_of_tried")
    same(values(rows.loc["all"], *steps), [3, 2.0, 2, 1.0, 1, 0.0, 2 / 3, -1 / 3, 0.5, -0.5])
    same(values(rows.loc["boards"], *steps), [2, NONE, 1, NONE, 0, NONE, 0.5, NONE, 0, NONE])
    same(values(rows.loc["reports"], *steps), [2, 1.0, 1, 0.0, 1, 0.0, 0.5, -0.5, 1.0, 0.0])


def test_a_step_nobody_takes_any_more_is_a_fall_to_nothing(tables: Tables) -> None:
    rows = value_funnel(tables, AS_OF, "b")
    assert rows["module"].fillna("all").tolist() == ["all", "reports"]
    same(values(rows.iloc[0], "reached", "completed_of_tried"), [0, -1.0, NONE, NONE])


def test_an_account_without_events_has_empty_views(tables: Tables) -> None:
    account = "o'x"  # a name is data, whatever it holds
    for table in (
        key_users(tables, AS_OF, account),
        feature_usage(tables, AS_OF, account),
        value_funnel(tables, AS_OF, account),
    ):
        assert table.empty
        assert len(table.columns) >= 6


@pytest.mark.parametrize(
    ("said", "as_of", "account", "days"),
    [
        ("of 0 days is no whole", AS_OF, "a", 0),
        ("10 days is no whole", AS_OF, "a", 10),
        ("runs from 2024-04-10 to 2024-05-27; it cannot speak as of 2024-04-01", pd.Timestamp("2024-04-01"), "a", 28),
        ("it cannot speak as of 2024-08-01", pd.Timestamp("2024-08-01"), "a", 28),
        ("No account nobody was known to source small as of 2024-05-27", AS_OF, "nobody", 28),
        ("No account d was known", AS_OF, "d", 28),
    ],
)
def test_what_no_log_can_say(tables: Tables, said: str, as_of: pd.Timestamp, account: str, days: int) -> None:
    with pytest.raises(Problem, match=said):
        key_users(tables, as_of, account, days)
    with pytest.raises(Problem, match=said):
        value_funnel(tables, as_of, account, days)


def made_up(rows: int = 400) -> pd.DataFrame:
    """A log of three accounts with two users each, over nine weeks, some at midnight, a third arriving late."""
    draw = np.random.default_rng(5)
    at = AS_OF - pd.to_timedelta(6 * draw.integers(1, 63 * 4, rows), unit="h")
    late = pd.to_timedelta(np.maximum(draw.integers(-42, 21, rows), 0), unit="D")
    return pd.DataFrame(
        {
            "account_id": draw.choice(["a", "b", "c"], rows),
            "user_id": draw.choice(["u", "v"], rows),
            "occurred_at": at,
            "received_at": at + late,
            "action": draw.choice(["run", "look", "edit"], rows),
            "module": draw.choice(["m", "n"], rows),
        }
    )


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, Tables]:
    log = made_up()
    written = log.astype(dict.fromkeys(("occurred_at", "received_at"), "str")).replace(" ", "T", regex=True)
    text = "\n".join(" ".join(row) for row in [written.columns.tolist(), *written.to_numpy().tolist()])
    yaml = YAML.replace("accounts: {file: accounts.csv}, users: {file: users.csv}, ", "")
    return log, opened(tmp_path_factory.mktemp("drawn"), yaml, events=text)


def seen(log: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """What happened from `last` until `first` days before the as-of date, as known at it."""
    at = log["occurred_at"]
    known = log["received_at"] < AS_OF
    return log[(at >= AS_OF - pd.Timedelta(days=last)) & (at < AS_OF - pd.Timedelta(days=first)) & known]


def test_every_view_counts_a_long_log_as_its_definition_does(drawn: tuple[pd.DataFrame, Tables]) -> None:
    log, tables = drawn
    now, before = seen(log, 0, 28), seen(log, 28, 56)
    assert len(log[log["received_at"] >= AS_OF]) > 20
    accounts = account_usage(tables, AS_OF).set_index("account_id").sort_index()
    for fact, count in {
        "events": lambda rows: rows.groupby("account_id").size(),
        "core_actions": lambda rows: rows[rows["action"] == "run"].groupby("account_id").size(),
        "active_days": lambda rows: rows["occurred_at"].dt.date.groupby(rows["account_id"]).nunique(),
        "users": lambda rows: rows.groupby("account_id")["user_id"].nunique(),
    }.items():
        assert accounts[fact].tolist() == count(now).tolist()
        same(accounts[f"{fact}_change"].tolist(), (count(now) / count(before) - 1).tolist())
    for account in ("a", "b", "c"):
        people = key_users(tables, AS_OF, account)
        assert people[["events", "visits", "core_actions"]].sum().tolist() == (
            accounts.loc[account, ["events", "visits", "core_actions"]].tolist()
        )
    weeks = feature_usage(tables, AS_OF, weeks=4)
    assert weeks.groupby("week")["events"].sum().tolist() == [len(seen(log, ago, ago + 7)) for ago in (21, 14, 7, 0)]
    same(weeks.groupby("week")["share"].sum().tolist(), [1.0] * 4)
    funnel = value_funnel(tables, AS_OF)
    people = now.groupby(["account_id", "user_id"])
    assert funnel["reached"].iloc[0] == people.ngroups
    assert ((funnel["reached"] >= funnel["tried"]) & (funnel["tried"] >= funnel["completed"])).all()


@pytest.mark.parametrize(
    ("view", "account", "printed", "file", "rows"),
    [
        ("accounts", None, "=Ahoy[b]", "out.csv", 3),
        ("accounts", "a", " 5 +150% ", "out.parquet", 1),
        ("users", "a", "bob", "out.csv", 3),
        ("modules", "a", "05-13", "out.parquet", 6),
        ("funnel", None, "(whole product)", "out.csv", 3),
    ],
)
def test_the_command_prints_and_writes_a_view(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    view: str,
    account: str | None,
    printed: str,
    file: str,
    rows: int,
) -> None:
    monkeypatch.setattr("leadline.runs.usage.console", Console(width=200, highlight=False))
    source = str(write(tmp_path, YAML, accounts=ACCOUNTS, users=USERS, events=EVENTS))
    usage(source, None, view, "2024-05-27", account, 28, tmp_path / "views" / file)
    assert printed in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "views").iterdir()] == [file]
    written = (pd.read_csv if file.endswith("csv") else pd.read_parquet)(tmp_path / "views" / file)
    assert len(written) == rows
    if printed == "=Ahoy[b]":
        assert written["name"][0] == "'=Ahoy[b]"  # safe for spreadsheets


def test_without_a_date_the_view_speaks_as_of_the_last_monday(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = str(write(tmp_path, YAML, accounts=ACCOUNTS, users=USERS, events=EVENTS))
    usage(source, None, "users", "", "o'x", 28, None)
    said = capsys.readouterr().out
    assert "Silent (o'x) as of 2024-05-27" in said
    assert "none" in said


@pytest.mark.parametrize(
    ("said", "view", "account", "out"),
    [
        ("no view 'people'; choose one of accounts, users, modules, funnel", "people", "a", None),
        ("ends in .csv or .parquet", "funnel", "a", "out.xlsx"),
        ("name it with --account", "users", None, None),
    ],
)
def test_what_the_command_refuses(tmp_path: Path, said: str, view: str, account: str | None, out: str | None) -> None:
    source = str(write(tmp_path, YAML, accounts=ACCOUNTS, users=USERS, events=EVENTS))
    with pytest.raises(Problem, match=said):
        usage(source, None, view, "", account, 28, tmp_path / out if out else None)
