"""Small sources written as text: CSV files and a YAML in a temporary folder."""

from datetime import datetime
from pathlib import Path

from leadline.features.sources import Tables, open_source, read_source

NOW = datetime(2024, 6, 1)
EVENTS = "tables: {events: {file: events.csv}}\nactions: {core: [run], view: [look]}\nquarantine: {max_share: 1}\n"
# a log of other names, to which a mapping adds columns of its own
MAPPED = """tables:
  events:
    file: events.csv
    columns:
      account_id: who
      occurred_at: when
      action: {constant: run}
"""
ACTIONS = "actions: {core: [run]}\nquarantine: {max_share: 1}\n"


def write(folder: Path, yaml: str, **files: str) -> Path:
    """Write a YAML and its CSV files (events -> raw/events.csv, blanks between columns); the YAML's path."""
    (folder / "raw").mkdir(exist_ok=True)
    for name, text in files.items():
        lines = (",".join("" if v == "-" else v for v in line.split()) for line in text.strip().splitlines())
        (folder / "raw" / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    path = folder / "small.yaml"
    path.write_text(f"about: A small source.\nfolder: raw\n{yaml}", encoding="utf-8")
    return path


def opened(folder: Path, yaml: str = EVENTS, **files: str) -> Tables:
    """Write a small source and open it at a fixed present."""
    return open_source(read_source(write(folder, yaml, **files)), now=NOW)


def rows(tables: Tables, table: str, *columns: str) -> list[tuple[object, ...]]:
    """The rows of a contract table as tuples, sorted."""
    return tables.relations[table].select(*columns).order("ALL").fetchall()


def reasons(tables: Tables) -> list[tuple[str, str, int]]:
    """What is in quarantine: column, reason and rows."""
    return list(tables.quarantine[["column", "reason", "rows"]].itertuples(index=False, name=None))
