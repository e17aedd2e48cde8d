"""The site of the pages: every link leads somewhere, and nothing is fetched from elsewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ELSEWHERE = re.compile(
    r"""\b(?:src|srcset|poster|data)=["']?(?:https?:)?//[^"'> ]+|<link\b[^>]*href=["']?(?:https?:)?//[^>]+"""
    r"""|url\(["']?(?:https?:)?//[^)]+|@import\s+(?:url\()?["']?(?:https?:)?//[^;]+""",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it: a link or anchor that leads nowhere fails the build."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


def pages(nav: list | str) -> list[str]:
    """The pages a nav names, in order."""
    if isinstance(nav, str):
        return [nav]
    return [page for entry in nav for part in entry.values() for page in pages(part)]


def test_every_page_of_the_nav_is_built_and_every_page_is_in_it(site: Path) -> None:
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    named = {page.replace(".md", ".html") for page in pages(nav)}
    assert named == {file.name for file in site.glob("*.html")} - {"404.html"}
    assert len(named) > 12


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    files = [file for end in ("html", "css", "svg") for file in site.rglob(f"*.{end}")]
    found = {file.name: ELSEWHERE.findall(file.read_text(encoding="utf-8")) for file in files}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_formulas_are_mathml_and_drawings_stand_in_the_page(site: Path) -> None:
    models, architecture = ((site / f"{name}.html").read_text("utf-8") for name in ("models", "architecture"))
    assert "<math" in models
    assert "<mfrac>" in models
    assert '<svg class="flow"' in architecture
    assert not any("$$" in file.read_text("utf-8") for file in site.glob("*.html"))


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.test/a.js">',
        "<img src='//cdn.test/a.png'>",
        '<link rel="stylesheet" href="https://fonts.test/a.css">',
        "a { background: url(https://cdn.test/a.png) }",
        '@import "https://cdn.test/a.css";',
    ],
)
def test_what_is_fetched_is_recognised(html: str) -> None:
    assert ELSEWHERE.search(html)


def test_a_link_to_a_page_is_no_fetching() -> None:
    assert not ELSEWHERE.search('<a href="https://squidfunk.github.io/mkdocs-material/">made with</a>')
