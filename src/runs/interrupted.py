"""The folder a run writes in before it is published, and how far an interrupted one came: what was finished is kept."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = ".unfinished"
NOTE = "steps.json"


@dataclass(frozen=True)
class Staged:
    """A folder to write in, and the note beside it of which steps, made from what, were finished."""

    folder: Path
    note: Path

    def finished(self, made_from: Mapping[str, Any]) -> list[str]:
        """The steps finished by a run that was made from just this."""
        if not (self.note.is_file() and self.folder.is_dir()):
            return []
        try:
            told = json.loads(self.note.read_text(encoding="utf-8"))
        except ValueError:
            return []
        return list(told["finished"]) if told["made_from"] == made_from else []

    def write(self, finished: Sequence[str], made_from: Mapping[str, Any]) -> None:
        """Note that these steps are finished."""
        aside = self.note.with_suffix(".new")
        aside.write_text(json.dumps({"made_from": made_from, "finished": list(finished)}), encoding="utf-8")
        aside.replace(self.note)

    def empty(self) -> None:
        """Begin anew."""
        self.note.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)


def staged(published: Path) -> Staged:
    """The one folder of an experiment to write in; one run at a time may have it (see `alone`)."""
    return Staged(published / FOLDER, published / f"{FOLDER}-{NOTE}")
