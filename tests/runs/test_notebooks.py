"""Running notebooks: a Problem comes out as a sentence, any other error names the notebook and the cell.

Those of analysts run here, on a small company; those of the schedule run in the acceptance tests.
"""

import shutil
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest

from leadline.problem import DiskFull, GateClosed, Problem
from leadline.runs.figures import LIVE
from leadline.runs.notebooks import execute
from leadline.simulate.settings import SimulationSettings
from leadline.simulate.write import simulate

ROOT = Path(__file__).parents[2]
# notebook -> how many figures it holds, and parameters of its own
ANALYSTS = {
    "10_usage": (5, {"account": "a00001"}),
    "11_cohorts": (3, {"every": "month"}),
    "12_success_path": (2, {"months": 6}),
    "13_segments": (2, {}),
}


def write(root: Path, name: str, *cells: str) -> None:
    (root / "notebooks").mkdir(exist_ok=True)
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    book.cells[0].metadata["tags"] = ["parameters"]
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(book, root / "notebooks" / f"{name}.ipynb")


def test_parameters_reach_the_cells_and_the_copy_keeps_the_outputs(tmp_path):
    write(tmp_path, "one", "who = ''", "who + '!'")
    finished = []
    execute(("one",), tmp_path, tmp_path / "done", {"who": "ann"}, finished.append)
    assert finished == ["one"]
    book = nbformat.read(tmp_path / "done" / "one.ipynb", as_version=4)
    assert book.cells[-1].outputs[0]["data"]["text/plain"] == "'ann!'"


def test_a_problem_in_a_cell_comes_out_as_its_sentence(tmp_path):
    write(tmp_path, "one", "", "from leadline.problem import GateClosed\nraise GateClosed('Bring newer data.')")
    finished = []
    with pytest.raises(GateClosed, match=r"^Bring newer data\.$"):
        execute(("one",), tmp_path, tmp_path / "done", {}, finished.append)
    assert finished == []


def test_any_other_error_names_notebook_and_cell(tmp_path):
    write(tmp_path, "one", "who = 1", "1 / 0")
    with pytest.raises(Problem, match=r"Notebook one\.ipynb failed in cell 2: ZeroDivisionError"):
        execute(("one",), tmp_path, tmp_path / "done", {})


def test_each_begins_without_the_names_of_the_one_before_in_the_same_process(tmp_path):
    write(tmp_path, "one", "", "import os\nkept = os.getpid()", "kept")
    write(tmp_path, "two", "", "__import__('os').getpid()", "'kept' in dir() or 'os' in dir() or len(In)")
    execute(("one", "two"), tmp_path, tmp_path / "done", {})
    one, two = (nbformat.read(tmp_path / "done" / f"{name}.ipynb", as_version=4).cells for name in ("one", "two"))
    shown = [cell.outputs[0]["data"]["text/plain"] for cell in (one[-1], two[-2], two[-1])]
    assert shown == [shown[0], shown[0], "3"]
    assert [[cell.execution_count for cell in cells] for cells in (one, two)] == [[None, 1, 2], [None, 1, 2]]


def test_a_process_that_dies_is_told_with_its_notebook(tmp_path):
    write(tmp_path, "one", "", "import os\nos._exit(1)")
    with pytest.raises(Problem, match=r"The process that ran notebook one\.ipynb died"):
        execute(("one",), tmp_path, tmp_path / "done", {})


def test_a_full_disk_comes_out_as_such(tmp_path):
    write(tmp_path, "one", "", "open('/dev/full', 'w').write('x' * 10_000)")
    with pytest.raises(DiskFull, match="The disk is full"):
        execute(("one",), tmp_path, tmp_path / "done", {})


@pytest.mark.parametrize("cell", ["address", "raise ValueError(address)"])
def test_no_secret_is_left_in_the_copy(tmp_path, monkeypatch, cell):
    monkeypatch.setenv("WAREHOUSE_URL", 'postgres://ann:hunter"2@db.example.org/usage')
    asked = "import os\naddress = os.environ['WAREHOUSE_URL'] + ' mysql://eve:s3cret@db.example.org'"
    write(tmp_path, "one", "", asked, cell)
    with suppress(Problem):
        execute(("one",), tmp_path, tmp_path / "done", {})
    text = (tmp_path / "done" / "one.ipynb").read_text()
    assert "hunter" not in text
    assert "s3cret" not in text
    assert "(WAREHOUSE_URL) mysql://(hidden)@db.example.org" in text
    nbformat.validate(nbformat.reads(text, as_version=4))


def test_a_notebook_that_is_not_there(tmp_path):
    with pytest.raises(Problem, match=r"one\.ipynb does not exist"):
        execute(("one",), tmp_path, tmp_path / "done", {})


@pytest.mark.parametrize("file", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda file: file.stem)
def test_committed_notebooks_are_thin(file):
    book = nbformat.read(file, as_version=4)
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    code = [cell.source for cell in cells if "declaration" not in cell.metadata.get("tags", [])]
    assert book.cells[0].cell_type == "markdown"
    assert book.cells[0].source.startswith("# ")
    assert "?*" in book.cells[0].source  # the question it answers
    assert len(book.cells[0].source.splitlines()) <= 4
    assert "parameters" in book.cells[1].metadata.get("tags", [])
    assert len(cells) < 25
    assert len(code) == len(cells) or file.stem == "14_try_indicator"
    assert not any("def " in source or "class " in source for source in code)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the demo experiment and a small company of its own."""
    project = tmp_path_factory.mktemp("project")
    for folder, kind in (("experiments", "*.yaml"), ("notebooks", "*.ipynb"), ("data", "*.yaml")):
        (project / folder).mkdir()
        for file in (ROOT / folder).glob(kind):
            shutil.copy(file, project / folder)
    simulate(project / "data" / "raw" / "demo", SimulationSettings(accounts=120, weeks=84, seed=3))
    return project


@pytest.mark.slow
@pytest.mark.parametrize("name", ANALYSTS)
def test_an_analyst_reads_figures_and_tables(project, tmp_path, name):
    """Figures are live in JupyterLab and pictures elsewhere; neither they nor the tables fetch anything."""
    figures, own = ANALYSTS[name]
    execute((name,), project, tmp_path, {"experiment": str(project / "experiments" / "demo.yaml"), **own})
    cells = nbformat.read(tmp_path / f"{name}.ipynb", as_version=4).cells
    shown = [out["data"] for cell in cells for out in cell.get("outputs", []) if "data" in out]
    drawn = [data for data in shown if LIVE in data]
    assert len(drawn) == figures
    assert all("<text" in data["image/svg+xml"] and data[LIVE]["$schema"].endswith("/v5.json") for data in drawn)
    tables = [data["text/html"] for data in shown if "text/html" in data]
    assert tables
    assert not any("http" in table or "<script" in table for table in tables)
