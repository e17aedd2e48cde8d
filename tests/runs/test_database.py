"""A database that cannot be read is a sentence, and what leads to it is told to nobody."""

import sys
from pathlib import Path

import pytest
from postgres import YAML, Postgres

from leadline import cli
from leadline.features.sources import Source, read_source
from leadline.problem import Problem
from leadline.runs.pulling import bring_up_to_date


def check(source: Source, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> tuple[int, str, str]:
    """What `leadline check` exits with and says."""
    monkeypatch.setattr(sys, "argv", ["leadline", "check", str(source.root / "small.yaml")])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    said = capsys.readouterr()
    return int(stopped.value.code or 0), said.out, " ".join(said.err.split())


def test_check_fetches_and_tells_no_secret(
    postgres: Postgres, source: Source, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    postgres.log((1, "a", "2024-01-02Z"), (2, "b", "2024-01-03Z"))
    code, out, err = check(source, monkeypatch, capsys)
    assert (code, err) == (0, "")
    assert "small: A log in a database." in out
    kept = [file for file in source.root.rglob("*") if file.is_file()]
    assert not [
        file for file in kept if b"hush" in file.read_bytes() or str(postgres.folder).encode() in file.read_bytes()
    ]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "The environment variable OUR_DATABASE is not set"),
        ("postgresql://ann:hush@127.0.0.1:1/x", r"in OUR_DATABASE cannot be reached \(Connection refused\)"),
        ("postgresql://ann:hu%ZZsh@host/x", "in OUR_DATABASE cannot be reached; see that it runs"),
        ("hush", "in OUR_DATABASE cannot be reached; see that it runs"),
    ],
)
def test_a_database_that_cannot_be_reached_is_a_sentence_without_a_secret(
    source: Source, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, url: str, said: str
) -> None:
    monkeypatch.setenv("OUR_DATABASE", url)
    code, out, err = check(source, monkeypatch, capsys)
    assert (code, out) == (1, "")
    assert said.replace("\\", "") in err
    assert "hu" not in err.replace("hush_", "")
    assert not (source.path / "pulled").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("usage.log", "usage.log2"),
            r"Table usage\.log2 .*OUR_DATABASE cannot be read \(does not exist\)",
        ),
        (("seen", "sean"), r"has no column sean \(did you mean seen\?\); there is id, who, at, seen"),
        (("value: amount", "value: bill"), "bill is money, which has no exact copy; make it numeric in a view"),
        (
            ("{env: OUR_DATABASE, table: usage.log}", "{env: OUR_DATABASE, table: x, driver: db9}"),
            "no ADBC driver db9 here",
        ),
    ],
)
def test_a_table_that_does_not_fit_is_a_sentence(
    postgres: Postgres, tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    (tmp_path / "small.yaml").write_text(YAML.replace(*change), encoding="utf-8")
    with pytest.raises(Problem, match=said):
        bring_up_to_date(read_source(tmp_path / "small.yaml"), None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("{env: OUR_DATABASE, table: customers}", "{env: 'postgresql://ann:hush@h/x', table: t}"),
            "env: .*write a name",
        ),
        (("    database: {env: OUR_DATABASE, table: customers}", "    optional: true"), "give a file or a database"),
        (("table: customers}", "table: customers}\n    file: a.csv"), "give a file or a database"),
    ],
)
def test_a_mistake_about_a_database_is_a_sentence(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    (tmp_path / "small.yaml").write_text(YAML.replace(*change), encoding="utf-8")
    with pytest.raises(Problem, match=said) as refused:
        read_source(tmp_path / "small.yaml")
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("end", ["infinity", "-infinity"])
def test_an_instant_that_is_none_is_a_sentence(postgres: Postgres, source: Source, end: str) -> None:
    postgres.log((1, "a", "2024-01-01Z"), (2, "a", end))
    with pytest.raises(Problem, match=r"usage\.log .*: seen is infinity in some rows; make that empty in a view"):
        bring_up_to_date(source, None)
