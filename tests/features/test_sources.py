"""Sources: what a YAML may say, what files may be, what an opened source holds."""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from source_files import EVENTS, NOW, opened, rows, write

from leadline.features.contract import CONTRACT
from leadline.features.contract_columns import SQL_TYPES
from leadline.features.sources import Tables, open_source, read_source
from leadline.problem import Problem

DATA = Path(__file__).parents[2] / "data"
LOG = """account_id occurred_at action
         b 2024-01-02T10:00:00 look
         a 2024-01-03T10:00:00 run
         a 2024-01-01T10:00:00 run"""
TERMS = """account_id start_date end_date mrr
           a 2023-05-01 2024-05-01 10
           c 2023-06-01 2024-06-01 20"""
WITH_TERMS = EVENTS.replace("tables: {", "tables: {subscriptions: {file: subscriptions.csv}, ")
WITH_BOTH = WITH_TERMS.replace("tables: {", "tables: {accounts: {file: accounts.csv}, ")


def at(*parts: int) -> datetime:
    """A naive UTC instant."""
    return datetime(*parts)


def assert_contract_types(tables: Tables) -> None:
    for name, relation in tables.relations.items():
        assert tuple(relation.columns) == CONTRACT[name].names
        assert list(map(str, relation.types)) == [SQL_TYPES[c.type] for c in CONTRACT[name].columns]


def test_relations_have_every_contract_column_in_its_type(tmp_path: Path) -> None:
    tables = opened(tmp_path, WITH_TERMS, events=LOG, subscriptions=TERMS)
    assert set(tables.relations) == {"accounts", "events", "subscriptions"}
    assert_contract_types(tables)


def test_what_arrives_is_known_when_it_happens_unless_the_log_says_otherwise(tmp_path: Path) -> None:
    tables = opened(tmp_path, WITH_TERMS, events=LOG, subscriptions=TERMS)
    assert all(a == b for a, b in rows(tables, "events", "occurred_at", "received_at"))
    assert all(a == b for a, b in rows(tables, "subscriptions", "start_date", "known_at"))


def test_accounts_are_derived_from_events_and_terms(tmp_path: Path) -> None:
    tables = opened(tmp_path, WITH_TERMS, events=LOG, subscriptions=TERMS)
    assert rows(tables, "accounts", "account_id", "name", "created_at", "segment") == [
        ("a", "a", at(2023, 5, 1), None),
        ("b", "b", at(2024, 1, 2, 10), None),
        ("c", "c", at(2023, 6, 1), None),
    ]


def test_accounts_without_a_beginning_begin_with_their_first_known_fact(tmp_path: Path) -> None:
    accounts = "account_id name created_at\na Ahoy -\nb - 2020-01-01\nc Cee -\nd Dee -"
    tables = opened(tmp_path, WITH_BOTH, events=LOG, subscriptions=TERMS, accounts=accounts)
    assert rows(tables, "accounts", "account_id", "name", "created_at") == [
        ("a", "Ahoy", at(2023, 5, 1)),
        ("b", "b", at(2020, 1, 1)),
        ("c", "Cee", at(2023, 6, 1)),
        ("d", "Dee", None),
    ]


def test_a_late_arrival_is_no_earlier_beginning(tmp_path: Path) -> None:
    log = """account_id occurred_at received_at action
             a 2024-01-01 2024-03-01 run
             a 2024-02-01 2024-02-02 look"""
    assert rows(opened(tmp_path, events=log), "accounts", "created_at") == [(at(2024, 2, 2),)]


def test_the_log_ends_with_the_last_thing_that_happened(tmp_path: Path) -> None:
    log = """account_id occurred_at received_at action
             a 2024-01-01 2024-05-01 run
             a 2024-02-01 2024-02-02 look
             a 2024-07-01 2024-07-02 look"""
    tables = opened(tmp_path, events=log)
    assert tables.known_until == at(2024, 2, 1)
    assert (tables.core_actions, tables.view_actions) == (("run",), ("look",))


def test_events_stay_in_their_file(tmp_path: Path) -> None:
    before = set(duckdb.sql("SELECT table_name FROM duckdb_tables()").fetchall())
    tables = opened(tmp_path, events=LOG)
    kept = set(duckdb.sql("SELECT table_name FROM duckdb_tables()").fetchall()) - before
    assert not [name for (name,) in kept if "events" in name]
    with (tmp_path / "raw" / "events.csv").open("a", encoding="utf-8") as file:
        file.write("z,2024-01-05,run\n")
    assert len(rows(tables, "events", "account_id")) == 4


