"""Names and values as SQL text: whatever they hold, they stay a name or a value."""

from datetime import datetime
from pathlib import Path


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """An SQL string."""
    return "'" + value.replace("'", "''") + "'"


def instant(at: datetime) -> str:
    """An SQL timestamp."""
    return f"TIMESTAMP {literal(str(at))}"


def paths(files: list[Path]) -> str:
    """An SQL list of just these files: a * or [ in the name of a file or folder is no pattern."""
    return f"[{', '.join(literal(''.join(f'[{c}]' if c in '*?[' else c for c in str(f))) for f in files)}]"
