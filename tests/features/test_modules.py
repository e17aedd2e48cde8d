"""How an account's use of each module fell, as of several dates at once."""

import pandas as pd
from source_files import EVENTS, opened

from leadline.features.modules import module_declines

ALONE = EVENTS.replace(", view: [look]", "")
FIRST, SECOND = pd.Timestamp("2024-03-04"), pd.Timestamp("2024-04-01")


def log(days: dict[tuple[str, str], int], known: str = "") -> str:
    """Events of a module on a day, so many."""
    rows = [f"a {day}T10:00:00 {known or day + 'T10:00:00'} run {m}" for (m, day), n in days.items() for _ in range(n)]
    return "\n".join(["account_id occurred_at received_at action module", *rows])


def test_each_date_compares_28_days_with_the_56_before(tmp_path):
    events = log({("boards", "2024-01-10"): 8, ("boards", "2024-02-20"): 1, ("boards", "2024-03-10"): 3,
                  ("files", "2024-03-20"): 2})  # fmt: skip
    found = module_declines(opened(tmp_path, ALONE, events=events), pd.DatetimeIndex([FIRST, SECOND]))
    assert found.drop(columns="decline").to_numpy().tolist() == [
        ["a", FIRST, "boards", 1, 4.0],
        ["a", SECOND, "boards", 3, 4.5],
        ["a", SECOND, "files", 2, 0.0],
    ]
    assert found["decline"].round(3).fillna(-1).tolist() == [0.75, 0.333, -1]


def test_several_dates_at_once_are_as_each_alone(tmp_path):
    moments = enumerate(pd.date_range("2023-12-01", periods=60, freq="2D"))
    days = {(m, f"{day:%Y-%m-%d}"): 1 + i % 3 for i, day in moments for m in ("boards", "files")[: 1 + i % 2]}
    tables = opened(tmp_path, ALONE, events=log(days))
    dates = pd.date_range("2024-01-08", periods=3, freq="21D")
    alone = pd.concat([module_declines(tables, pd.DatetimeIndex([date])) for date in dates])
    every = module_declines(tables, dates)
    keys = ["as_of", "module"]
    pd.testing.assert_frame_equal(
        every.sort_values(keys, ignore_index=True), alone.sort_values(keys, ignore_index=True)
    )


def test_an_event_counts_once_it_was_received(tmp_path):
    events = log({("boards", "2024-01-10"): 4}) + "\na 2024-03-01T10:00:00 2024-03-04T00:00:00 run boards\n"
    found = module_declines(opened(tmp_path, ALONE, events=events), pd.DatetimeIndex([FIRST, SECOND]))
    assert found["events"].tolist() == [0, 0]
    assert found["before"].tolist() == [2.0, 2.5]


def test_a_log_without_modules_yields_no_rows(tmp_path):
    events = "account_id occurred_at action\na 2024-03-01T10:00:00 run\n"
    assert module_declines(opened(tmp_path, ALONE, events=events), pd.DatetimeIndex([FIRST])).empty
