"""`python -m bench.killed --times 50`: is the published folder always the old whole or the new whole?

A small company is simulated and published once. Then `leadline score --force` is begun again and again and killed
(SIGKILL; its kernel is left behind) at a random moment, drawn evenly from the time a whole one takes. After each kill
the date must name a whole folder whose list has the bytes of the first; runs that ended before the kill do not count
among the times. At the end one more run, left alone, must succeed and publish the same bytes.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from bench.small_project import EXPERIMENT, begun, finished, said, small_project

LIST = "scored_accounts.csv"


def kills(folder: Path, times: int, seed: int) -> Iterator[dict[str, object]]:
    """A row a kill: at which second, and what stood published after it; the last row is of a run left alone."""
    draw, latest = np.random.default_rng(seed), folder / "data" / "published" / "demo" / "latest"
    first, names = (latest / LIST).read_bytes(), {file.name for file in latest.iterdir()}
    takes = finished(folder, "score", EXPERIMENT, "--force")
    killed = 0
    while killed <= times:
        after = draw.uniform(0, takes) if killed < times else None
        before = latest.resolve()
        ended = _ended(folder, after)
        now = latest.resolve()
        whole = {file.name for file in now.iterdir()} == names and (now / LIST).read_bytes() == first
        yield {"second": after, "stands": "ended" if ended else "old" if now == before else "new", "whole": whole}
        killed += not ended or after is None


def _ended(folder: Path, after: float | None) -> bool:
    """Whether the run had ended, and well, before it was to be killed."""
    process = begun(folder, "score", EXPERIMENT, "--force")
    try:
        code = process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    if code:
        raise SystemExit(f"a run that nobody killed failed with {code}: {said(folder)}")
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parsed = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        company = small_project(Path(folder) / "project")
        finished(company, "run", EXPERIMENT)
        for row in kills(company, parsed.times, parsed.seed):
            rows.append(row)
            print(row, flush=True)
    table = pd.DataFrame(rows)
    print(table.groupby("stands")["whole"].agg(["size", "sum"]).to_string())
    if not table["whole"].all():
        raise SystemExit("not always whole")


if __name__ == "__main__":
    main()
