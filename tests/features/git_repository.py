"""Tiny git repositories with fixed dates, for the tests."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

MONDAY, TUESDAY = 1_704_067_200, 1_704_153_600  # 2024-01-01 and 2024-01-02, midnight UTC
ANN = "Ann <ann@eng.acme.co.uk>"
BOB = "Bob <bob@globex.com>"

Files = dict[bytes, bytes | None]


def commit(
    who: str, when: int, files: Files, *, known: int | None = None, branch: str = "main", merge: str = ""
) -> bytes:
    """One commit in git's fast-import language; a file of None is taken away."""
    lines = [f"commit refs/heads/{branch}".encode(), f"author {who} {when} +0000".encode()]
    lines += [
        f"committer Bot <bot@ci.test> {when if known is None else known} +0000".encode(),
        b"data 1",
        b"m",
    ]
    lines += [f"merge refs/heads/{merge}".encode()] if merge else []
    for path, content in files.items():
        name = b'"' + path.replace(b"\n", b"\\n") + b'"'
        if content is None:
            lines += [b"D " + name]
        else:
            lines += [b"M 100644 inline " + name, b"data %d" % len(content), content]
    return b"\n".join(lines) + b"\n"


def git(repo: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """What git prints."""
    command = ["git", "-C", str(repo), *arguments]
    return subprocess.run(command, input=stdin, check=True, capture_output=True).stdout


def repository(folder: Path, history: Iterable[bytes], *options: str) -> Path:
    """A repository of these commits."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main", *options)
    git(folder, "fast-import", "--quiet", "--date-format=raw-permissive", stdin=b"\n".join(history))
    return folder