def test_two_sources_may_be_open_at_once(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    one = opened(tmp_path, WITH_TERMS, events=LOG, subscriptions=TERMS)
    two = opened(tmp_path / "other", events="account_id occurred_at action\nz 2024-01-01 run\nz 2024-01-01 look")
    assert rows(one, "accounts", "account_id") == [("a",), ("b",), ("c",)]
    assert rows(two, "accounts", "account_id") == [("z",)]


def test_another_folder_may_be_named(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, EVENTS, events=LOG))
    (tmp_path / "raw").rename(tmp_path / "moved")
    assert len(rows(open_source(source, tmp_path / "moved", NOW), "events", "action")) == 3
    with pytest.raises(Problem, match=r"Folder .*raw does not exist; .*--data"):
        open_source(source)


def test_a_glob_reads_several_files_and_a_duckdb_file_its_tables(tmp_path: Path) -> None:
    first, *others = LOG.splitlines()
    path = write(
        tmp_path,
        EVENTS.replace("events.csv", "e*.csv"),
        e1=f"{first}\n{others[0]}",
        e2=f"{first}\n{others[1]}",
    )
    more = path.parent / "raw" / "warehouse.duckdb"
    assert [r[0] for r in rows(open_source(read_source(path), now=NOW), "events", "account_id")] == ["a", "b"]
    with duckdb.connect(str(more)) as warehouse:
        warehouse.execute("CREATE TABLE log AS SELECT 'a' AS account_id, now() AS occurred_at, 'run' AS action")
        warehouse.execute("CREATE VIEW clicks AS SELECT account_id, DATE '2024-01-01' AS occurred_at, "
                          "unnest(['run', 'look']) AS action FROM log")  # fmt: skip
    path = write(tmp_path, EVENTS.replace("events.csv", "warehouse.duckdb, table: clicks"))
    assert rows(open_source(read_source(path), now=NOW), "events", "action") == [("look",), ("run",)]
    path = write(tmp_path, EVENTS.replace("events.csv", "warehouse.duckdb, table: click"))
    with pytest.raises(Problem, match=r"holds no table click \(did you mean clicks\?\); there is clicks, log"):
        open_source(read_source(path), now=NOW)


def test_an_optional_table_may_be_absent_another_may_not(tmp_path: Path) -> None:
    yaml = EVENTS.replace("tables: {", "tables: {tickets: {file: tickets.parquet, optional: true}, ")
    assert "tickets" not in opened(tmp_path, yaml, events=LOG).relations
    with pytest.raises(Problem, match=r"holds no tickets.parquet, there is events.csv"):
        opened(tmp_path, yaml.replace(", optional: true", ""), events=LOG)


def test_columns_that_nothing_reads_are_named(tmp_path: Path) -> None:
    log = "account_id occurred_at action recieved_at\na 2024-01-01 run x\na 2024-01-01 look x"
    assert opened(tmp_path, events=log).rows["columns_not_read"].tolist() == ["recieved_at"]


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (
            "account occurred_at action\na 2024-01-01 run",
            r"gives events no account_id \(did you mean account\?\)",
        ),
        (
            "account_id when action\na 2024-01-01 run",
            r"gives events no occurred_at, which it needs; there is acc",
        ),
        (
            "account_id occurred_at action\na 2024-01-01 run",
            r"names the action look, which its log never has",
        ),
        (
            "account_id occurred_at action\na 2024-01-01 run\na 2024-01-01 looks",
            r"look \(did you mean looks\?\)",
        ),
    ],
)
def test_a_log_that_does_not_fit_is_refused_with_the_near_miss(tmp_path: Path, log: str, said: str) -> None:
    with pytest.raises(Problem, match=said):
        opened(tmp_path, events=log)


@pytest.mark.parametrize("content", [b"", b"PAR1 nonsense PAR1", b"PAR1"])
def test_a_damaged_parquet_file_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path, EVENTS.replace("events.csv", "events.parquet"))
    (tmp_path / "raw" / "events.parquet").write_bytes(content)
    with pytest.raises(Problem, match=r"events.parquet cannot be read \(.*\); export it again"):
        open_source(read_source(path), now=NOW)


