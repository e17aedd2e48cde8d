"""ARR month by month, from four literal contracts."""

import duckdb
import pandas as pd

from leadline.features.money import arr_movement


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
