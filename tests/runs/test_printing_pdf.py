"""The report on paper: the same bytes twice, no place on this machine in it, and a reason where there is none."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from leadline.runs import printing_pdf
from leadline.runs.printing_pdf import NAMES, not_printed

AS_OF = pd.Timestamp("2024-03-04")
PAGE = """<!doctype html><html lang="en"><title>Week</title><style>@page { size: A4 }</style>
<h1 id="top">Week</h1><a href="accounts/a1.html">Northwind</a> <a href="#top">up</a></html>"""
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "report.html").write_text(PAGE, encoding="utf-8")
    return tmp_path / "report.html"


def a_browser(folder: Path, does: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a Chromium that does just this on the path."""
    (folder / "chromium").write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    (folder / "chromium").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")


def test_without_chromium_there_is_a_reason_and_no_pdf(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(page.parent))
    assert not_printed(page, page.with_suffix(".pdf"), AS_OF).startswith("there is no Chromium here")
    assert not page.with_suffix(".pdf").exists()


@pytest.mark.parametrize("does", ["exit 3", "exit 0", "exec sleep 30"], ids=["fails", "nothing", "too long"])
def test_a_chromium_that_does_not_print_leaves_no_pdf(page: Path, does: str, monkeypatch: pytest.MonkeyPatch) -> None:
    a_browser(page.parent, does, monkeypatch)
    monkeypatch.setattr(printing_pdf, "SECONDS", 0.5)
    assert not_printed(page, page.with_suffix(".pdf"), AS_OF).startswith("chromium could not print it (")
    assert not page.with_suffix(".pdf").exists()


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium to print with")
def test_the_same_page_gives_the_same_bytes_and_no_place_of_this_machine(page: Path) -> None:
    pdfs = [page.with_name(f"{name}.pdf") for name in ("one", "two")]
    assert [not_printed(page, pdf, AS_OF) for pdf in pdfs] == ["", ""]
    one, two = (pdf.read_bytes() for pdf in pdfs)
    assert one.startswith(b"%PDF")
    assert one == two
    assert set(re.findall(rb"\(D:(\d{14})", one)) == {b"20240304000000"}
    assert b"file:" not in one
    assert b"accounts" not in one


def test_nothing_of_a_shell_is_in_between(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Chromium is asked: a list of words, a profile of its own, no header or footer, the page by its address."""
    asked: list[list[str]] = []
    a_browser(page.parent, "exit 0", monkeypatch)
    monkeypatch.setattr(subprocess, "run", lambda words, **_: asked.append(words))
    not_printed(page, page.with_suffix(".pdf"), AS_OF)
    assert asked[0][-1].startswith("file:///")
    assert {"--headless", "--no-pdf-header-footer", f"--print-to-pdf={page.with_suffix('.pdf')}"} < set(asked[0])