def test_a_parquet_file_damaged_in_its_middle_is_a_sentence(tmp_path: Path) -> None:
    path = write(tmp_path, EVENTS.replace("events.csv", "events.parquet"))
    file = tmp_path / "raw" / "events.parquet"
    rows_sql = "SELECT md5(i::VARCHAR) AS account_id, DATE '2024-01-01' AS occurred_at, md5(i::VARCHAR) AS action"
    duckdb.sql(f"COPY ({rows_sql} FROM range(20000) AS r(i)) TO '{file}'")
    content = bytearray(file.read_bytes())
    content[1000:200000] = b"\x00" * 199000
    file.write_bytes(bytes(content))
    with pytest.raises(Problem, match=r"events.parquet cannot be read"):
        open_source(read_source(path), now=NOW)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        ("account_id,occurred_at,action\né,2024-01-01,run\n".encode("latin-1"), "not utf-8"),
        (
            b"account_id,occurred_at,action\n" + b"a,2024-01-01,run\n" * 5000 + b"a,2024-01-01\n",
            "cannot be read",
        ),
    ],
)
def test_a_damaged_csv_file_is_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = write(tmp_path, EVENTS, events="x")
    (tmp_path / "raw" / "events.csv").write_bytes(content)
    with pytest.raises(Problem, match=said):
        open_source(read_source(path), now=NOW)


def test_no_line_of_a_csv_file_is_taken_for_a_comment(tmp_path: Path) -> None:
    path = write(tmp_path, EVENTS, events="x")
    lines = ["account_id,occurred_at,action", "#1,2024-01-01,run", "#2,2024-01-01,look", "b,2024-01-02,run"]
    (tmp_path / "raw" / "events.csv").write_text("\n".join(lines), encoding="utf-8")
    assert len(rows(open_source(read_source(path), now=NOW), "events", "account_id")) == 3


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, EVENTS.replace("events.csv", "events.xlsx"))
    (tmp_path / "raw" / "events.xlsx").write_bytes(b"x")
    with pytest.raises(Problem, match=r"events.xlsx is neither Parquet nor CSV"):
        open_source(read_source(path), now=NOW)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("events:", "evnts:"), r"no table evnts \(did you mean events\?\)"),
        (("events:", "tickets:"), "the table events is missing"),
        (("actions:", "action:"), "action: Extra inputs"),
        (("core: [run]", "core: []"), "actions.core"),
        (("view: [look]", "view: [run]"), "run is named twice"),
        (("max_share: 1", "max_share: 2"), "max_share"),
        (("events.csv", "../events.csv"), "it must lie inside its folder"),
        (("events.csv", "/events.csv"), "it must lie inside its folder"),
        (("events.csv", "events.csv, file: b.csv"), r"gives file \(line 3\) twice"),
        (("actions:", "actions: {core: [x]}\nactions:"), r"gives actions \(line 5\) twice"),
        (("tables: {", "tables: [{"), "is not valid YAML"),
    ],
)
def test_a_mistake_in_the_yaml_is_a_sentence(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    path = write(tmp_path, EVENTS.replace(*change))
    with pytest.raises(Problem, match=said):
        read_source(path)


def test_a_source_is_named_as_its_file_unless_it_says_otherwise(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, EVENTS))
    assert (source.name, source.path, source.currency) == ("small", tmp_path / "raw", None)
    assert read_source(write(tmp_path, f"name: other\n{EVENTS}")).name == "other"


@pytest.mark.parametrize("name", [file.stem for file in DATA.glob("*.yaml")])
def test_the_sources_that_come_along_can_be_read(name: str) -> None:
    assert read_source(DATA / f"{name}.yaml").name == name


@pytest.mark.shared
def test_openstack_is_used_whole(shared_data: Path) -> None:
    tables = open_source(read_source(DATA / "openstack.yaml"), shared_data / "openstack")
    assert tables.rows[["rows_in", "rows_used"]].values.tolist() == [[96_202, 96_202]]
    assert len(tables.relations["accounts"].fetchall()) == 319
    assert tables.known_until == at(2019, 9, 25, 23, 34, 3)
    assert_contract_types(tables)


@pytest.mark.shared
def test_crm_is_used_whole(shared_data: Path) -> None:
    tables = open_source(read_source(DATA / "crm.yaml"), shared_data / "crm")
    used = dict(tables.rows[["table", "rows_used"]].itertuples(index=False))
    assert used == {"accounts": 1_099, "events": 16_373_671, "subscriptions": 28_782}
    assert tables.quarantine.empty
    seats = tables.relations["subscriptions"].query("t", "SELECT count(seats), max(seats) FROM t").fetchall()
    assert seats == [(9_594, 100.0)]
    born = tables.relations["accounts"].query("t", "SELECT count(*) FROM t WHERE created_at < '2022-01-01'")
    assert born.fetchall() == [(0,)]
    assert_contract_types(tables)
