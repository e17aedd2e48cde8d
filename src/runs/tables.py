"""Frames as tables to read in a notebook: shares, money, counts and dates written as such; nothing is fetched."""

import re

import pandas as pd
from great_tables import GT

MOST_ROWS = 40
MISSING = "–"
# what a column of numbers holds is told by the last word of its name
SHARES = re.compile(
    r"(^|[ _])(share|share_\w+|rate|change|nrr|grr|stickiness|support|low|high|known|percentile|kept"
    r"|tried_of_reached|completed_of_tried|difference)$"
)
MONEY = re.compile(r"(^|[ _])(arr|mrr|money|amount|expected_loss)$")


def shown(frame: pd.DataFrame, title: str = "", currency: str = "", numbers: bool = False, rows: int = MOST_ROWS) -> GT:
    """A frame as a table, its first so many rows; how many were left out stands beneath. A named index is a column.

    Column names become words. `currency`: a code such as USD, that of money columns. `numbers`: every column but the
    first holds numbers, written already. Texts of the data are shown as they are.
    """
    table = _flat(frame)
    kinds = {name: kind(str(name), column) for name, column in table.items()}
    written = {name: _as_text(column, kinds[name]) for name, column in table.head(rows).items()}
    gt = GT(pd.DataFrame(written, index=range(len(table.head(rows)))), id="leadline")
    for name, what in kinds.items():
        gt = _formatted(gt, str(name), what, table[name], currency)
    right = [name for i, (name, what) in enumerate(kinds.items()) if what != "text" or (numbers and i)]
    gt = gt.cols_align("left").cols_align("right", right).cols_label({n: str(n).replace("_", " ") for n in written})
    gt = gt.sub_missing(missing_text=MISSING).tab_options(table_font_size="13px", data_row_padding="4px")
    gt = gt.tab_header(title) if title else gt
    left = len(table) - rows
    return gt.tab_source_note(f"and {left:,} more rows") if left > 0 else gt


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
    """One level of columns with names, and a named index among them."""
    table = frame.reset_index() if any(name is not None for name in frame.index.names) else frame
    flat = [" ".join(str(part) for part in name if part) if isinstance(name, tuple) else _name(name) for name in table]
    return table.set_axis(flat, axis=1)


def _name(name: object) -> str:
    return f"{name:%Y-%m-%d}" if isinstance(name, pd.Timestamp) else str(name)


def _as_text(column: pd.Series, what: str) -> list[object]:
    """Flags and dates in words, the rest as it is."""
    if what == "flag":
        return ["yes" if value else "" for value in column]
    if what == "date":
        whole = (column.dropna() == column.dropna().dt.normalize()).all()
        texts = column.dt.strftime("%Y-%m-%d" if whole else "%Y-%m-%d %H:%M")
        return texts.where(column.notna(), None).tolist()
    if what == "text":
        return [None if _is_missing(value) else str(value) for value in column]
    return column.tolist()


def _is_missing(value: object) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _formatted(gt: GT, name: str, what: str, column: pd.Series, currency: str) -> GT:
    if what == "share":
        return gt.fmt_percent(name, decimals=1 if column.abs().max() < 0.1 else 0)
    if what == "money" and currency:
        return gt.fmt_currency(name, currency=currency, decimals=0)
    if what in ("money", "count"):
        return gt.fmt_integer(name)
    return gt.fmt_number(name, decimals=_decimals(column)) if what == "number" else gt


def _decimals(column: pd.Series) -> int:
    """Three figures of the greatest, and no fraction of what is whole."""
    known = column.dropna()
    if (known % 1 == 0).all():
        return 0
    return sum(bool(known.abs().max() < edge) for edge in (1, 10, 100))
