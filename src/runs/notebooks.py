"""Running the numbered notebooks with papermill, in order, with nobody watching.

They share one process, in which libraries are loaded once, and nothing else: each begins with no names.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import papermill
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient.exceptions import DeadKernelError
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
    with _kernel(root) as kernel:
        for number, name in enumerate(names, start=1):
            if number > 1:
                _forget_names(kernel)
            _execute(kernel, root, name, executed, parameters, f"{number}/{len(names)} {name}")
            finished(name)


@contextmanager
def _kernel(root: Path) -> Iterator[AsyncKernelManager]:
    """A Python process that runs cells, in the project's folder."""
    kernel = AsyncKernelManager(kernel_name="python3")
    run_sync(kernel.start_kernel)(cwd=str(root), extra_arguments=["--IPKernelApp.log_level=40"])
    try:
        yield kernel
    finally:
        run_sync(kernel.shutdown_kernel)(now=True)


def _forget_names(kernel: AsyncKernelManager) -> None:
    """What a notebook named is gone, and cells are counted from one again."""
    client = kernel.blocking_client()
    client.start_channels()
    try:
        client.execute("get_ipython().reset()", silent=True, reply=True)
    finally:
        client.stop_channels()


def _execute(
    kernel: AsyncKernelManager, root: Path, name: str, executed: Path, parameters: dict[str, str], title: str
) -> None:
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
            km=kernel,
        )
    except PapermillExecutionError as error:
        raise _as_problem(error, source.name) from None
    except DeadKernelError:
        raise Problem(
            f"The process that ran notebook {source.name} died, as it does where memory runs out; run again, or give "
            "it a machine with more."
        ) from None
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
