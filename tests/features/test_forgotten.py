"""Who was forgotten is left out of every reading, though the files still hold them."""

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from source_files import EVENTS, NOW, rows, write

from leadline.features.forgotten import Forgotten
from leadline.features.kept import weekly_table
from leadline.features.pseudonym import VARIABLE
from leadline.features.sources import Tables, open_source, read_source
from leadline.problem import Problem

AT = datetime(2024, 5, 1)
YAML = EVENTS.replace("}}", "}, accounts: {file: accounts.csv}, surveys: {file: surveys.csv}}")
FILES = {
    "accounts": "account_id name\nacc-1 One\nacc-10 Ten\nacc-2 Two",
    "surveys": "account_id user_id answered_at score\nacc-1 ann@x.test 2024-01-05 9\nacc-2 7 2024-01-05 -",
    "events": """account_id user_id occurred_at action
                 acc-1 ann@x.test 2024-01-01 run
                 acc-1 8 2024-01-01 look
                 acc-10 ann@x.test 2024-01-02 run
                 acc-2 7 2024-01-03 look
                 acc-2 7 2099-01-03 run
                 acc-2 - 2024-01-03 run""",
}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "a key for the tests")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path, YAML, **FILES)


def read_without(source: Path, kind: str = "", name: str = "") -> Tables:
    settings = read_source(source)
    if kind:
        Forgotten(settings.root, settings.name).add(kind, name, AT)
    return open_source(settings, now=NOW)


def counts(tables: Tables) -> dict[str, tuple[int, ...]]:
    """In, used, quarantined, excluded."""
    found = tables.rows[["table", "rows_in", "rows_used", "rows_quarantined", "rows_excluded"]]
    return {name: tuple(numbers) for name, *numbers in found.itertuples(index=False, name=None)}


def test_with_an_empty_list_every_row_is_read(source):
    assert counts(read_without(source)) == {
        "accounts": (3, 3, 0, 0), "events": (6, 5, 1, 0), "surveys": (2, 1, 1, 0),
    }  # fmt: skip


def test_an_account_is_left_out_of_every_table_and_the_rows_add_up(source):
    tables = read_without(source, "account", "acc-1")
    assert counts(tables) == {"accounts": (3, 2, 0, 1), "events": (6, 3, 1, 2), "surveys": (2, 0, 1, 1)}
    assert rows(tables, "accounts", "account_id", "name") == [("acc-10", "Ten"), ("acc-2", "Two")]
    assert rows(tables, "events", "account_id") == [("acc-10",), ("acc-2",), ("acc-2",)]
    assert rows(tables, "surveys", "account_id") == []
    assert "acc-1," not in tables.quarantine.to_csv()


def test_a_person_is_left_out_wherever_it_is_named(source):
    person = Forgotten(source.parent, "small").people.pseudonym("ann@x.test")
    tables = read_without(source, "user", person)
    assert counts(tables) == {"accounts": (3, 3, 0, 0), "events": (6, 3, 1, 2), "surveys": (2, 0, 1, 1)}
    assert rows(tables, "events", "account_id", "user_id") == [("acc-1", "8"), ("acc-2", "7"), ("acc-2", None)]


def test_rows_that_break_the_contract_are_excluded_all_the_same(source):
    tables = read_without(source, "user", "7")
    assert counts(tables)["events"] == (6, 4, 0, 2)
    assert tables.quarantine.empty


def test_a_table_that_tells_of_nobody_else_is_empty_not_refused(source, tmp_path):
    (tmp_path / "raw" / "surveys.csv").write_text("account_id,user_id,answered_at,score\nacc-1,8,2024-01-05,9\n")
    assert counts(read_without(source, "account", "acc-1"))["surveys"] == (1, 0, 0, 1)


def test_the_list_holds_keyed_hashes_alone(source, tmp_path):
    read_without(source, "account", "acc-1")
    forgotten = Forgotten(tmp_path, "small")
    forgotten.add("account", "acc-1", datetime(2024, 5, 2))
    forgotten.add("user", "acc-1", datetime(2024, 5, 3))
    forgotten.note("account", "acc-1", files_changed=3, mentions_left=0)
    text = forgotten.file.read_text()
    assert [line.split(",")[0] for line in text.splitlines()] == ["kind", "account", "user"]
    assert "acc-1" not in text
    assert "a key" not in text
    listed = forgotten.rows().drop(columns=["keyed_hash", "key"]).to_numpy().tolist()
    assert listed == [
        ["account", "2024-05-01T00:00:00.000000Z", "3", "", "0"],
        ["user", "2024-05-03T00:00:00.000000Z", "", "", ""],
    ]
    assert forgotten.holds("account", "acc-1")
    assert not forgotten.holds("account", "acc-10")


def test_a_list_made_by_another_key_is_refused_not_ignored(source, monkeypatch):
    read_without(source, "account", "acc-1")
    monkeypatch.setenv(VARIABLE, "another key for the tests")
    with pytest.raises(Problem, match=r"small\.csv was made by another key.*bring the key back"):
        read_without(source)


def test_what_is_kept_is_made_anew_without_them(tmp_path):
    days = [f"{month:02}-{day:02}" for month in (1, 2) for day in range(1, 29)]
    log = [f"{a} u 2024-{day} {action}" for a in ("a", "b") for day in days for action in ("run", "look")]
    source = read_source(write(tmp_path, EVENTS, events="account_id user_id occurred_at action\n" + "\n".join(log)))

    def seen() -> set[str]:
        weekly_table(source, None, tmp_path / "kept")
        every = [pd.read_parquet(file) for file in (tmp_path / "kept").rglob("*.parquet")]
        return {account for frame in every if "account_id" in frame for account in frame["account_id"]}

    assert seen() == {"a", "b"}
    Forgotten(tmp_path, "small").add("account", "b", AT)
    assert seen() == {"a"}
