"""Running the numbered notebooks with papermill, in order, with nobody watching."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import papermill
from papermill.exceptions import PapermillExecutionError

from leadline.problem import GateClosed, Problem

KINDS = {kind.__name__: kind for kind in (Problem, GateClosed)}


def execute(
    names: Sequence[str],
    root: Path,
    executed: Path,
    parameters: dict[str, str],
    finished: Callable[[str], None] = lambda _: None,
) -> None:
    """Run notebooks/NAME.ipynb one after the other; the executed copies, outputs and all, land in `executed`.

    `finished` is told the name of each that went through. A Problem in a cell comes out as that Problem, whatever its
    kind; any other error as one that names the notebook and the cell.
    """
    logging.getLogger("papermill").setLevel(logging.ERROR)
    executed.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names, start=1):
        _execute(root, name, executed, parameters, f"{number}/{len(names)} {name}")
        finished(name)


def _execute(root: Path, name: str, executed: Path, parameters: dict[str, str], title: str) -> None:
    source = root / "notebooks" / f"{name}.ipynb"
    if not source.is_file():
        raise Problem(f"Notebook {source} does not exist; run inside a Leadline project, with its notebooks/.")
    try:
        papermill.execute_notebook(
            str(source),
            str(executed / source.name),
            parameters=parameters,
            kernel_name="python3",
            cwd=str(root),
            progress_bar={"desc": title, "unit": "cell"},
            log_output=False,
            extra_arguments=["--IPKernelApp.log_level=40"],
        )
    except PapermillExecutionError as error:
        raise _as_problem(error, source.name) from None


def _as_problem(error: PapermillExecutionError, notebook: str) -> Problem:
    if error.ename in KINDS:
        return KINDS[error.ename](error.evalue)
    return Problem(
        f"Notebook {notebook} failed in cell {error.exec_count}: {error.ename}: {error.evalue}. Open it in JupyterLab "
        "(`make lab`) and run it there to see where."
    )
