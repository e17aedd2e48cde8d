"""Leadline itself: `leadline features` as a process, over the whole log, and again after one more week."""

import shutil
import sys
from pathlib import Path

from bench.logs import Log
from bench.measure import Measured, measured, repeated
from bench.parts import Parts

LEADLINE = str(Path(sys.executable).with_name("leadline"))


def full(log: Log, out: Path, work: Path) -> list[Measured]:
    """The whole command with nothing kept from before."""
    kept = work / "kept"

    def once() -> Measured:
        shutil.rmtree(kept, ignore_errors=True)
        return measured(features(log.source, log.folder, out, kept))

    return repeated(once)


def incremental(log: Log, out: Path, work: Path) -> list[Measured]:
    """The same command for one week more than what was kept."""
    parts, before, kept = Parts(log, work), work / "kept-before", work / "kept"
    command = features(parts.source, parts.folder, out, kept)
    shutil.rmtree(before, ignore_errors=True)
    measured(features(parts.source, parts.folder, out, before))
    parts.add_last_week()

    def once() -> Measured:
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(before, kept)
        return measured(command)

    return repeated(once)


def features(source: Path, folder: Path, out: Path, kept: Path) -> list[str]:
    """The command that writes the weekly snapshot table of a source."""
    places = ["--data", str(folder), "--out", str(out), "--kept", str(kept)]
    return [LEADLINE, "features", str(source), *places]
