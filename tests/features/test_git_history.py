"""What tiny repositories with fixed dates must become."""

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from git_repository import ANN, BOB, MONDAY, TUESDAY, Files, commit, git, repository

from leadline.experiment import read_experiment
from leadline.features.git_actions import ACTIONS
from leadline.features.git_history import import_git
from leadline.features.git_people import user_of
from leadline.features.sources import Quarantine, open_source, read_source

ROOT = Path(__file__).parents[2]


def rows(out: Path, *columns: str) -> list[tuple]:
    events = pd.read_parquet(out / "events.parquet")
    return list(events[list(columns)].itertuples(index=False, name=None))


def test_one_event_for_each_commit_module_and_action(tmp_path: Path) -> None:
    history = [
        commit(
            ANN,
            MONDAY,
            {b"src/a.py": b"1", b"src/b.py": b"2", b"src/tests/test_a.py": b"3", b"README.md": b"4"},
        ),
        commit(BOB, TUESDAY, {b"docs/guide.rst": b"5", b"src/a.py": b"6"}),
    ]
    counts = import_git([repository(tmp_path / "tool", history)], tmp_path / "out")
    assert rows(tmp_path / "out", "account_id", "occurred_at", "module", "action", "value", "repository") == [
        ("globex.com", pd.Timestamp("2024-01-02"), "docs", "docs", 1, "tool"),
        ("globex.com", pd.Timestamp("2024-01-02"), "src", "code", 1, "tool"),
        ("acme.co.uk", pd.Timestamp("2024-01-01"), "(root)", "docs", 1, "tool"),
        ("acme.co.uk", pd.Timestamp("2024-01-01"), "src", "code", 2, "tool"),
        ("acme.co.uk", pd.Timestamp("2024-01-01"), "src", "tests", 1, "tool"),
    ]
    assert (counts.commits, counts.events, counts.accounts, counts.users) == (2, 5, 2, 2)


def test_a_user_is_one_address_however_it_is_written(tmp_path: Path) -> None:
    history = [
        commit(ANN, MONDAY, {b"a/x": b"1"}),
        commit("A. <Ann@Eng.Acme.co.uk>", TUESDAY, {b"a/x": b"2"}),
        commit("Al <al@acme.co.uk>", TUESDAY, {b"a/x": b"3"}),
    ]
    import_git([repository(tmp_path / "r", history)], tmp_path / "out")
    users = [user for (user,) in rows(tmp_path / "out", "user_id")]
    assert users == [user_of("al@acme.co.uk"), user_of("ann@eng.acme.co.uk"), user_of("ann@eng.acme.co.uk")]
    assert not any("ann" in user or "@" in user for user in users)


def test_a_commit_is_known_once_committed_but_never_before_it_was_authored(tmp_path: Path) -> None:
    history = [
        commit(ANN, MONDAY, {b"a/x": b"1"}, known=TUESDAY),
        commit(BOB, TUESDAY, {b"a/x": b"2"}, known=MONDAY),
    ]
    import_git([repository(tmp_path / "r", history)], tmp_path / "out")
    monday, tuesday = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-02")
    assert rows(tmp_path / "out", "account_id", "occurred_at", "received_at") == [
        ("globex.com", tuesday, tuesday),
        ("acme.co.uk", monday, tuesday),
    ]


def test_a_rename_counts_once_where_it_went(tmp_path: Path) -> None:
    body = b"line\n" * 20
    history = [
        commit(ANN, MONDAY, {b"old/x.py": body}),
        commit(BOB, TUESDAY, {b"old/x.py": None, b"new/y.py": body + b"more\n"}),
    ]
    repo = repository(tmp_path / "r", history)
    git(repo, "config", "diff.renames", "false")
    import_git([repo], tmp_path / "out")
    assert rows(tmp_path / "out", "account_id", "module", "value") == [
        ("globex.com", "new", 1),
        ("acme.co.uk", "old", 1),
    ]


def test_what_is_left_out_is_counted_by_its_reason(tmp_path: Path) -> None:
    history = [
        commit(ANN, MONDAY, {b"a/x": b"1"}),
        commit(ANN, MONDAY, {b"a/y": b"1"}, branch="side"),
        commit("G <g@gmail.com>", MONDAY, {b"a/x": b"2"}),
        commit("H <7+h@users.noreply.github.com>", MONDAY, {b"a/x": b"3"}),
        commit("L <l@localhost>", MONDAY, {b"a/x": b"4"}),
        commit("N <>", MONDAY, {b"a/x": b"5"}),
        commit(BOB, MONDAY, {}),
        commit(BOB, TUESDAY, {b"a/x": b"6"}, merge="side"),
    ]
    counts = import_git([repository(tmp_path / "r", history)], tmp_path / "out")
    left_out = (counts.merges, counts.cut_off, counts.no_files, counts.free_mail, counts.no_company)
    assert left_out == (1, 0, 1, 2, 2)
    assert (counts.commits, counts.events) == (8, 2)
    assert "2 from addresses that name no company" in counts.sentence()


