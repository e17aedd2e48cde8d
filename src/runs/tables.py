"""Frames as tables to read in a notebook: shares, money, counts and dates written as such; nothing is fetched."""

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
from great_tables import GT

MOST_ROWS = 40
MISSING = "–"
# what a column of numbers holds is told by its name
SHARES = re.compile(
    r"(^|_)(share|rate|retention|change|nrr|grr|stickiness|support|percentile|held)$"
    r"|^share_|(_share|expansion|churn)_(low|high)$|^(tried_of_reached|completed_of_tried)$"
)
MONEY = re.compile(r"(^|_)(arr|mrr|money|amount|expected_loss)$")


def shown(frame: pd.DataFrame, title: str = "", currency: str = "", numbers: bool = False, rows: int = MOST_ROWS) -> GT:
    """A frame as a table, its first so many rows; how many were left out stands beneath. A named index is a column.

    Names of columns become words. `currency`: a code such as USD, that of columns of money. `numbers`: every column
    but the first holds numbers, written already. Text of the data is escaped.
    """
    table = _flat(frame)
    kinds = {str(name): kind(str(name), column) for name, column in table.items()}
    written = {str(name): _written(column, kinds[str(name)]) for name, column in table.head(rows).items()}
    gt = GT(pd.DataFrame(written, index=range(min(rows, len(table)))), id="leadline")
    for name, what in kinds.items():
        gt = _formatted(gt, name, what, table[name], currency)
    right = [name for i, (name, what) in enumerate(kinds.items()) if what not in ("text", "flag") or (numbers and i)]
    gt = gt.cols_align("left").cols_align("right", right)
    gt = gt.cols_label({name: name.replace("_", " ") for name in kinds}).sub_missing(missing_text=MISSING)
    gt = gt.tab_options(table_font_size="13px", data_row_padding="4px")
    gt = gt.tab_header(title) if title else gt
    left = len(table) - rows
    return gt.tab_source_note(f"and {left:,} more") if left > 0 else gt


def kind(name: str, column: pd.Series) -> str:
    """What a column holds: flag, date, count, share, money, number or text."""
    if pd.api.types.is_bool_dtype(column):
        return "flag"
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date"
    if not pd.api.types.is_numeric_dtype(column):
        return "text"
    if MONEY.search(name):
        return "money"
    if pd.api.types.is_integer_dtype(column):
        return "count"
    return "share" if SHARES.search(name) else "number"


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """One level of columns, named by texts, with a named index among them."""
    table = frame.reset_index() if any(name is not None for name in frame.index.names) else frame
    flat = ["_".join(str(part) for part in (name if isinstance(name, tuple) else (name,)) if part) for name in table]
    return table.set_axis(flat, axis=1)


def _written(column: pd.Series, what: str) -> list[object]:
    """Flags, dates, numbers and texts as they are read; what is missing, None; counts, shares and money as they are."""
    if what not in WRITERS:
        return column.tolist()
    write = WRITERS[what]
    return [None if _missing(value) else write(value) for value in column]


def _missing(value: Any) -> bool:
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def _flag(value: bool) -> str:
    return "yes" if value else ""


def _date(moment: pd.Timestamp) -> str:
    return f"{moment:%Y-%m-%d}" if moment == moment.normalize() else f"{moment:%Y-%m-%d %H:%M}"


def _number(value: float) -> str:
    """To three figures, and no fraction of what is large or whole."""
    size = abs(value)
    return f"{value:,.{0 if float(value).is_integer() else sum(size < edge for edge in (1, 10, 100))}f}"


WRITERS: dict[str, Callable[[Any], str]] = {"flag": _flag, "date": _date, "number": _number, "text": str}


def _formatted(gt: GT, name: str, what: str, column: pd.Series, currency: str) -> GT:
    if what == "share":
        return gt.fmt_percent(name, decimals=1 if column.abs().max() < 0.1 else 0)
    if what == "money" and currency:
        return gt.fmt_currency(name, currency=currency, decimals=0)
    return gt.fmt_integer(name) if what in ("money", "count") else gt
