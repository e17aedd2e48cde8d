"""Time and peak memory of a command, run as a process of its own.

Linux counts what a process was before it became the command, so the runner between us and the command is small: this
file, run with the standard library alone. A command may print one JSON object, which is what it `said`.
"""
# ruff: noqa: S603

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[1]
SHORT = 60  # seconds: what takes less is measured three times
BYTES = 1 if sys.platform == "darwin" else 1024  # of a unit of ru_maxrss


@dataclass(frozen=True)
class Measured:
    """Seconds and peak bytes of a process, and what it printed."""

    seconds: float
    peak_bytes: int
    said: dict


def measured(command: list[str]) -> Measured:
    """Run a command from the project's root; a RuntimeError where it fails, with the end of what it said."""
    runner = [sys.executable, "-I", "-S", __file__, *command]
    told = subprocess.run(runner, cwd=ROOT, capture_output=True, text=True, check=False)
    report = json.loads(told.stdout) if told.returncode == 0 else {"code": told.returncode}
    if report["code"] != 0:
        raise RuntimeError(f"{' '.join(command)} failed ({report['code']}): {told.stderr[-2000:]}")
    return Measured(report["seconds"], report["peak_bytes"], _json_in(report["said"]))


def repeated(measure: Callable[[], Measured]) -> list[Measured]:
    """One measurement, or three where one takes under a minute."""
    first = measure()
    return [first] if first.seconds >= SHORT else [first, measure(), measure()]


def median(runs: list[Measured]) -> Measured:
    """The run of median time, with the largest peak of all."""
    ordered = sorted(runs, key=lambda run: run.seconds)
    return replace(ordered[(len(ordered) - 1) // 2], peak_bytes=max(run.peak_bytes for run in runs))


def _json_in(text: str) -> dict:
    return json.loads(text) if text.startswith("{") else {}


def _run(command: list[str]) -> None:
    """What the runner does: the command is its only child."""
    began = perf_counter()
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    seconds = perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * BYTES
    print(json.dumps({"seconds": seconds, "peak_bytes": peak, "code": ended.returncode, "said": ended.stdout}))


if __name__ == "__main__":
    _run(sys.argv[1:])
