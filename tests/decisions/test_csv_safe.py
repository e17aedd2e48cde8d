import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.decisions.csv_safe import csm_file_names, safe_cell, write_csm_lists, write_csv


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("a=b", "a=b"),
        ("", ""),
        (-2, -2),
        (-0.5, -0.5),
        (None, None),
    ],
)
def test_formulas_are_neutralised_and_numbers_untouched(cell: object, safe: object) -> None:
    assert safe_cell(cell) == safe


@settings(deadline=None)
@given(st.text())
def test_no_text_stays_a_formula(text: str) -> None:
    assert not str(safe_cell(text)).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_the_file_by_eye(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "account_id": ["a", "-b"],
            "name": ["=HYPERLINK(1)", 'Müller, "Co"'],
            "as_of": pd.to_datetime(["2024-03-04"] * 2),
            "change": [0.1 + 0.2, -0.5],
            "arr": [1234567.89, float("nan")],
            "days": [-90, 90],
        }
    )
    write_csv(frame, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().decode() == (
        "account_id,name,as_of,change,arr,days\n"
        "a,'=HYPERLINK(1),2024-03-04,0.3,1234567.89,-90\n"
        '\'-b,"Müller, ""Co""",2024-03-04,-0.5,,90\n'
    )


def test_a_missing_value_may_have_a_word_of_its_own(tmp_path: Path) -> None:
    write_csv(
        pd.DataFrame({"a": pd.Series(["x", None], dtype="str"), "b": [None, 2]}), tmp_path / "a.csv", empty="#N/A"
    )
    assert (tmp_path / "a.csv").read_text() == "a,b\nx,#N/A\n#N/A,2\n"


def test_empty_and_missing_text_are_empty_cells(tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"a": pd.Series(["x", None, ""], dtype="str"), "b": [1, 2, 3]}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "a,b\nx,1\n,2\n,3\n"


@pytest.mark.parametrize(
    ("csm", "name"),
    [
        ("Anna Li", "csm-anna-li.csv"),
        ("../../etc/passwd", "csm-etc-passwd.csv"),
        ("李安娜", "csm-李安娜.csv"),
        ("", "csm-unassigned.csv"),
        ("***", "csm-unassigned.csv"),
        ("x" * 300, f"csm-{'x' * 60}.csv"),
    ],
)
def test_file_names_are_safe(csm: str, name: str) -> None:
    assert csm_file_names([csm]) == {csm: name}


def test_names_that_come_out_alike_are_told_apart() -> None:
    names = csm_file_names(["Anna Li", "anna-li", "Bo"])
    assert names["Bo"] == "csm-bo.csv"
    assert names["Anna Li"].startswith("csm-anna-li-")
    assert names["Anna Li"] != names["anna-li"]


@settings(deadline=None)
@given(st.lists(st.text(), unique=True))
def test_every_csm_has_a_file_of_their_own(csms: list[str]) -> None:
    names = csm_file_names(csms)
    assert len({name.casefold() for name in names.values()}) == len(csms)
    assert not any(set('/\\:*?"<>|\0\n') & set(name) for name in names.values())


def test_each_csm_gets_their_accounts_and_none_held_out(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "account_id": ["a", "b", "c", "d", "e"],
            "csm": pd.Series(["Anna Li", "Bo", None, "Anna Li", "Anna Li"], dtype="str"),
            "arm": ["treat", "treat", "treat", "holdout", ""],
        }
    )
    files = write_csm_lists(table, table[["account_id"]], tmp_path)
    assert sorted(f.name for f in files) == ["csm-anna-li.csv", "csm-bo.csv", "csm-unassigned.csv"]
    held = {f.name: [r["account_id"] for r in csv.DictReader(f.open(encoding="utf-8-sig"))] for f in files}
    assert held == {"csm-anna-li.csv": ["a"], "csm-bo.csv": ["b"], "csm-unassigned.csv": ["c"]}


def test_nobody_listed_writes_nothing(tmp_path: Path) -> None:
    empty = pd.DataFrame({"account_id": [], "csm": [], "arm": []}, dtype="str")
    assert write_csm_lists(empty, empty, tmp_path) == []
    assert list(tmp_path.iterdir()) == []
