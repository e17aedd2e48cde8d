"""The texts in a file by its format, to be read or replaced: what people read in it, not the markup around."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import nbformat

from leadline.runs.markup import Change, changed_markup

MARKED_UP = ("text/html", "image/svg+xml")


def structured(value: Any, change: Change) -> Any:
    """JSON's values with every string in them changed; names of fields stay."""
    if isinstance(value, dict):
        return {name: structured(inner, change) for name, inner in value.items()}
    if isinstance(value, list):
        return [structured(inner, change) for inner in value]
    return change(value) if isinstance(value, str) else value


def json_text(text: str, change: Change) -> str:
    """A JSON file; the very same where nothing changes."""
    told = json.loads(text)
    new = structured(told, change)
    return text if new == told else json.dumps(new, indent=2, ensure_ascii=False) + "\n"


def json_lines(text: str, change: Change) -> str:
    """A log of JSON, line by line; a line that was cut off is a text."""
    return "".join(_line(line, change) for line in text.splitlines(keepends=True))


def _line(line: str, change: Change) -> str:
    try:
        told = json.loads(line)
    except ValueError:
        return change(line)
    new = structured(told, change)
    return line if new == told else json.dumps(new, ensure_ascii=False) + "\n"


def notebook(text: str, change: Change) -> str:
    """An executed notebook: its cells and what they put out, each by its format."""
    book = nbformat.reads(text, as_version=4)
    before = nbformat.writes(book)
    for cell in book.cells:
        cell.source = change(cell.source)
        for output in cell.get("outputs", []):
            for name in output.keys() & {"text", "traceback", "evalue"}:
                output[name] = structured(output[name], change)
            data = output.get("data", {})
            for kind, value in data.items():
                data[kind] = changed_markup(value, change) if kind in MARKED_UP else structured(value, change)
    after = nbformat.writes(book)
    return text if after == before else after + "\n"


def csv_rows(text: str) -> list[list[str]]:
    """The rows of a CSV file, its head first, every cell as it stands."""
    return list(csv.reader(io.StringIO(text, newline="")))


def csv_text(rows: list[list[str]]) -> str:
    """The rows as a CSV file again."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()


BY_FORMAT: dict[str, Callable[[str, Change], str]] = {
    ".html": changed_markup,
    ".svg": changed_markup,
    ".json": json_text,
    ".jsonl": json_lines,
    ".ipynb": notebook,
    ".log": lambda text, change: change(text),
}
