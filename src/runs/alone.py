"""One run of an experiment at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from leadline.problem import Problem


class Busy(Problem):
    """Another run of the experiment is going on."""

    exit_code = 4


@contextmanager
def alone(published: Path) -> Iterator[None]:
    """While it lasts, no other run of the experiment may publish; Busy where one is going on.

    The operating system lets go of the lock when a run ends, however it ends.
    """
    published.mkdir(parents=True, exist_ok=True)
    lock = FileLock(published / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Busy(
            f"Another run of {published.name} is going on; this one leaves it alone. Try again after it."
        ) from None
    try:
        yield
    finally:
        lock.release()


def going_on(published: Path) -> bool:
    """Whether a run of the experiment is going on."""
    if not (published / ".lock").exists():
        return False
    lock = FileLock(published / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False
