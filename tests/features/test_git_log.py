"""The stream git prints, and the histories that must not be trusted or cannot be read."""

import os
from itertools import pairwise
from pathlib import Path

import pytest
from git_repository import ANN, MONDAY, TUESDAY, Files, commit, git, repository
from hypothesis import given
from hypothesis import strategies as st

from leadline.features.git_history import import_git
from leadline.features.git_log import Commit, commits
from leadline.problem import Problem

NAME = st.binary(min_size=1, max_size=8).filter(lambda b: b"\0" not in b)
MADE = st.lists(
    st.tuples(st.integers(0, 2), st.lists(st.tuples(st.sampled_from([b"A", b"M", b"R090"]), NAME, NAME), max_size=4)),
    max_size=6,
)


def _stream(made: list) -> bytes:
    """What git prints, of commits with so many parents and such files."""
    texts: list[bytes] = []
    for i, (parents, files) in enumerate(made):
        texts += [b"", b"%d\n%s\n%d\n%d\nann@acme.com" % (i, b" ".join([b"p"] * parents), i, i)]
        names = [[status, old, new] if status == b"R090" else [status, new] for status, old, new in files]
        flat = [text for name in names for text in name]
        texts += [b"\n" + flat[0], *flat[1:], b""] if flat else []
    return b"".join(text + b"\0" for text in texts)


@given(MADE, st.lists(st.integers(0, 400), max_size=12))
def test_any_chunking_of_the_stream_gives_the_same_commits(made: list, cuts: list[int]) -> None:
    stream = _stream(made)
    edges = [0, *sorted(cuts), len(stream)]
    chunks = [stream[a:b] for a, b in pairwise(edges)]
    expected = [
        Commit(
            str(i),
            parents,
            i,
            i,
            "ann@acme.com",
            tuple(new.decode("utf-8", "replace") for _, _, new in files),
        )
        for i, (parents, files) in enumerate(made)
    ]
    assert list(commits(chunks)) == expected
    assert list(commits(stream[i : i + 1] for i in range(len(stream)))) == expected


def trap(folder: Path) -> Path:
    """A program that leaves a mark when it is run."""
    trap = folder / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {folder}/sprung\nexit 1\n")
    trap.chmod(0o755)
    return trap


def test_what_a_repository_says_to_run_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files: Files = {b"a/x.py": b"1", b".gitattributes": b"*.py diff=bad\n"}
    repo = repository(tmp_path / "r", [commit(ANN, MONDAY, files)])
    signature = b"gpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END PGP SIGNATURE-----\n\n"
    signed = git(repo, "cat-file", "commit", "HEAD").replace(b"\n\n", b"\n" + signature, 1)
    name = git(repo, "hash-object", "-t", "commit", "-w", "--stdin", stdin=signed).decode().strip()
    git(repo, "update-ref", "refs/heads/main", name)
    for key in (
        "gpg.program",
        "diff.external",
        "diff.bad.command",
        "diff.bad.textconv",
        "core.fsmonitor",
        "core.pager",
    ):
        git(repo, "config", key, str(trap(tmp_path)))
    git(repo, "config", "log.showSignature", "true")
    git(repo, "log", "-1")
    (tmp_path / "sprung").unlink()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert import_git([repo], tmp_path / "out").commits == 1
    assert not (tmp_path / "sprung").exists()


def test_a_partial_clone_fetches_nothing_and_is_a_problem(tmp_path: Path) -> None:
    body = b"line\n" * 20
    renamed: Files = {b"a/x": None, b"b/y": body + b"more\n"}
    repo = repository(tmp_path / "r", [commit(ANN, MONDAY, {b"a/x": body}), commit(ANN, TUESDAY, renamed)])
    git(repo, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", "--no-checkout", repo.as_uri(), "partial")
    git(tmp_path / "partial", "config", "remote.origin.uploadpack", str(trap(tmp_path)))
    with pytest.raises(Problem, match="is a partial clone"):
        import_git([tmp_path / "partial"], tmp_path / "out")
    assert not (tmp_path / "sprung").exists()


def test_problems_are_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = repository(tmp_path / "r", [commit(ANN, MONDAY, {b"a/x": b"1"})])
    personal = repository(tmp_path / "p", [commit("G <g@gmail.com>", MONDAY, {b"a/x": b"1"})])
    inside = repo / "plain"
    inside.mkdir()
    (tmp_path / "file").write_text("")
    empty = repository(tmp_path / "empty", [])
    cases = [
        (inside, "is not a git repository"),
        (tmp_path / "nowhere", "is not a git repository"),
        (tmp_path / "file", "is not a git repository"),
        (tmp_path / "--help", "is not a git repository"),
        (empty, "has no commits on its current branch"),
        (personal, "hold no events .* 1 from free mail services"),
    ]
    for folder, sentence in cases:
        with pytest.raises(Problem, match=sentence):
            import_git([folder], tmp_path / "out")
    with pytest.raises(Problem, match="cannot be made"):
        import_git([repo], tmp_path / "file" / "out")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(Problem, match=r"belongs to another user.*safe\.directory"):
        import_git([repo], tmp_path / "out")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Problem, match="git is not installed"):
        import_git([repo], tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_broken_history_leaves_the_last_import_as_it_was(tmp_path: Path) -> None:
    repo = repository(tmp_path / "r", [commit(ANN, MONDAY, {b"a/x": b"1"}), commit(ANN, TUESDAY, {b"a/x": b"2"})])
    import_git([repo], tmp_path / "out")
    before = (tmp_path / "out" / "events.parquet").read_bytes()
    first = git(repo, "rev-parse", "HEAD~1").decode().strip()
    (repo / ".git" / "objects" / first[:2] / first[2:]).unlink()
    with pytest.raises(Problem, match="could not read the history"):
        import_git([repo], tmp_path / "out")
    assert (tmp_path / "out" / "events.parquet").read_bytes() == before
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["events.parquet"]
