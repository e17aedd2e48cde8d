"""The champions that MLflow named last, copied beside the derived data: they score a week in which it is silent."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from leadline.models.tracking import Registered
from leadline.runs.job import Job

FOLDER, NOTE = "champions", "version.json"
MODEL = "model"  # its folder among the artifacts of the run


def keep_champions(job: Job, found: Mapping[str, Registered]) -> None:
    """Copy the artifacts of each version that is not kept yet; forget outcomes that have no champion."""
    folder = job.work / FOLDER
    for outcome, model in found.items():
        if _noted(folder / outcome) != _note(model):
            _copy(model, folder / outcome)
    for gone in set(kept_champions(job)) - set(found):
        shutil.rmtree(folder / gone)


def kept_champions(job: Job) -> dict[str, Registered]:
    """The versions kept, whose files are the copies."""
    folders = [note.parent for note in sorted((job.work / FOLDER).glob(f"*/{NOTE}"))]
    notes = {folder: json.loads(_noted(folder)) for folder in folders}
    return {folder.name: Registered(**{**note, "source": str(folder / MODEL)}) for folder, note in notes.items()}


def _copy(model: Registered, place: Path) -> None:
    """The note comes last, so that no half is taken for the whole."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(model.files(), place)
    (place / NOTE).write_text(_note(model), encoding="utf-8")


def _note(model: Registered) -> str:
    return json.dumps(asdict(model), sort_keys=True)


def _noted(place: Path) -> str:
    note = place / NOTE
    return note.read_text(encoding="utf-8") if note.is_file() else ""
