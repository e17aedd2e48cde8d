"""Writing a file, or a folder of them, whole or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def unfinished(out: Path) -> Iterator[Path]:
    """A place beside `out` for a file or a folder, which takes that of `out` when all went well."""
    out.parent.mkdir(parents=True, exist_ok=True)
    made = out.with_name(f".{out.name}.unfinished")
    try:
        yield made
        if out.is_dir():
            shutil.rmtree(out)
        made.replace(out)
    finally:
        if made.is_dir():
            shutil.rmtree(made)
        made.unlink(missing_ok=True)
