"""What pages need when they are built: formulas as MathML, a drawing set in place, two pages that live elsewhere."""

import re
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
ELSEWHERE = {"glossary.md": ROOT / "GLOSSARY.md", "sources.md": ROOT / "data" / "README.md"}
FORMULA = re.compile(r"^\$\$\n?(.+?)\n?\$\$$", re.MULTILINE | re.DOTALL)
DRAWING = re.compile(r"^<!-- drawing: ([a-z-]+\.svg) -->$", re.MULTILINE)


def on_files(files: Files, config: Any) -> Files:
    """The glossary, and the keys of a source with the data contract, are kept where they are used."""
    for name, file in ELSEWHERE.items():
        files.append(File.generated(config, name, content=file.read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Each formula ($$ on lines of their own) becomes MathML, which browsers draw without a script; a drawing that is
    named in a comment is set into the page, so that it takes the page's colours."""
    drawn = DRAWING.sub(lambda found: (ROOT / "docs" / found[1]).read_text(encoding="utf-8").strip(), markdown)
    return FORMULA.sub(lambda found: convert(found[1], display="block"), drawn)
