"""A log in two parts, as two weekly exports of Monday at five in the morning would leave it."""
# ruff: noqa: S608

import shutil
from pathlib import Path

import duckdb
import yaml

from bench.logs import Log, source_of

FIRST, SECOND = "part-1.parquet", "part-2.parquet"


class Parts:
    """A folder like the log's, its events in parts: the first at once, the last week by `add_last_week`."""

    def __init__(self, log: Log, work: Path) -> None:
        self._cut = _cut(log, work / "data" / f"{log.folder.name}-parts")
        self.folder = work / "weekly" / log.folder.name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for file in log.folder.iterdir():
            if file != log.path:
                (self.folder / file.name).symlink_to(file.resolve())
        self._add(FIRST)
        self.source = self.folder / f"{log.source.stem}.yaml"
        self.source.write_text(yaml.safe_dump(_with_parts(source_of(log)), sort_keys=False))

    def add_last_week(self) -> None:
        """Put the second part beside the first."""
        self._add(SECOND)

    def _add(self, part: str) -> None:
        (self.folder / part).symlink_to((self._cut / part).resolve())


def _with_parts(source: dict) -> dict:
    source["tables"]["events"]["file"] = "part-*.parquet"
    return source


def _cut(log: Log, folder: Path) -> Path:
    """The two files, each in order of arrival; written once."""
    if not folder.is_dir():
        unfinished = folder.with_name(f".{folder.name}.unfinished")
        unfinished.mkdir(parents=True, exist_ok=True)
        rows, arrival = f"read_parquet('{log.path}')", log.columns.received
        last = f"(SELECT date_trunc('week', max({arrival}) - INTERVAL 5 HOUR) + INTERVAL 5 HOUR FROM {rows})"
        before = f"{arrival} < {last} - INTERVAL 7 DAY"
        for part, condition in ((FIRST, before), (SECOND, f"{arrival} < {last} AND NOT {before}")):
            found = duckdb.sql(f"SELECT * FROM {rows} WHERE {condition} ORDER BY {arrival}")
            found.write_parquet(str(unfinished / part), compression="zstd")
        unfinished.rename(folder)
    return folder
