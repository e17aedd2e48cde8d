"""DuckDB's floor: the same log grouped once by account, user, week and action, and nothing more.

Its process loads DuckDB alone.
"""
# ruff: noqa: S608

import json
import sys
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

import duckdb

from bench.measure import Measured, measured

if TYPE_CHECKING:
    from bench.logs import Log


def grouping(log: "Log") -> Measured:
    """The bare grouping, its result kept in memory: the time inside the process, without its start."""
    run = measured([sys.executable, "-m", "bench.floor", _query(log)])
    return replace(run, seconds=run.said["seconds"])


def grouping_written(log: "Log", out: str) -> Measured:
    """The whole process, the result written as Parquet."""
    return measured([sys.executable, "-m", "bench.floor", _query(log), out])


def _query(log: "Log") -> str:
    names = log.columns
    return (
        f"SELECT {names.account}, {names.user}, date_trunc('week', {names.occurred}) AS week, {names.action}, "
        f"count(*) AS events FROM read_parquet('{log.path}') GROUP BY ALL"
    )


def main(query: str, out: str | None = None) -> None:
    """Group, keep or write, and print seconds and rows."""
    began = perf_counter()
    if out:
        duckdb.sql(query).write_parquet(out, compression="zstd", overwrite=True)
    else:
        duckdb.execute(f"CREATE TEMP TABLE grouped AS {query}")
    seconds = perf_counter() - began
    made = f"read_parquet('{out}')" if out else "grouped"
    rows = duckdb.sql(f"SELECT count(*) FROM {made}").fetchall()[0][0]
    print(json.dumps({"seconds": seconds, "rows": rows}))


if __name__ == "__main__":
    main(*sys.argv[1:])
