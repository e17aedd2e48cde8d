"""Changes of the text of a CSV file."""

from collections.abc import Callable

from spoilt_export import Export, Spoil


def text(change: Callable[[str], str | bytes], table: str = "events", name: str = "") -> Spoil:
    """Change the text of a table's CSV file."""

    def spoil(export: Export) -> None:
        export.only(table)
        after = change(export.file(table).read_text(encoding="utf-8"))
        export.put_bytes(table, after.encode() if isinstance(after, str) else after, name)

    return spoil
