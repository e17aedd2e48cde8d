"""What a file holds is data: none of it is run, unpickled, taken for SQL, or handed on as a formula."""

import ast
import contextlib
import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.decisions.csv_safe import write_csv
from leadline.features.sources import open_source, read_source
from leadline.features.sql_text import literal, quoted
from leadline.problem import Problem

ROOT = Path(__file__).parents[1]
FILES = [file for folder in ("src", "bench") for file in sorted((ROOT / folder).rglob("*.py"))]
MODULES = {"pickle", "cPickle", "_pickle", "cloudpickle", "dill", "shelve", "marshal"}
CALLS = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "joblib.load", "joblib.dump", "np.load",
    "numpy.load", "yaml.load", "yaml.load_all", "yaml.full_load", "yaml.unsafe_load",
}  # fmt: skip
METHODS = {"read_pickle", "to_pickle", "unsafe_load", "full_load"}
LOADERS = {"Loader", "FullLoader", "UnsafeLoader", "CLoader"}
EVIL = "x; drop table y; --'\""
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)


def forbidden(code: str) -> list[str]:
    """What a file does that none may do: run or unpickle what it reads, or start a shell."""
    return [said for node in ast.walk(ast.parse(code)) for said in _forbidden(node)]


def _forbidden(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if alias.name.partition(".")[0] in MODULES]
    if isinstance(node, ast.ImportFrom):
        names = {alias.name for alias in node.names}
        of_joblib = sorted(names & {"load", "dump"}) if node.module == "joblib" else []
        return [str(node.module)] if str(node.module).partition(".")[0] in MODULES else of_joblib
    if isinstance(node, ast.Attribute):
        return [node.attr] if node.attr in METHODS or (_name(node.value) == "yaml" and node.attr in LOADERS) else []
    if isinstance(node, ast.Call):
        shell = [k.arg for k in node.keywords if k.arg in ("shell", "allow_pickle")]
        return [*([_name(node.func)] if _name(node.func) in CALLS else []), *map(str, shell)]
    return []


def _name(node: ast.AST) -> str:
    """The dotted name that is called, if it is one."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(ROOT)) for file in FILES])
def test_no_file_runs_or_unpickles_what_it_reads(file: Path) -> None:
    assert forbidden(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "code",
    [
        "import pickle", "from pickle import loads", "import cloudpickle as c", "from joblib import load",
        "joblib.load(f)", "pd.read_pickle(f)", "frame.to_pickle(f)", "np.load(f)", "load(f, allow_pickle=True)",
        "yaml.load(f)", "yaml.unsafe_load(f)", "yaml.compose(f, Loader=yaml.Loader)", "eval(text)", "exec(text)",
        "os.system(text)", "subprocess.run(text, shell=True)",
    ],
)  # fmt: skip
def test_what_is_forbidden_is_seen(code: str) -> None:
    assert forbidden(code) != []


def test_only_the_safe_writer_writes_csv() -> None:
    writers = [file.name for file in FILES if ".to_csv(" in file.read_text(encoding="utf-8") and "src" in file.parts]
    assert writers == ["csv_safe.py"]


def test_a_formula_in_a_column_of_few_values_is_neutralised_too(tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"csm": pd.Categorical(["=1+1", "Ann"]), "n": [-1, 2]}), tmp_path / "list.csv")
    assert (tmp_path / "list.csv").read_text(encoding="utf-8") == "csm,n\n'=1+1,-1\nAnn,2\n"


@pytest.mark.parametrize("said", ["!!python/object/apply:os.mkdir [ran]", "!!python/name:os.system", "!!set {a, b}"])
def test_a_yaml_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source.yaml").write_text(f"about: {said}\n", encoding="utf-8")
    with pytest.raises(Problem, match=r"source\.yaml"):
        read_source(tmp_path / "source.yaml")
    assert [file.name for file in tmp_path.iterdir()] == ["source.yaml"]


@settings(deadline=None, max_examples=200)
@given(name=TEXTS, value=TEXTS)
def test_a_name_is_a_name_and_a_value_a_value(name: str, value: str) -> None:
    relation = duckdb.sql(f"SELECT {literal(value)} AS {quoted(name)}")
    assert relation.columns == [name]
    assert relation.fetchall() == [(value,)]


def test_a_source_in_which_everything_is_named_like_sql(tmp_path: Path) -> None:
    facts = f"'acme' AS {quoted(EVIL + 'a')}, now() AS {quoted(EVIL + 't')}"
    actions = f"unnest(['run', 'look', {literal(EVIL)}]) AS {quoted(EVIL + 'x')}"
    with contextlib.closing(duckdb.connect(str(tmp_path / f"{EVIL}.duckdb"))) as warehouse:
        warehouse.execute(f"CREATE TABLE {quoted(EVIL)} AS SELECT {facts}, {actions}")
    action = {"column": EVIL + "x", "map": {EVIL: "look", "run": "run", "look": "look"}}
    columns = {"account_id": EVIL + "a", "occurred_at": EVIL + "t", "action": action}
    said = {
        "about": "Evil.",
        "folder": ".",
        "tables": {"events": {"file": f"{EVIL}.duckdb", "table": EVIL, "columns": columns}},
        "actions": {"core": ["run"], "view": ["look"]},
    }
    (tmp_path / "evil.yaml").write_text(json.dumps(said), encoding="utf-8")
    tables = open_source(read_source(tmp_path / "evil.yaml"))
    assert tables.actions[["action", "rows"]].values.tolist() == [["look", 2], ["run", 1]]
