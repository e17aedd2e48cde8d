"""Frames are read again while they are made from the same, and never by half."""

from pathlib import Path

import pandas as pd
import pytest

from leadline.runs.kept_frames import keep, kept, read_kept

ONE = pd.DataFrame({"a": [1, 2]})
MADE = {"settings": "x", "data": {"events.csv": "1"}}


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    assert not kept(tmp_path / "new", MADE)
    keep({"one": ONE}, tmp_path / "new", MADE)
    assert kept(tmp_path / "new", dict(reversed(MADE.items())))
    pd.testing.assert_frame_equal(read_kept(tmp_path / "new", ["one"])["one"], ONE)


@pytest.mark.parametrize("other", [{}, MADE | {"settings": "y"}, MADE | {"data": {}}, MADE | {"as_of": "2024-01-01"}])
def test_made_from_anything_else_it_is_not_kept(other: dict[str, object], tmp_path: Path) -> None:
    keep({"one": ONE}, tmp_path, MADE)
    assert not kept(tmp_path, other)


def test_a_note_cut_short_keeps_nothing(tmp_path: Path) -> None:
    keep({"one": ONE}, tmp_path, MADE)
    (tmp_path / "made_from.json").write_text('{"settings": "x", "da')
    assert not kept(tmp_path, MADE)


def test_broken_off_while_writing_it_is_not_kept(tmp_path: Path) -> None:
    keep({"one": ONE}, tmp_path, MADE)
    (tmp_path / "two.parquet").mkdir()
    with pytest.raises(OSError):
        keep({"one": ONE, "two": ONE}, tmp_path, MADE)
    assert not kept(tmp_path, MADE)
