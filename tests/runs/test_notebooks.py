"""Running notebooks: a Problem comes out as a sentence, any other error names the notebook and the cell."""

from pathlib import Path

import nbformat
import pytest

from leadline.problem import GateClosed, Problem
from leadline.runs.notebooks import execute

ROOT = Path(__file__).parents[2]


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


def test_a_notebook_that_is_not_there(tmp_path):
    with pytest.raises(Problem, match=r"one\.ipynb does not exist"):
        execute(("one",), tmp_path, tmp_path / "done", {})


@pytest.mark.parametrize("file", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda file: file.stem)
def test_committed_notebooks_are_thin(file):
    book = nbformat.read(file, as_version=4)
    code = [cell.source for cell in book.cells if cell.cell_type == "code"]
    assert book.cells[0].cell_type == "markdown"
    assert "parameters" in book.cells[1].metadata.get("tags", [])
    assert len(code) < 25
    assert not any("def " in source or "class " in source for source in code)
