"""People by a keyed hash: no e-mail address goes past the reading of a source."""

import hashlib
import hmac
import multiprocessing
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_files import EVENTS, NOW, opened, rows, write

from leadline.experiment import Experiment, Outcomes
from leadline.features.kept import Kept, weekly_table
from leadline.features.pseudonym import FILE, VARIABLE, People
from leadline.features.sources import open_source, read_source
from leadline.problem import Problem
from leadline.runs.fingerprint import data_fingerprint, settings_fingerprint

KEY = "a key for the tests"
ANN, BOB = "u-fdd763d15d6c4fc2ea13", "u-058eceb46b03e4cf8c0c"
LOG = """account_id user_id occurred_at action
         a ann@x.test 2024-01-01 run
         a Ann@X.test 2024-01-02 run
         a bob@x.test 2024-01-03 look
         b 7 2024-01-04 run
         b - 2024-01-05 run"""
RUN = "actions: {core: [run]}\nquarantine: {max_share: 1}\n"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, KEY)


def by_hand(address: str, key: str = KEY) -> str:
    return "u-" + hmac.new(key.encode(), address.encode(), hashlib.sha256).hexdigest()[:20]


def users(folder: Path, **files: str) -> list[object]:
    return [user for _, user in rows(opened(folder, **files), "events", "occurred_at", "user_id")]


def test_an_address_becomes_its_keyed_hash_whatever_its_case_and_other_ids_stay(tmp_path):
    assert (by_hand("ann@x.test"), by_hand("bob@x.test")) == (ANN, BOB)
    assert users(tmp_path, events=LOG) == [ANN, ANN, BOB, "7", None]
    assert not (tmp_path / FILE).exists()


@settings(deadline=None, max_examples=25)
@given(st.text(min_size=1).map(lambda text: f"{text}@x.test"))
def test_the_hash_is_that_of_the_standard_library(address):
    assert People(Path()).pseudonym(f" {address.upper()} ") == by_hand(address.upper().lower().strip())


@pytest.mark.parametrize(
    "column",
    [
        "{join: [name, host], with: '@'}",
        "{column: number, lookup: {file: people.csv, key: id, value: mail}}",
        "{column: number, map: {1: ann@x.test}, otherwise: bob@x.test}",
        "{column: mail, map: {ann@x.test: ann@x.test, bob@x.test: bob@x.test}}",
        "{column: mail, lookup: {file: people.csv, key: mail, value: mail}}",
    ],
)
def test_every_form_of_a_column_gives_the_same_hashes(tmp_path, column):
    log = "account_id name host mail number occurred_at action\n" + "\n".join(
        f"a {name} x.test {name}@x.test {n} 2024-01-0{n} run" for n, name in ((1, "ann"), (2, "bob"))
    )
    columns = f"{{account_id: account_id, occurred_at: occurred_at, action: action, user_id: {column}}}"
    yaml = f"tables: {{events: {{file: events.csv, columns: {columns}}}}}\n{RUN}"
    found = opened(tmp_path, yaml, events=log, people="id mail\n1 ann@x.test\n2 bob@x.test")
    assert rows(found, "events", "user_id") == sorted([(ANN,), (BOB,)])


def test_an_empty_id_stays_none_and_a_value_that_is_not_to_be_read_is_not(tmp_path):
    log = "account_id,user_id,plan,occurred_at,action\na,ann@x.test,pro,2024-01-01,run\na,bob@x.test,,2024-01-02,run\n"
    yaml = "tables: {{events: {{file: e.{}, columns: {{account_id: account_id, user_id: {}, occurred_at: occurred_at, "
    yaml += "action: action}}}}}}\n" + RUN.replace("{", "{{").replace("}", "}}")
    write(tmp_path, "")
    (tmp_path / "raw" / "e.csv").write_text(log)
    emptied = pd.read_csv(tmp_path / "raw" / "e.csv").assign(user_id=["ann@x.test", ""])
    emptied.to_parquet(tmp_path / "raw" / "e.parquet")
    for form in ("csv,{column: user_id, only: {plan: [pro]}}", "parquet,user_id"):
        found = opened(tmp_path, yaml.format(*form.split(",", 1)))
        assert [user for _, user in rows(found, "events", "occurred_at", "user_id")] == [ANN, None]


