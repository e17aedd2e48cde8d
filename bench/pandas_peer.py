"""The same indicators in pandas: one as-of date after the other, as `plain_pandas` has them."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pandas as pd

from bench.measure import Measured, measured
from bench.plain_pandas import plain_indicators
from bench.sample import computed

LONGEST = 600  # seconds: where all as-of dates would take longer, a sample stands for them


def in_pandas(folder: Path, out: Path) -> Measured:
    """Read contract tables, compute and write; where that takes too long, scaled up from a sample of dates."""
    run = measured([sys.executable, "-m", "bench.pandas_peer", str(folder), str(out), str(LONGEST)])
    return replace(run, seconds=run.said["seconds"])


def main(folder: Path, out: Path, longest: float) -> None:
    """Compute, write, and print the seconds that reading and all dates take."""
    began = perf_counter()
    tables = {file.stem: pd.read_parquet(file) for file in (folder / "tables").glob("*.parquet")}
    pairs = pd.read_parquet(folder / "pairs.parquet")
    reading = perf_counter() - began
    kinds = {name: tuple(kind) for name, kind in json.loads((folder / "source.json").read_text()).items()}
    table, told = computed(lambda some: plain_indicators(tables, some, **kinds), pairs, longest)
    table.to_parquet(out)
    print(json.dumps({**told, "seconds": told["seconds"] + reading}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
