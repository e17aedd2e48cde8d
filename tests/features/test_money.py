"""ARR month by month, from four literal contracts."""

import duckdb
import pandas as pd

from leadline.features.money import arr_after, arr_movement


def test_arr_moves_by_new_expansion_contraction_and_churn():
    rows = [  # account, start, end, mrr
        ("stays", "2022-01-01", "2025-01-01", 10.0),
        ("grows", "2022-01-01", "2023-06-10", 10.0),
        ("grows", "2023-06-10", "2025-01-01", 15.0),
        ("shrinks", "2022-01-01", "2023-06-10", 10.0),
        ("shrinks", "2023-06-10", "2025-01-01", 4.0),
        ("leaves", "2022-01-01", "2023-06-30", 20.0),
        ("comes", "2023-06-15", "2025-01-01", 7.0),
        ("later", "2023-06-15", "2025-01-01", 99.0),
    ]
    table = pd.DataFrame(rows, columns=["account_id", "start_date", "end_date", "mrr"])
    for name in ("start_date", "end_date"):
        table[name] = pd.to_datetime(table[name]).astype("datetime64[us]")
    table["known_at"] = table["start_date"].where(table["account_id"] != "later", pd.Timestamp("2024-06-01"))
    moved = arr_movement(duckdb.from_df(table), pd.Timestamp("2024-01-20")).set_index("month")
    june = moved.loc["2023-06-01"] / 12
    assert june.tolist() == [50, 7, 5, -6, -20, 36]
    assert (moved["start"] + moved[["new", "expansion", "contraction", "churn"]].sum(axis=1) == moved["end"]).all()
    assert len(moved) == 12


def test_arr_after_so_many_days_as_known_at_a_moment() -> None:
    day = pd.to_datetime
    rows = pd.DataFrame(
        [
            ("a", day("2024-01-01"), day("2024-07-01"), 10.0, day("2024-01-01")),
            ("a", day("2024-03-01"), day("2024-07-01"), 5.0, day("2024-03-01")),  # bought within the term
            ("b", day("2024-01-01"), day("2024-03-01"), 20.0, day("2024-01-01")),
            ("b", day("2024-03-01"), day("2024-09-01"), 30.0, day("2024-06-01")),  # signed late
        ],
        columns=["account_id", "start_date", "end_date", "mrr", "known_at"],
    )
    grid = pd.DataFrame({"account_id": ["a", "b"], "as_of": day("2024-02-01")})
    early, late = (
        arr_after(duckdb.from_df(rows), grid, 91, day(known)).set_index("account_id")["arr_after"].to_dict()
        for known in ("2024-06-01", "2024-06-02")
    )
    assert early == {"a": 180.0, "b": 0.0}
    assert late == {"a": 180.0, "b": 360.0}
