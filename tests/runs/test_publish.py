"""A published folder is whole, or it is not there."""

from pathlib import Path

import pytest

from leadline.problem import Problem
from leadline.runs.publish import PUBLISHED, publish, staging


def filled(folder: Path, content: str) -> None:
    for name in PUBLISHED:
        (folder / name).write_text(content)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_whole_folder_is_moved_to_its_date_and_latest_names_it(tmp_path):
    with staging(tmp_path) as out:
        filled(out, "new")
        publish(out, tmp_path, "2024-01-08")
    assert names(tmp_path) == ["2024-01-08", "latest"]
    assert (tmp_path / "latest" / "report.html").read_text() == "new"


def test_a_missing_file_publishes_nothing(tmp_path):
    with (
        pytest.raises(Problem, match=r"Nothing was published: run\.json was not written for 2024-01-08"),
        staging(tmp_path) as out,
    ):
        filled(out, "new")
        (out / "run.json").unlink()
        publish(out, tmp_path, "2024-01-08")
    assert names(tmp_path) == []


def test_an_error_while_writing_leaves_what_was_published_before(tmp_path):
    with staging(tmp_path) as out:
        filled(out, "old")
        publish(out, tmp_path, "2024-01-08")
    with pytest.raises(RuntimeError), staging(tmp_path) as out:
        filled(out, "half")
        raise RuntimeError
    assert names(tmp_path) == ["2024-01-08", "latest"]
    assert (tmp_path / "2024-01-08" / "report.html").read_text() == "old"


def test_the_same_date_again_takes_the_place_of_the_old_one(tmp_path):
    for content in ("old", "new"):
        with staging(tmp_path) as out:
            filled(out, content)
            publish(out, tmp_path, "2024-01-08")
    assert names(tmp_path) == ["2024-01-08", "latest"]
    assert (tmp_path / "2024-01-08" / "run.json").read_text() == "new"


def test_latest_stays_with_the_newest_date(tmp_path):
    for day in ("2024-01-08", "2024-01-01"):
        with staging(tmp_path) as out:
            filled(out, day)
            publish(out, tmp_path, day)
    assert (tmp_path / "latest" / "run.json").read_text() == "2024-01-08"
