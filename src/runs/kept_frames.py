"""Frames kept in a folder with a note of what they were made from, to be read again while none of that has changed."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

NOTE = "made_from.json"


def kept(folder: Path, made_from: Mapping[str, object]) -> bool:
    """Whether the folder holds frames made from just this."""
    note = folder / NOTE
    return note.is_file() and note.read_text(encoding="utf-8") == _text(made_from)


def keep(frames: Mapping[str, pd.DataFrame], folder: Path, made_from: Mapping[str, object]) -> None:
    """Write the frames as Parquet; the note goes first and comes last, so that no half is taken for the whole."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NOTE).unlink(missing_ok=True)
    for name, frame in frames.items():
        frame.to_parquet(folder / f"{name}.parquet")
    (folder / NOTE).write_text(_text(made_from), encoding="utf-8")


def read_kept(folder: Path, names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """The named frames."""
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}


def _text(made_from: Mapping[str, object]) -> str:
    return json.dumps(made_from, sort_keys=True)
