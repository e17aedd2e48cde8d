"""Removing an account or a person from each place we write to, and searching there for what is left."""

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pandas as pd

from leadline.experiment import Experiment
from leadline.models.past_runs import over_runs
from leadline.runs import run_log
from leadline.runs.briefs import FOLDER as PAGES
from leadline.runs.briefs import page_names
from leadline.runs.cleaning import cleaned
from leadline.runs.interrupted import staged
from leadline.runs.kept_champions import FOLDER as CHAMPIONS
from leadline.runs.mentions import mentions
from leadline.runs.printing_pdf import not_printed
from leadline.runs.publish import RUNS, remade
from leadline.runs.whom import Whom

ROWS = (".parquet", ".csv", ".ipynb", ".html", ".svg")  # of a model's files those that may hold accounts; never itself


@dataclass(frozen=True)
class Place:
    """What was done to, or found in, one place: files changed, removed and searched, mentions left."""

    place: str
    files_changed: int = 0
    files_removed: int = 0
    files_searched: int = 0
    mentions_left: int = 0


def from_derived(folder: Path, whom: Whom) -> Place:
    """Delete what can be made again; from the champions kept beside it, which cannot, remove rows and mentions."""
    files = list(files_in(folder))
    kept = [file for file in files if file.is_relative_to(folder / CHAMPIONS)]
    for child in folder.iterdir() if folder.is_dir() else ():
        if child.name != CHAMPIONS:
            shutil.rmtree(child) if child.is_dir() else child.unlink()
    changed = sum(cleaned(file, whom) for file in kept if file.suffix in ROWS)
    return Place(_named(folder), changed, len(files) - len(kept))


def from_published(published: Path, whom: Whom, today: date) -> Place:
    """Remake every run that holds them, beside the old one, which is deleted; its log is cleaned in place, and what an
    unfinished run left is deleted."""
    changed = removed = 0
    for leftover in (published / RUNS).glob(".*"):
        shutil.rmtree(leftover)
    for folder in sorted((published / RUNS).glob("[0-9]*.*")):
        aside = folder.with_name(f".{folder.name}-{os.getpid()}")
        shutil.copytree(folder, aside)
        fewer, other = _from_run(aside, whom)
        if fewer or other:
            _note(aside / "run.json", whom, today)
            remade(folder, aside)
        else:
            shutil.rmtree(aside)
        changed, removed = changed + other, removed + fewer
    place = staged(published)
    removed += sum(1 for _ in files_in(place.folder))
    place.note.unlink(missing_ok=True)
    shutil.rmtree(place.folder, ignore_errors=True)
    log = published / run_log.FILE
    return Place(_named(published), changed + (log.is_file() and cleaned(log, whom)), removed)


def from_runs(experiment: Experiment, whom: Whom) -> Place:
    """Clean the files that MLflow keeps of the experiment's runs."""

    def work(folder: Path) -> set[Path]:
        return {file for file in files_in(folder) if file.suffix in ROWS and cleaned(file, whom)}

    return Place(_runs(experiment), sum(len(changed) for _, changed in over_runs(experiment, work)))


def left_in(name: str, files: Iterable[Path], whom: Whom) -> Place:
    """How many mentions files still hold."""
    found = [mentions(file, whom) for file in files]
    return Place(name, files_searched=len(found), mentions_left=sum(found))


def left_in_runs(experiment: Experiment, whom: Whom) -> Place:
    """The same of the files that MLflow keeps."""
    found: list[Place] = []

    def work(folder: Path) -> set[Path]:
        found.append(left_in("", files_in(folder), whom))
        return set()

    for _ in over_runs(experiment, work):
        pass
    searched, left = sum(place.files_searched for place in found), sum(place.mentions_left for place in found)
    return Place(_runs(experiment), files_searched=searched, mentions_left=left)


def files_in(folder: Path) -> Iterable[Path]:
    """Every file in a folder and below; the links of dates are not followed."""
    return sorted(file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def _from_run(folder: Path, whom: Whom) -> tuple[int, int]:
    """Files removed from a published folder, and changed in it."""
    page = _page(folder, whom)
    removed = [file for file in (folder / PAGES / page,) if page and file.is_file()]
    for file in removed:
        file.unlink()
    changed = [f for f in files_in(folder) if cleaned(f, whom, lambda link: Path(unquote(link)).name == page)]
    pdf = folder / "report.pdf"
    if folder / "report.html" in changed and pdf.is_file():
        if not_printed(folder / "report.html", pdf, _as_of(folder)):
            pdf.unlink(missing_ok=True)
            return len(removed) + 1, len(changed)
        return len(removed), len(changed) + 1
    return len(removed), len(changed)


def _page(folder: Path, whom: Whom) -> str:
    """The name of an account's own page among those of a list; '' where it has none."""
    file = folder / "scored_accounts.parquet"
    names = page_names(pd.read_parquet(file)) if whom.kind == "account" and file.is_file() else {}
    return names.get(whom.id, "")


def _as_of(folder: Path) -> pd.Timestamp:
    return pd.Timestamp(json.loads((folder / "run.json").read_text(encoding="utf-8"))["as_of"])


def _note(record: Path, whom: Whom, today: date) -> None:
    """Note in run.json what kind was removed and when, and nothing that tells whom."""
    facts = json.loads(record.read_text(encoding="utf-8"))
    told = [*facts.get("removed_on_request", []), {"what": whom.kind, "on": today.isoformat()}]
    facts["removed_on_request"] = told
    record.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _named(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def _runs(experiment: Experiment) -> str:
    return f"MLflow's runs of {experiment.name}"
