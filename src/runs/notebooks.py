"""Running the numbered notebooks with papermill, in order, with nobody watching."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import papermill
from papermill.exceptions import PapermillExecutionError

from leadline.problem import DiskFull, GateClosed, Problem
from leadline.redact import redacted

KINDS = {kind.__name__: kind for kind in (Problem, GateClosed)}


def execute(
    names: Sequence[str],
    root: Path,
    executed: Path,
    parameters: dict[str, str],
    finished: Callable[[str], None] = lambda _: None,
) -> None:
    """Run notebooks/NAME.ipynb one after the other; the executed copies, outputs and all, land in `executed`.

    No secret is left in the copies. `finished` is told the name of each that went through. A Problem in a cell comes
    out as that Problem, whatever its kind; any other error as one that names the notebook and the cell.
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
    copy = executed / source.name
    try:
        papermill.execute_notebook(
            str(source),
            str(copy),
            parameters=parameters,
            kernel_name="python3",
            cwd=str(root),
            progress_bar={"desc": title, "unit": "cell"},
            log_output=False,
            extra_arguments=["--IPKernelApp.log_level=40"],
        )
    except PapermillExecutionError as error:
        raise _as_problem(error, source.name) from None
    finally:
        if copy.is_file():
            copy.write_text(redacted(copy.read_text(encoding="utf-8")), encoding="utf-8")


def _as_problem(error: PapermillExecutionError, notebook: str) -> Problem:
    if DiskFull.said in error.evalue:
        return DiskFull()
    if error.ename in KINDS:
        return KINDS[error.ename](error.evalue)
    return Problem(
        f"Notebook {notebook} failed in cell {error.exec_count}: {error.ename}: {error.evalue}. Open it in JupyterLab "
        "(`make lab`) and run it there to see where."
    )
