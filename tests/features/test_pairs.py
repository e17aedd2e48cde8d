"""Pairs from files; what is wrong in them is said in a sentence."""

import pandas as pd
import pytest

from leadline.features.pairs import read_pairs
from leadline.problem import Problem


def test_csv_and_parquet_give_the_same_pairs(tmp_path):
    (tmp_path / "p.csv").write_text("account_id,as_of,more\n7,2024-01-01,x\n8,2024-01-01T02:00:00+02:00,y\n")
    rows = pd.DataFrame({"account_id": [7, 8], "as_of": pd.to_datetime(["2024-01-01", "2024-01-01"])})
    rows.to_parquet(tmp_path / "p.parquet")
    expected = pd.DataFrame({"account_id": ["7", "8"], "as_of": [pd.Timestamp("2024-01-01")] * 2})
    for name in ("p.csv", "p.parquet"):
        found = read_pairs(tmp_path / name)
        pd.testing.assert_frame_equal(found, expected, check_dtype=False)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("account,as_of\na,2024-01-01\n", "has no column account_id; its columns are account, as_of"),
        ("account_id,as_of\na,2024-01-01\nb,soon\n", "1 of 2 rows lack an account or a date, first row 2"),
        ("account_id,as_of\n,2024-01-01\n", "first row 1"),
    ],
)
def test_wrong_pairs_are_refused_in_a_sentence(tmp_path, text, sentence):
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(Problem, match=sentence):
        read_pairs(tmp_path / "p.csv")


def test_a_file_that_is_not_there_or_not_readable(tmp_path):
    with pytest.raises(Problem, match="does not exist"):
        read_pairs(tmp_path / "none.csv")
    (tmp_path / "p.parquet").write_text("no parquet")
    with pytest.raises(Problem, match="cannot be read as CSV or Parquet"):
        read_pairs(tmp_path / "p.parquet")
