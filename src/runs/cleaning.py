"""A file without an account or a person: their rows left out, their mentions replaced; untouched without any."""

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from leadline.problem import Problem
from leadline.runs.markup import changed_markup
from leadline.runs.texts import BY_FORMAT, csv_rows, csv_text
from leadline.runs.whom import Whom

BOM = "\ufeff"


def cleaned(file: Path, whom: Whom, forget_link: Callable[[str], bool] = lambda _: False) -> bool:
    """Clean one file, whole or not at all; whether anything in it changed. Formats that hold no text we wrote are
    left as they are; a Problem where a file is broken."""
    try:
        return _cleaned(file, whom, forget_link)
    except (ValueError, OSError, csv.Error) as error:  # pyarrow's and nbformat's errors are among them
        raise Problem(
            f"{file} cannot be read ({type(error).__name__}), so nobody can be removed from it; delete it, and forget "
            "again."
        ) from None


def _cleaned(file: Path, whom: Whom, forget_link: Callable[[str], bool]) -> bool:
    if file.suffix == ".parquet":
        table = pq.read_table(file)
        new = without_rows(table, whom)
        return False if new is table else _replaced(file, lambda aside: pq.write_table(new, aside))
    if file.suffix != ".csv" and file.suffix not in BY_FORMAT:
        return False
    text = file.read_bytes().decode()
    if file.suffix == ".csv":
        changed = _csv(text, whom)
    elif file.suffix == ".html":
        changed = changed_markup(text, whom.without, forget_link)
    else:
        changed = BY_FORMAT[file.suffix](text, whom.without)
    return changed != text and _replaced(file, lambda aside: aside.write_bytes(changed.encode()))


def without_rows(table: pa.Table, whom: Whom) -> pa.Table:
    """A table without their rows and mentions: the very same where there is none."""
    texts = texts_of(table)
    keys = keys_of(texts, whom)
    stays = [not any(whom.is_meant(cell) for cell in row) for row in zip(*(texts[key] for key in keys), strict=True)]
    others = [name for name in texts if name not in keys]
    if all(stays) and not any(whom.mentions(cell) for name in others for cell in texts[name]):
        return table
    found = table.filter(pa.array(stays, pa.bool_())) if keys else table
    for name in texts:  # built anew, for a dictionary keeps the words that no row has any more
        cells = [cell and (whom.without(cell) if name in others else cell) for cell in found[name].to_pylist()]
        number = found.column_names.index(name)
        found = found.set_column(number, found.schema.field(number), pa.array(cells, found[name].type))
    return found


def texts_of(table: pa.Table) -> dict[str, list[str]]:
    """The cells of every column of text, '' where a value is missing."""
    texts = (name for name in table.column_names if _is_text(table[name].type))
    return {name: [cell or "" for cell in table[name].to_pylist()] for name in texts}


def _csv(text: str, whom: Whom) -> str:
    mark, rows = (BOM, csv_rows(text[1:])) if text.startswith(BOM) else ("", csv_rows(text))
    if not rows:
        return text
    head, *body = rows
    columns = {name: [row[i] for row in body if len(row) == len(head)] for i, name in enumerate(head)}
    keys = [head.index(key) for key in keys_of(columns, whom)]
    stays = [row for row in body if not any(i < len(row) and whom.is_meant(row[i]) for i in keys)]
    new = [[cell if i in keys else whom.without(cell) for i, cell in enumerate(row)] for row in stays]
    return text if new == body else mark + csv_text([head, *new])


def keys_of(columns: dict[str, list[str]], whom: Whom) -> list[str]:
    """The columns that say whose row it is: that of ids, else those of nothing but ids or names."""
    if whom.column in columns:
        return [whom.column]
    return [name for name, cells in columns.items() if any(cells) and whom.is_key(cells)]


def _is_text(kind: pa.DataType) -> bool:
    plain = _plain(kind)
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain) or pa.types.is_string_view(plain))


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _replaced(file: Path, write: Callable[[Path], object]) -> bool:
    aside = file.with_name(f".{file.name}-{os.getpid()}")
    write(aside)
    aside.replace(file)
    return True
