"""Errors that are a sentence for a person, and the exit codes by which a schedule tells them apart."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar


class Problem(Exception):
    """What is wrong, where, and how to mend it, in one sentence; the command line prints it and exits with its code.

    Exit codes: 0 done, or nothing to do; 1 refused, with a sentence; 2 the command line was misspelt; 3 a gate kept
    what was made from being published; 4 another run was going on.
    """

    exit_code: ClassVar[int] = 1


class GateClosed(Problem):
    """Something is so far from usual that nothing was published."""

    exit_code = 3


class DiskFull(Problem):
    """A file could not be written to its end."""

    said: ClassVar[str] = os.strerror(errno.ENOSPC)

    def __init__(self, file: object = None) -> None:
        where = f" ({file})" if file else ""
        super().__init__(f"The disk is full{where}: what is published stays as it was; make room and run again.")


@contextmanager
def room_on_disk() -> Iterator[None]:
    """Turn the error of a full disk, or of a used-up quota, into DiskFull."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFull(error.filename) from None


def shown(value: object, longest: int = 80) -> str:
    """A value as it may stand in a sentence: on one line, printable, not too long."""
    text = str(value)
    cut = text if len(text) <= longest else f"{text[:longest]}..."
    return "".join(c if c.isprintable() else "?" for c in cut)
