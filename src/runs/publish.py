"""Publishing: what stands under a date is whole, or not there at all; what it replaced is kept."""

import json
import os
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from leadline.problem import Problem

PUBLISHED = (
    "scored_accounts.csv",
    "scored_accounts.parquet",
    "thresholds.csv",
    "thresholds.parquet",
    "standing.parquet",
    "gates.parquet",
    "track_record.parquet",
    "arms.parquet",
    "effects.parquet",
    "effects_gaps.parquet",
    "effects.json",
    "expansion.csv",
    "expansion.parquet",
    "forecast.csv",
    "forecast.parquet",
    "survival.parquet",
    "report.html",
    "report",
    "run.json",
    "notebooks",
)
RUNS = ".runs"  # the folders themselves, DATE.1, DATE.2 ...; a date is a link to one, for a link moves in one step


def publish(staged: Path, published: Path, as_of: str) -> Path:
    """Move a staged folder to its place, point its date at it, and `latest` at the newest date, in this order.

    Each step is one rename, so a reader finds the old whole or the new whole whatever stops it between them. A Problem
    names what is missing from it or cannot be read.
    """
    _refuse_half(staged, as_of)
    _refuse_folders(published / as_of, published / "latest")
    runs = published / RUNS
    runs.mkdir(exist_ok=True)
    _point(published / as_of, _added(runs, staged, as_of))
    newest = max(folder.name for folder in published.glob("[0-9]*-*-*"))
    _point(published / "latest", newest)
    return published / as_of


def remade(folder: Path, aside: Path) -> None:
    """Let a folder made aside take the place of a run, which is deleted; a date that shows it shows the new one."""
    runs, as_of = folder.parent, folder.stem
    date = runs.parent / as_of
    if date.is_symlink() and date.readlink() == Path(RUNS, folder.name):
        _point(date, _added(runs, aside, as_of))
        shutil.rmtree(folder)
        return
    old = runs / f".{folder.name}-old"
    folder.replace(old)
    aside.replace(folder)
    shutil.rmtree(old)


def _added(runs: Path, made: Path, as_of: str) -> str:
    """Move a folder among the runs, as the last of its date; how a link names it."""
    number = 1 + max((int(folder.suffix[1:]) for folder in runs.glob(f"{as_of}.*")), default=0)
    made.replace(runs / f"{as_of}.{number}")
    return f"{RUNS}/{as_of}.{number}"


def _refuse_half(staged: Path, as_of: str) -> None:
    missing = [name for name in PUBLISHED if not (staged / name).exists()]
    if missing:
        raise Problem(f"Nothing was published: {', '.join(missing)} was not written for {as_of}.")
    broken = [file.name for file in sorted(staged.iterdir()) if not _readable(file)]
    if broken:
        raise Problem(f"Nothing was published: {', '.join(broken)} cannot be read back for {as_of}; run again.")


def _refuse_folders(*links: Path) -> None:
    """What is no link was put there by another hand, and is not ours to replace."""
    folders = [str(link) for link in links if link.exists() and not link.is_symlink()]
    if folders:
        raise Problem(
            f"Nothing was published: {' and '.join(folders)} should be a link to a folder in {RUNS}, and is none; "
            "move it elsewhere and run again."
        )


def _readable(file: Path) -> bool:
    try:
        if file.suffix == ".parquet":
            pq.read_table(file)
        if file.suffix == ".json":
            json.loads(file.read_text(encoding="utf-8"))
    except (pa.ArrowInvalid, OSError, ValueError):
        return False
    return file.is_dir() or file.stat().st_size > 0


def _point(link: Path, target: str) -> None:
    """Let a link name a target, in one step."""
    aside = link.with_name(f".{link.name}-{os.getpid()}")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target)
    aside.replace(link)
