"""`make bench` on a tiny log: every way of computing is measured, and told in the table and the figure."""

import math
from pathlib import Path

import pandas as pd
import pytest

from bench import measure, pandas_peer
from bench.figure import figure
from bench.logs import settings_for
from bench.measure import measured, median
from bench.peers import FLOOR, FULL, IN_PANDAS, WEEK, WRITTEN, Row
from bench.run import run
from bench.sample import computed, scaled, spread
from bench.subset import compared
from bench.table import page

SMALL = "0.02"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measure, "SHORT", 0)  # seconds: everything is measured once
        patch.setattr(pandas_peer, "LONGEST", 0)  # seconds: pandas computes a sample
        run([SMALL], ["duckdb", "ours", "pandas"], folder / "docs", folder / "work")
    return folder / "docs"


def table_rows(text: str) -> list[dict[str, str]]:
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[2:]]


def test_every_way_of_computing_has_a_row_of_positive_numbers(out: Path) -> None:
    rows = table_rows((out / "benchmarks.md").read_text())
    assert {row["what"] for row in rows} == {FLOOR, WRITTEN, FULL, WEEK, IN_PANDAS}
    for row in rows:
        assert 10_000 < int(row["events"].replace(",", "")) < 40_000
        for name in ("seconds", "times the floor", "times ours", "peak GB", "rows", "runs"):
            assert float(row[name].replace(",", "")) > 0, (row["what"], name)


def test_all_write_the_same_rows_of_the_same_indicators(out: Path) -> None:
    rows = [row for row in table_rows((out / "benchmarks.md").read_text()) if row["what"] in (FULL, WEEK, IN_PANDAS)]
    assert len({(row["rows"], row["columns"]) for row in rows}) == 1


def test_the_figure_names_every_line(out: Path) -> None:
    svg = (out / "benchmarks.svg").read_text()
    assert svg.startswith("<svg")
    assert all(name in svg for name in (FLOOR, FULL, WEEK, IN_PANDAS))


ROWS = [
    Row("a", 1000, FLOOR, 2.0, 1e9, rows=7, times=3),
    Row("a", 1000, FULL, 5.0, 2e9, rows=7, columns=9, times=3),
    Row("a", 1000, IN_PANDAS, math.nan, math.nan, note="left out"),
]


def test_ratios_are_against_the_floor_and_ours_of_the_same_log() -> None:
    floor, ours, pandas = table_rows(page(ROWS, ["crm"]))
    assert (floor["times the floor"], floor["times ours"]) == ("1", "0.4")
    assert (ours["times the floor"], ours["times ours"], ours["peak GB"]) == ("2.5", "1", "2")
    assert (pandas["seconds"], pandas["times ours"], pandas[""]) == ("", "", "left out")
    assert "The log crm was not there" in page(ROWS, ["crm"])


def test_the_figure_leaves_out_what_was_not_measured() -> None:
    assert IN_PANDAS not in figure(ROWS)


def test_peak_memory_is_that_of_the_command_alone() -> None:
    held = b"1" * 200_000_000  # by this process, which is none of the command's business
    small, large = (measured(["python3", "-c", f"x = b'1' * {size}; print('{{}}')"]) for size in (1, 100_000_000))
    assert small.peak_bytes < 60e6 < 100e6 < large.peak_bytes < len(held)
    assert small.said == {}


def test_a_command_that_fails_is_named_with_what_it_said() -> None:
    with pytest.raises(RuntimeError, match=r"raise SystemExit.*failed \(1\): so it goes"):
        measured(["python3", "-c", "raise SystemExit('so it goes')"])


def test_the_median_run_stands_for_all_with_the_largest_peak() -> None:
    runs = [measured(["true"]), measured(["sleep", "0.3"]), measured(["sleep", "0.1"])]
    assert 0.1 <= median(runs).seconds < 0.3
    assert median(runs).peak_bytes == max(run.peak_bytes for run in runs)


@pytest.mark.parametrize(("count", "expected"), [(1, [5]), (5, [1, 3, 5, 7, 9])])
def test_a_sample_of_dates_is_spread_evenly(count: int, expected: list[int]) -> None:
    assert spread(list(range(10)), count) == expected


def test_time_is_scaled_up_from_what_is_paid_once_and_what_a_date_takes() -> None:
    assert scaled(one=10.0 + 2.0, several=10.0 + 5 * 2.0, dates=100) == 10.0 + 100 * 2.0


@pytest.mark.parametrize(("longest", "dates"), [(0, 5), (60, 10)])
def test_all_dates_are_computed_where_that_ends_in_time(longest: float, dates: int) -> None:
    days = pd.date_range("2024-01-01", periods=10)
    pairs = pd.DataFrame({"account_id": ["a", "b"] * 10, "as_of": days.repeat(2)})
    table, told = computed(lambda some: some, pairs, longest)
    assert (len(table), told["dates"], told["of"], told["rows"]) == (2 * dates, dates, 10, 20)


@pytest.mark.parametrize(("millions", "accounts"), [(0.02, 10), (1, 40), (100, 4000)])
def test_larger_logs_have_more_accounts_and_no_busier_ones(millions: float, accounts: int) -> None:
    settings = settings_for(millions)
    assert settings.accounts == accounts
    assert settings.accounts * settings.events_per_user_week * 905 == pytest.approx(millions * 1e6, rel=0.01)


def test_a_value_that_differs_between_ours_and_featuretools_is_refused(tmp_path: Path) -> None:
    table = pd.DataFrame({"account_id": ["a", "b"], "as_of": pd.Timestamp("2024-01-01"), "events_7": [1.0, math.nan]})
    table.to_parquet(tmp_path / "ours.parquet")
    table[::-1].to_parquet(tmp_path / "same.parquet")
    table.assign(events_7=[1.0, 0.0]).to_parquet(tmp_path / "other.parquet")
    assert compared(tmp_path / "ours.parquet", tmp_path / "same.parquet") == 1
    with pytest.raises(RuntimeError, match="events_7 differs from featuretools in 1 of 2 rows"):
        compared(tmp_path / "ours.parquet", tmp_path / "other.parquet")
