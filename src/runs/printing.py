"""Frames as tables on a terminal."""

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

MOST_ROWS = 40


def frame_table(frame: pd.DataFrame, title: str | None = None, numbers: bool = False) -> Table:
    """A frame as a rich table; text from data is shown as it is, never read as markup. `numbers`: every column but
    the first holds numbers, written already."""
    table = Table(title=title, title_justify="left", header_style="bold", show_edge=False, pad_edge=False)
    for i, name in enumerate(frame.columns):
        number = pd.api.types.is_numeric_dtype(frame[name]) or (numbers and i > 0)
        table.add_column(str(name), justify="right" if number else "left", overflow="fold")
    for row in frame.head(MOST_ROWS).itertuples(index=False):
        table.add_row(*(escape(_text(value)) for value in row))
    return table


def section(console: Console, title: str, frame: pd.DataFrame, numbers: bool = False) -> None:
    """Print a titled table, or that there is nothing to show; say how many rows were left out."""
    console.print()
    if frame.empty:
        console.print(f"[bold]{title}[/bold]: none")
        return
    console.print(frame_table(frame, title, numbers))
    if len(frame) > MOST_ROWS:
        console.print(f"... and {len(frame) - MOST_ROWS} more")


def _text(value: object) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):  # type: ignore[call-overload]
        return "-"
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value)
