"""What a YAML or the data name stays inside its folder; what the environment holds stays unsaid."""

from pathlib import Path

import pytest

from leadline.decisions.csv_safe import csm_file_names
from leadline.experiment import read_experiment
from leadline.features.sources import read_source
from leadline.problem import Problem
from leadline.redact import redacted

ASKED = "name: mine\nquestion: Who?\nsource: demo\noutcomes: {mode: contract}\n"
CELL = "{column: a, lookup: {file: FILE, key: k, value: v}}"
MAPPED = "about: x\nfolder: raw\nactions: {core: [run]}\ntables: {events: {file: e.csv, columns: {action: CELL}}}\n"
OUTSIDE = ["../plays.yaml", "/etc/passwd", "a/../../b.yaml"]


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize("setting", ["plays", "crm"])
def test_the_files_an_experiment_names_lie_beside_it(tmp_path: Path, setting: str, path: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"{ASKED}{setting}: {path}\n")
    with pytest.raises(Problem, match=rf"mine\.yaml has settings to mend: {setting}: .*must lie inside its folder"):
        read_experiment(file)


@pytest.mark.parametrize("path", OUTSIDE)
def test_the_files_a_source_looks_values_up_in_lie_in_its_folder(tmp_path: Path, path: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(MAPPED.replace("CELL", CELL.replace("FILE", path)))
    with pytest.raises(Problem, match=r"lookup\.file: .*must lie inside its folder"):
        read_source(file)


@pytest.mark.parametrize("name", ["../x", "a/../b", "mine.yaml", "", " "])
@pytest.mark.parametrize("setting", ["name", "source"])
def test_names_that_become_folders_are_plain(tmp_path: Path, setting: str, name: str) -> None:
    file = tmp_path / "mine.yaml"
    usual = {"name": "mine", "source": "demo"}[setting]
    file.write_text(ASKED.replace(f"{setting}: {usual}", f"{setting}: '{name}'"))
    with pytest.raises(Problem, match=setting):
        read_experiment(file)


def test_a_csm_whose_name_is_a_path_gets_a_file_in_the_folder_like_any_other() -> None:
    names = csm_file_names(["../../etc/cron.d/x", "/etc/ssh", "..", "Ann\x00Li", "Ann\nLi"])
    assert all(Path(name).name == name and name.startswith("csm-") for name in names.values())
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        (
            "No answer from postgresql://ann:pa55word@db:5432/usage.",
            "No answer from postgresql://(hidden)@db:5432/usage.",
        ),
        ("two: a://u:p@h and b+c://t@h", "two: a://(hidden)@h and b+c://(hidden)@h"),
        ("see https://example.org/a@b", "see https://example.org/a@b"),
        ("write to ann@example.org", "write to ann@example.org"),
        ("the token is abcdefgh12", "the token is (SLACK_TOKEN)"),
        ("a short one is a word: tiny", "a short one is a word: tiny"),
        ("PATH-like values stay: /usr/bin/somewhere", "PATH-like values stay: /usr/bin/somewhere"),
    ],
)
def test_secrets_give_way_to_their_names(monkeypatch: pytest.MonkeyPatch, text: str, without: str) -> None:
    values = {"SLACK_TOKEN": "abcdefgh12", "MY_KEY": "tiny", "SOME_PLACE": "/usr/bin/somewhere"}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert redacted(text) == without


def test_the_longest_secret_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TOKEN", "abcdefgh")
    monkeypatch.setenv("B_TOKEN", "abcdefgh-and-more")
    assert redacted("abcdefgh-and-more, abcdefgh") == "(B_TOKEN), (A_TOKEN)"