def test_all_tables_that_name_people_give_the_same_hash_and_quarantine_shows_no_address(tmp_path):
    yaml = EVENTS.replace("}}", "}, users: {file: users.csv}, surveys: {file: surveys.csv}}")
    tables = opened(
        tmp_path,
        yaml,
        events=LOG,
        users="user_id account_id role\nann@x.test a admin\nann@x.test a admin\nbob@x.test a king",
        surveys="account_id user_id answered_at score\na ann@x.test 2024-01-05 9",
    )
    assert rows(tables, "users", "user_id") == rows(tables, "surveys", "user_id") == [(ANN,)]
    assert sorted(tables.quarantine["column"]) == ["role", "user_id"]
    assert f"user_id={ANN}" in " ".join(tables.quarantine["first_example"])
    assert "@" not in tables.quarantine.to_csv()


def test_a_person_that_no_lookup_knows_is_shown_by_the_hash(tmp_path):
    column = "{column: user_id, lookup: {file: people.csv, key: mail, value: id}}"
    columns = f"{{account_id: account_id, occurred_at: occurred_at, action: action, user_id: {column}}}"
    yaml = f"tables: {{events: {{file: events.csv, columns: {columns}}}}}\n{RUN}"
    tables = opened(tmp_path, yaml, events=LOG, people="mail id\nann@x.test 1\nAnn@X.test 1\n7 7")
    assert tables.quarantine["first_example"].tolist() == [f"user_id={BOB}, account_id=a"]


def test_a_key_is_made_once_and_only_where_there_is_an_address(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE)
    users(tmp_path, events=LOG.replace("@", "."))
    assert not (tmp_path / FILE).exists()
    first = users(tmp_path, events=LOG)
    file = tmp_path / FILE
    assert (file.stat().st_mode & 0o777, len(file.read_text().strip())) == (0o600, 64)
    assert first[0] == by_hand("ann@x.test", file.read_text().strip()) != ANN
    assert users(tmp_path, events=LOG) == first
    assert [name for name in sorted(file.name for file in tmp_path.iterdir()) if "key" in name] == [FILE]


def _key_of(root: str) -> bytes:
    return People(Path(root)).key


def test_runs_that_begin_together_agree_on_one_key(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE)
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert len(set(pool.map(_key_of, [str(tmp_path)] * 16, chunksize=1))) == 1


def test_a_key_of_no_use_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "short")
    with pytest.raises(Problem, match="The key in LEADLINE_KEY has fewer than 16 characters"):
        users(tmp_path, events=LOG)
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(Problem, match=r"\.key cannot be written \(No such file or directory\); set LEADLINE_KEY"):
        People(tmp_path / "nowhere").pseudonym("ann@x.test")


def test_what_is_kept_holds_no_address_and_another_key_remakes_it(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE)
    log = LOG + "\n" + "\n".join(f"a ann@x.test 2024-02-{day:02} run" for day in range(1, 29))
    source, kept = read_source(write(tmp_path, EVENTS, events=log)), tmp_path / "kept"

    def seen() -> set[str]:
        weekly_table(source, None, kept)
        return {str(user) for file in Kept(kept).files("users") for user in pd.read_parquet(file)["user_id"].dropna()}

    first = seen()
    written = (kept / "kept.json").read_text()
    assert not any("@" in user for user in first)
    assert seen() == first
    assert (kept / "kept.json").read_text() == written  # though the key was made after the first was begun
    monkeypatch.setenv(VARIABLE, KEY)
    assert ANN in seen() - first
    everything = b"".join(file.read_bytes() for file in kept.rglob("*") if file.is_file())
    assert b"ann@" not in everything.lower()
    assert KEY.encode() not in everything


def test_the_fingerprint_of_data_tells_keys_apart_and_gives_none_away(tmp_path, monkeypatch):
    source = read_source(write(tmp_path, EVENTS, events=LOG))
    one = data_fingerprint(source, source.path)
    monkeypatch.setenv(VARIABLE, KEY + "!")
    assert data_fingerprint(source, source.path) != one
    assert KEY not in str(one)
    experiment = Experiment(name="e", question="Who?", source="small", outcomes=Outcomes(mode="activity"))
    monkeypatch.delenv(VARIABLE)
    assert settings_fingerprint(experiment, source)
    assert not (tmp_path / FILE).exists()  # asking what there is makes no key
    assert open_source(source, now=NOW).relations["events"].count("*").fetchall() == [(5,)]
