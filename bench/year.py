"""`python -m bench.year --weeks 52`: a year of Mondays on the demo company, one after the other: minutes, and memory.

The demo company is simulated and trained on once; then `leadline score` publishes each of its last weeks in sequence,
each made from the lists before it. Printed are seconds, CPU seconds and the largest process of every week, and how
memory went from the first quarter of the weeks to the last.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from bench.small_project import EXPERIMENT, begun, finished, project, said

LAST = pd.Timestamp("2024-12-30")  # the demo company's last Monday


def weeks(folder: Path, count: int) -> Iterator[dict[str, object]]:
    """A row a week: its date, seconds, CPU seconds, MB of the largest process, MB published."""
    for date in pd.date_range(end=LAST, periods=count, freq="7D"):
        began = time.monotonic()
        process = begun(folder, "score", EXPERIMENT, "--as-of", f"{date:%Y-%m-%d}")
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{date:%Y-%m-%d} failed with {process.returncode}: {said(folder)}")
        yield {
            "as_of": f"{date:%Y-%m-%d}",
            "seconds": round(time.monotonic() - began, 1),
            "cpu": round(used.ru_utime + used.ru_stime, 1),
            "peak_mb": round(used.ru_maxrss / 1024),
            "published_mb": round(_size(folder / "data" / "published") / 1e6, 1),
        }


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weeks", type=int, default=52)
    parsed = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        company = project(Path(folder) / "project")
        finished(company, "train", EXPERIMENT)
        rows = []
        for row in weeks(company, parsed.weeks):
            rows.append(row)
            print(*row.values(), sep="\t", flush=True)
    table = pd.DataFrame(rows)
    quarter = max(1, len(table) // 4)
    first, last = table["peak_mb"].head(quarter).median(), table["peak_mb"].tail(quarter).median()
    print(f"{len(table)} weeks in {table['seconds'].sum() / 60:.1f} minutes, {table['cpu'].sum() / 60:.1f} of CPU;")
    print(f"largest process {first:.0f} MB in the first quarter of the weeks, {last:.0f} MB in the last")


if __name__ == "__main__":
    main()
