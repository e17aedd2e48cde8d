"""Git's own log, read as a stream: one commit after the other, however long the history is."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from typing import IO

from leadline.problem import Problem

_FIELDS = "%x00%H%n%P%n%at%n%ct%n%aE"
_LOG = ("log", "-z", "--name-status", "-M", "-l1000", f"--format=tformat:{_FIELDS}", "--encoding=UTF-8")
_LOG_QUIET = ("--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-notes", "HEAD", "--")
# A history is data from anybody: nothing its own settings name may be run, asked for or fetched.
_SAFE = (
    "--no-pager",
    "-c",
    "core.fsmonitor=false",
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "log.showRoot=true",
)
_SAFE_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
# Set inside a hook or an alias, these would point git at another repository than the one named.
_ELSEWHERE = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT",
)
_CHUNK = 1 << 16
_LAST_SECOND = 253_402_300_799  # of the year 9999: later ones cannot be written as a date


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: its id, number of parents, seconds since 1970 (None: unreadable), address and files."""

    id: str
    parents: int
    authored: int | None
    committed: int | None
    email: str
    paths: tuple[str, ...]


def read_log(repo: Path) -> Iterator[Commit]:
    """The commits of a repository's current branch, newest first; a Problem if git cannot tell them."""
    command = _command(repo, *_LOG, *_LOG_QUIET)
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(command, stdout=PIPE, stderr=errors, env=_environment(repo)) as process:  # noqa: S603
            yield from commits(_chunks(process.stdout))
        if process.returncode:
            errors.seek(0)
            raise _problem(repo, errors.read())


def _chunks(pipe: IO[bytes] | None) -> Iterator[bytes]:
    while pipe and (chunk := pipe.read(_CHUNK)):
        yield chunk


def is_shallow(repo: Path) -> bool:
    """Whether the clone was cut off, so that its first commits show the whole tree as new."""
    command = _command(repo, "rev-parse", "--is-shallow-repository")
    answer = subprocess.run(command, capture_output=True, env=_environment(repo), check=False)  # noqa: S603
    if answer.returncode:
        raise _problem(repo, answer.stderr)
    return answer.stdout.strip() == b"true"


def commits(chunks: Iterable[bytes]) -> Iterator[Commit]:
    """Parse `git log -z --name-status` (the format above), however its bytes are cut into chunks.

    The stream is a row of texts ended by NUL. An empty one announces a commit; the next holds its five lines;
    then come a status and a path each, two paths for a rename or a copy, of which the second is the new one.
    """
    texts = _texts(chunks)
    header = b""
    paths: list[bytes] = []
    for text in texts:
        if not text:
            if header:
                yield _commit(header, paths)
            header, paths = b"", []
        elif not header:
            header = text
        else:
            renamed = text.lstrip(b"\n")[:1] in (b"R", b"C")
            paths.append([next(texts, b"") for _ in range(1 + renamed)][-1])
    if header:
        yield _commit(header, paths)


def _texts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole


def _commit(header: bytes, paths: list[bytes]) -> Commit:
    name, parents, authored, committed, email = _text(header).split("\n", 4)
    return Commit(name, len(parents.split()), _seconds(authored), _seconds(committed), email, tuple(map(_text, paths)))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _seconds(text: str) -> int | None:
    readable = text.isascii() and text.isdigit() and len(text) <= len(str(_LAST_SECOND))
    return int(text) if readable and int(text) <= _LAST_SECOND else None


def _command(repo: Path, *arguments: str) -> list[str]:
    git = shutil.which("git")
    if git is None:
        raise Problem("git is not installed, or not on the PATH; install it, for import-git reads histories with it.")
    return [git, *_SAFE, "-C", str(repo.resolve()), *arguments]


def _environment(repo: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    # The ceiling keeps git from climbing out of a plain folder into a repository around it.
    return {**inherited, **_SAFE_ENVIRONMENT, "GIT_CEILING_DIRECTORIES": str(repo.resolve().parent)}


def _problem(repo: Path, said: bytes) -> Problem:
    sentence = " ".join(_text(said).split())
    if "dubious ownership" in sentence:
        mend = f"git config --global --add safe.directory {repo.resolve()}"
        return Problem(f"{repo} belongs to another user, so git will not read it; if you trust it, run `{mend}`.")
    if "not a git repository" in sentence or "cannot change to" in sentence:
        return Problem(f"{repo} is not a git repository; name the folder that holds .git, or a bare repository.")
    if "does not have any commits" in sentence or "bad revision 'HEAD'" in sentence:
        return Problem(f"{repo} has no commits on its current branch; check out the branch to read.")
    if "promisor" in sentence:
        return Problem(f"{repo} is a partial clone that lacks files of its history; clone it whole, without --filter.")
    return Problem(f"git could not read the history of {repo}: {sentence or 'it gave no reason'}.")
