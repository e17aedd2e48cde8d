"""CSV files as SQL: the first line tells delimiter and columns, and every other line has to fit it.

Left to itself, DuckDB's reader guesses from the first lines: it skips those it takes for a preamble or a comment, and
one line with a field too many makes it see a single column, or quotes as text.
"""

import csv
from collections import defaultdict
from pathlib import Path

import duckdb

from leadline.features.sql_text import literal, paths
from leadline.problem import Problem, shown

DELIMITERS = (",", ";", "\t", "|")
AS_LINES = (
    "auto_detect = false, header = false, strict_mode = false, delim = '\x01', quote = '', escape = '', "
    "columns = {'line': 'VARCHAR'}"
)
STRICT = "auto_detect = false, header = true, strict_mode = true, quote = '\"', escape = '\"'"

Head = tuple[str, tuple[str, ...]]  # delimiter, names of the columns


def csv_sql(files: list[Path]) -> str:
    """What follows FROM to read CSV files, every column a text; a column that some files lack is empty there."""
    alike = defaultdict(list)
    for file in files:
        alike[_head(file)].append(file)
    reads = [_read(head, of_head) for head, of_head in alike.items()]
    return reads[0] if len(reads) == 1 else f"({' UNION ALL BY NAME '.join(f'FROM {read}' for read in reads)})"


def _head(file: Path) -> Head:
    """Delimiter and columns of a file, by its first line; a Problem where that names none, or one twice."""
    line = _first_line(file)
    split = [(delimiter, names) for delimiter in DELIMITERS if (names := _names(line, delimiter))]
    if not split:
        raise Problem(f"{file} has a first line that is no CSV ({shown(line, 400)}); export it again.")
    delimiter, names = max(split, key=lambda found: len(found[1]))
    twice = [n for i, n in enumerate(names) if n.lower() in (before.lower() for before in names[:i])]
    if twice:
        named = f"{shown(twice[0])} twice in its first line ({shown(line, 400)})"
        raise Problem(f"{file} names the column {named}; give each a name of its own.")
    return delimiter, names


def _first_line(file: Path) -> str:
    lines = duckdb.sql(f"FROM read_csv({paths([file])}, {AS_LINES}) LIMIT 1").fetchall()
    if not lines or not lines[0][0]:
        raise Problem(f"{file} is empty, or its first line is; export it again, its columns named in the first line.")
    if "\0" in lines[0][0]:
        raise Problem(f"{file} is no text in UTF-8 (its first line holds NUL); export it again as UTF-8.")
    return str(lines[0][0])


def _names(line: str, delimiter: str) -> tuple[str, ...]:
    """The columns of a first line, by their places where they have no names; none if it cannot be split so."""
    try:
        (fields,) = csv.reader([line], delimiter=delimiter, strict=True)
    except csv.Error:
        return ()
    return tuple(field.strip() or f"column{place}" for place, field in enumerate(fields, start=1))


def _read(head: Head, files: list[Path]) -> str:
    delimiter, names = head
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return f"read_csv({paths(files)}, {STRICT}, delim = {literal(delimiter)}, columns = {{{columns}}})"
