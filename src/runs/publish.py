"""Publishing: a folder is whole and under its date, or not there at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from leadline.problem import Problem

PUBLISHED = (
    "scored_accounts.csv",
    "scored_accounts.parquet",
    "thresholds.csv",
    "thresholds.parquet",
    "standing.parquet",
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


@contextmanager
def staging(published: Path) -> Iterator[Path]:
    """A folder beside the published ones to write in; it is gone afterwards unless it was published."""
    published.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=".unfinished-", dir=published))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(staged: Path, published: Path, as_of: str) -> Path:
    """Move a staged folder to its date and point `latest` at it; a Problem names what is missing from it."""
    missing = [name for name in PUBLISHED if not (staged / name).exists()]
    if missing:
        raise Problem(f"Nothing was published: {', '.join(missing)} was not written for {as_of}.")
    target = published / as_of
    staged.chmod(0o755)
    with _set_aside(target):
        staged.replace(target)
    _point_latest(published, as_of)
    return target


@contextmanager
def _set_aside(target: Path) -> Iterator[None]:
    """Move what was published for the same date out of the way, and back if the new folder cannot take its place."""
    old = target.with_name(f".replaced-{target.name}-{os.getpid()}")
    if target.exists():
        target.replace(old)
    try:
        yield
    except BaseException:
        if old.exists():
            old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _point_latest(published: Path, as_of: str) -> None:
    """Let the link `latest` name the newest date there is, in one step."""
    newest = max([as_of, *(folder.name for folder in published.glob("[0-9]*-*-*"))])
    link = published / f".latest-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(newest)
    link.replace(published / "latest")
