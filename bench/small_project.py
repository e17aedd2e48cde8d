"""A project of its own in a folder, with the demo experiment, for benches that publish again and again."""

import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXPERIMENT = "experiments/demo.yaml"
SAID = "said.txt"
QUICKER = {"trees: 300": "trees: 60", "bootstrap: 200": "bootstrap: 20", "test_every: month": "test_every: quarter"}


def project(folder: Path, *company: str) -> Path:
    """Settings and notebooks of this repository, and a simulated company (options of `leadline simulate`)."""
    for name, kind in (("experiments", "*.yaml"), ("notebooks", "*.ipynb"), ("data", "*.yaml")):
        (folder / name).mkdir(parents=True)
        for file in (ROOT / name).glob(kind):
            shutil.copy(file, folder / name)
    finished(folder, "simulate", "data/raw/demo", *company)
    return folder


def small_project(folder: Path) -> Path:
    """A project whose company is small, and whose models are quick to train."""
    project(folder, "--accounts", "150", "--weeks", "84")
    experiment = folder / EXPERIMENT
    text = experiment.read_text(encoding="utf-8") + "models: {trees: 300, bootstrap: 200, trials: 2}\n"
    for usual, quick in QUICKER.items():
        text = text.replace(usual, quick)
    experiment.write_text(text, encoding="utf-8")
    return folder


def begun(folder: Path, *words: str, environment: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
    """A command of Leadline's, begun; what it says goes to said.txt."""
    command = [sys.executable, "-c", "from leadline.cli import main; main()", *words]
    with (folder / SAID).open("wb") as said:
        return subprocess.Popen(command, cwd=folder, stdout=said, stderr=said, env=environment)  # noqa: S603 our own


def finished(folder: Path, *words: str, environment: Mapping[str, str] | None = None) -> float:
    """Seconds that a command took; ends with what it said where it failed."""
    started = time.monotonic()
    if code := begun(folder, *words, environment=environment).wait():
        raise SystemExit(f"leadline {' '.join(words)} failed with {code}: {said(folder)}")
    return time.monotonic() - started


def said(folder: Path) -> str:
    """The end of what the last command said."""
    return (folder / SAID).read_text(encoding="utf-8", errors="replace")[-2000:]
