"""A published folder is whole, or it is not there."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from leadline.problem import Problem
from leadline.runs import publish as publishing
from leadline.runs.alone import Busy, alone
from leadline.runs.interrupted import Staged, staged
from leadline.runs.publish import PUBLISHED, publish


def filled(folder: Path, content: str) -> Path:
    folder.mkdir(parents=True)
    for name in PUBLISHED:
        if name.endswith(".parquet"):
            pd.DataFrame({"content": [content]}).to_parquet(folder / name)
        else:
            (folder / name).write_text(f'"{content}"')
    return folder


def said(folder: Path) -> str:
    """What a folder holds, the same in every file."""
    found = {(folder / "report.html").read_text().strip('"'), pd.read_parquet(folder / "arms.parquet")["content"][0]}
    assert len(found) == 1
    return found.pop()


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_whole_folder_is_moved_to_its_date_and_latest_names_it(tmp_path):
    publish(filled(tmp_path / "made", "new"), tmp_path, "2024-01-08")
    assert names(tmp_path) == [".runs", "2024-01-08", "latest"]
    assert said(tmp_path / "latest") == said(tmp_path / "2024-01-08") == "new"


def test_a_missing_file_publishes_nothing(tmp_path):
    made = filled(tmp_path / "made", "new")
    (made / "run.json").unlink()
    with pytest.raises(Problem, match=r"Nothing was published: run\.json was not written for 2024-01-08"):
        publish(made, tmp_path, "2024-01-08")
    assert names(tmp_path) == ["made"]


@pytest.mark.parametrize("name", ["thresholds.parquet", "run.json", "report.html"])
def test_a_file_cut_off_publishes_nothing(tmp_path, name):
    """As a full disk leaves it."""
    made = filled(tmp_path / "made", "new")
    (made / name).write_bytes((made / name).read_bytes()[: 300 if name.endswith(".parquet") else 0])
    with pytest.raises(Problem, match=rf"Nothing was published: {name} cannot be read back for 2024-01-08"):
        publish(made, tmp_path, "2024-01-08")
    assert names(tmp_path) == ["made"]


def test_the_same_date_again_takes_the_place_of_the_old_one_which_is_kept(tmp_path):
    for content in ("old", "new"):
        publish(filled(tmp_path / "made", content), tmp_path, "2024-01-08")
    assert names(tmp_path) == [".runs", "2024-01-08", "latest"]
    assert said(tmp_path / "2024-01-08") == "new"
    assert [said(tmp_path / ".runs" / f"2024-01-08.{n}") for n in (1, 2)] == ["old", "new"]


def test_a_folder_where_a_link_belongs_is_left_alone_and_named(tmp_path):
    filled(tmp_path / "2024-01-01", "another's")
    with pytest.raises(
        Problem, match=r"2024-01-01 should be a link to a folder in \.runs, and is none; move it elsewhere"
    ):
        publish(filled(tmp_path / "made", "mine"), tmp_path, "2024-01-01")
    assert said(tmp_path / "2024-01-01") == "another's"


def test_latest_stays_with_the_newest_date(tmp_path):
    for day in ("2024-01-08", "2024-01-01"):
        publish(filled(tmp_path / "made", day), tmp_path, day)
    assert said(tmp_path / "latest") == "2024-01-08"


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


def killed_after(calls: int, patch: pytest.MonkeyPatch) -> None:
    """Let only so many calls that change the disk go through."""
    left = iter(range(calls))
    for step in ("mkdir", "replace", "symlink_to", "unlink"):
        real = getattr(Path, step)

        def call(*args, real=real, **kwargs):
            if next(left, None) is None:
                raise Killed
            return real(*args, **kwargs)

        patch.setattr(publishing.Path, step, call)


def test_whatever_step_it_is_killed_at_a_reader_finds_the_old_whole_or_the_new_whole(tmp_path, monkeypatch):
    seen = []
    for calls in range(20):
        folder = tmp_path / str(calls)
        publish(filled(folder / "made", "old"), folder, "2024-01-08")
        made = filled(folder / "made", "new")
        with monkeypatch.context() as patch:
            killed_after(calls, patch)
            try:
                publish(made, folder, "2024-01-08")
            except Killed:
                pass
            else:
                break
        assert said(folder / "latest") == said(folder / "2024-01-08")
        seen.append(said(folder / "latest"))
        publish(filled(folder / "again", "third"), folder, "2024-01-08")  # the next run needs no hand
        assert said(folder / "latest") == "third"
    assert seen == sorted(seen, reverse=True)
    assert set(seen) == {"old", "new"}
    assert len(seen) > 5


def test_what_was_finished_is_told_to_a_run_made_from_the_same(tmp_path):
    place = staged(tmp_path)
    place.empty()
    (place.folder / "half").write_text("")
    place.write(["01_check"], {"data": "d"})
    again = staged(tmp_path)
    assert again.finished({"data": "d"}) == ["01_check"]
    assert again.finished({"data": "e"}) == []
    again.empty()
    assert again.finished({"data": "d"}) == []
    assert names(place.folder) == []


def test_a_note_cut_off_is_no_note(tmp_path):
    place = Staged(tmp_path / "a", tmp_path / "note")
    place.note.write_text('{"made_from": {"da')
    assert place.finished({"data": "d"}) == []


HOLDS = """
import sys, time
from pathlib import Path
from leadline.runs.alone import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_the_second_run_says_so_and_leaves(tmp_path):
    """Held by another process, which lets go of it when it dies."""
    command = [sys.executable, "-c", HOLDS, str(tmp_path / "demo")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Busy, match="Another run of demo is going on") as refused, alone(tmp_path / "demo"):
            pass
        assert refused.value.exit_code == 4
        other.kill()
    with alone(tmp_path / "demo"):
        pass
