"""Writing a file whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def unfinished(out: Path) -> Iterator[Path]:
    """A file beside `out` that takes its place when all went well."""
    out.parent.mkdir(parents=True, exist_ok=True)
    file = out.with_name(f".{out.name}.unfinished")
    try:
        yield file
        file.replace(out)
    finally:
        file.unlink(missing_ok=True)
