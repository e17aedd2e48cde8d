"""The proof of a cleaning: how often files still mention an account or a person."""

import csv
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq

from leadline.runs.cleaning import keys_of, texts_of
from leadline.runs.texts import BY_FORMAT, csv_rows
from leadline.runs.whom import Whom

DATABASES = (".db", ".sqlite")
PRINTED = ".pdf"  # printed anew from the page, which is searched


def mentions(file: Path, whom: Whom) -> int:
    """How often a file mentions them: in texts as people read them, in every cell of a table, in every row of a
    database, else in its bytes."""
    try:
        columns = _columns(file)
    except (ValueError, csv.Error):  # broken: its bytes are searched
        columns = None
    if columns is not None:
        return _in_cells(columns, whom)
    if file.suffix in DATABASES:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            return sum(whom.mentions(line) for line in database.iterdump())
    text = file.read_bytes().decode(errors="replace")
    if file.suffix not in BY_FORMAT:
        return 0 if file.suffix == PRINTED else whom.mentions(text)
    return sum(whom.mentions(part) for part in _parts(text, file.suffix))


def _columns(file: Path) -> dict[str, list[str]] | None:
    """The cells of a table, by column; None where a file is none."""
    if file.suffix == ".parquet":
        return texts_of(pq.read_table(file))
    if file.suffix == ".csv":
        head, *body = csv_rows(file.read_bytes().decode()) or [[]]
        return {name: [row[i] for row in body if i < len(row)] for i, name in enumerate(head)}
    return None


def _parts(text: str, suffix: str) -> Iterable[str]:
    """Every text of a file, by reading it as one that changes nothing."""
    parts: list[str] = []

    def noted(part: str) -> str:
        parts.append(part)
        return part

    try:
        BY_FORMAT[suffix](text, noted)
    except ValueError:  # cut off, or no such format: its text as it stands
        return [text]
    return parts


def _in_cells(columns: dict[str, list[str]], whom: Whom) -> int:
    keys = keys_of(columns, whom)
    rows = sum(whom.is_meant(cell) for key in keys for cell in columns[key])
    return rows + sum(whom.mentions(cell) for name, cells in columns.items() if name not in keys for cell in cells)
