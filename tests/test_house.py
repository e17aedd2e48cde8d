"""Rules of the house that no linter holds."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src"
ADDRESS = re.compile(
    r"https?://\S*(?:pypi|pythonhosted|/simple|conda\.anaconda|npmjs|deb\.debian)"
    r"|file:///|/(?:root|work|opt)/\S|/home/\w",
    re.IGNORECASE,
)
IMPORT_ALL = """
import importlib, pkgutil, leadline
for module in pkgutil.walk_packages(leadline.__path__, "leadline."):
    importlib.import_module(module.name)
"""


def _python(code: str, folder: Path) -> subprocess.CompletedProcess:
    """Run code in an empty folder that is also its home and its place for temporary files."""
    places = {name: str(folder) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
    environment = {**os.environ, **places, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def _committed() -> list[Path]:
    """Every file of ours that is committed or could be, by its path from the root."""
    asked = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(asked, capture_output=True, check=True).stdout.decode().split("\0")
    files = {ROOT / name for name in names if name}
    return sorted(file.relative_to(ROOT) for file in files if file.is_file() and not file.is_symlink())


def test_importing_under_another_name_says_how_to_mend_it(tmp_path: Path) -> None:
    answer = _python(f"import sys; sys.path.insert(0, {str(ROOT)!r}); import src", tmp_path)
    assert answer.returncode == 1
    assert "named 'leadline', and was imported as 'src'" in answer.stderr.splitlines()[-1]
    assert "make setup" in answer.stderr.splitlines()[-1]


def test_importing_any_module_prints_nothing_and_writes_nothing(tmp_path: Path) -> None:
    answer = _python(IMPORT_ALL, tmp_path)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_type_checkers_find_the_package_through_the_link() -> None:
    link = ROOT / ".typing" / "leadline"
    assert link.readlink() == Path("../src")
    assert link.resolve() == SRC.resolve()


def test_notebooks_keep_no_outputs() -> None:
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = [c for c in json.loads(notebook.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
        kept = [c for c in cells if c["outputs"] or c["execution_count"] is not None]
        assert not kept, f"{notebook.name} keeps outputs; run `.venv/bin/nbstripout {notebook.name}`"


def test_a_source_file_has_at_most_250_lines() -> None:
    lines = {f.relative_to(ROOT): len(f.read_text(encoding="utf-8").splitlines()) for f in SRC.rglob("*.py")}
    assert {file: n for file, n in lines.items() if n > 250} == {}


def test_the_glossary_is_sorted_and_gives_each_word_once_in_both_languages() -> None:
    text = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    tables = [_cells(section) for section in text.split("\n## ")[1:]]
    terms = [[row[0].lower() for row in table] for table in tables]
    assert all(len(row) == 4 and all(row) for table in tables for row in table)
    assert terms == [sorted(table) for table in terms]
    assert len({term for table in terms for term in table}) == sum(map(len, terms)) > 100


def _cells(section: str) -> list[list[str]]:
    """The rows of a Markdown table, without its head."""
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_test_files_have_names_of_their_own() -> None:
    names = [file.name for file in _committed() if file.parts[0] == "tests" and file.name != "conftest.py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_no_committed_text_names_an_index_or_a_place_on_a_machine() -> None:
    found = []
    for file in _committed():
        text = (ROOT / file).read_bytes().decode("utf-8", "replace")
        if file != Path(__file__).relative_to(ROOT):
            found += [f"{file}: {hit.group()}" for hit in ADDRESS.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "https://pypi.org/simple",
        "http://mirror.test/root/simple",
        "file:///opt/x",
        "/root/x",
        "/work/main",
        "/home/ann/x",
    ],
)
def test_an_address_is_recognised(text: str) -> None:
    assert ADDRESS.search(text)