def test_a_mailmap_is_respected(tmp_path: Path) -> None:
    history = [
        commit(ANN, MONDAY, {b"a/x": b"1"}),
        commit(BOB, TUESDAY, {b".mailmap": b"<cat@initech.com> <bob@globex.com>\n"}),
    ]
    repo = repository(tmp_path / "r.git", history, "--bare")
    import_git([repo], tmp_path / "out")
    assert rows(tmp_path / "out", "account_id", "repository") == [("initech.com", "r"), ("acme.co.uk", "r")]


def test_names_in_any_bytes_become_text(tmp_path: Path) -> None:
    files: Files = {
        b"caf\xe9/x.py": b"1",
        "文档/说明.md".encode(): b"2",
        b"two\nlines/x.py": b"3",
        b"-n/x.py": b"4",
    }
    import_git([repository(tmp_path / "r", [commit(ANN, MONDAY, files)])], tmp_path / "out")
    assert rows(tmp_path / "out", "module", "action") == [
        ("-n", "code"),
        ("caf\N{REPLACEMENT CHARACTER}", "code"),
        ("two\nlines", "code"),
        ("文档", "docs"),
    ]


@pytest.mark.parametrize(
    ("when", "occurred"),
    [
        (0, "1970-01-01"),
        (2**31, "2038-01-19 03:14:08"),
        (253_402_300_799, "9999-12-31 23:59:59"),
        (253_402_300_800, None),
        (2**63, None),
    ],
)
def test_odd_dates_are_kept_where_they_can_be_written(tmp_path: Path, when: int, occurred: str | None) -> None:
    repo = repository(tmp_path / "r", [commit(ANN, when, {b"a/x": b"1"}, known=MONDAY)])
    import_git([repo], tmp_path / "out")
    [(found,)] = rows(tmp_path / "out", "occurred_at")
    assert found == pd.Timestamp(occurred) if occurred else pd.isna(found)


def test_an_unreadable_date_is_no_date(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r", [commit(ANN, MONDAY, {b"a/x": b"1"})])
    broken = git(repo, "cat-file", "commit", "HEAD").replace(f"uk> {MONDAY}".encode(), b"uk> yesterday")
    name = git(repo, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=broken).decode().strip()
    git(repo, "update-ref", "refs/heads/main", name)
    import_git([repo], tmp_path / "out")
    assert rows(tmp_path / "out", "received_at") == [(pd.Timestamp("2024-01-01"),)]
    assert pd.read_parquet(tmp_path / "out" / "events.parquet")["occurred_at"].isna().all()


def test_a_shallow_clone_gives_no_event_for_the_files_it_found_there(tmp_path: Path) -> None:
    history = [commit(ANN, MONDAY + day, {b"a/x%d" % day: b"1"}) for day in range(4)]
    repo = repository(tmp_path / "r", history)
    git(tmp_path, "clone", "--quiet", "--depth=2", repo.as_uri(), "cut")
    counts = import_git([tmp_path / "cut"], tmp_path / "out")
    assert (counts.commits, counts.cut_off) == (2, 1)
    assert rows(tmp_path / "out", "value") == [(1,)]


def test_the_same_histories_give_the_same_bytes_and_repeated_ones_are_read_once(tmp_path: Path) -> None:
    a = repository(tmp_path / "a", [commit(ANN, MONDAY, {b"x/1": b"1"})])
    b = repository(tmp_path / "b", [commit(ANN, MONDAY, {b"x/1": b"1"})])
    told: list[tuple[str, int]] = []
    assert import_git([a, b, a], tmp_path / "1", lambda name, n: told.append((name, n))).repositories == 2
    import_git([a, b], tmp_path / "2")
    assert told == [("a", 1), ("b", 1)]
    assert (tmp_path / "1" / "events.parquet").read_bytes() == (tmp_path / "2" / "events.parquet").read_bytes()
    assert pd.read_parquet(tmp_path / "1" / "events.parquet")["event_id"].is_unique


def test_the_source_maps_what_an_import_writes_and_odd_dates_go_to_quarantine(tmp_path: Path) -> None:
    """MONDAY's hundred commits are used; one of 2038 lies in the future, one of the year 36812 is no date."""
    history = [commit(ANN, MONDAY + i, {b"src/%d.py" % i: b"1", b"docs/%d" % i: b"1"}) for i in range(100)]
    history += [commit(BOB, when, {b"src/x.py": b"%d" % when}, known=TUESDAY) for when in (2**31, 2**40 - 1)]
    import_git([repository(tmp_path / "r", history)], tmp_path / "out")
    source = read_source(ROOT / "data" / "git.yaml").model_copy(update={"quarantine": Quarantine(max_share=0.1)})
    tables = open_source(source, tmp_path / "out", now=datetime(2024, 2, 1))
    counts = tables.rows.set_index("table").loc["events"]
    assert (counts.rows_in, counts.rows_used, counts.rows_quarantined) == (202, 200, 2)
    assert sorted(tables.quarantine["reason"]) == ["has no value", "lies in the future"]


def test_the_source_names_every_action_and_the_experiment_asks_of_it() -> None:
    assert sorted(read_source(ROOT / "data" / "git.yaml").actions.every) == sorted(ACTIONS)
    assert read_experiment(ROOT / "experiments" / "git.yaml").source_file == ROOT / "data" / "git.yaml"
