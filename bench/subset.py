"""What featuretools can express, by Leadline and by featuretools: the same log, pairs and columns."""
# ruff: noqa: S603

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from bench.contract import contract_tables
from bench.logs import Log, source_of
from bench.measure import ROOT, Measured, measured
from leadline.features.catalogue import catalogue
from leadline.features.dataset import indicator_table, log_of
from leadline.features.indicator import chosen
from leadline.features.sources import open_source, read_source

MODULES = ("reports", "dashboards")  # of the simulated product
INDICATORS = (
    *("events", "active_users", "active_days", "minutes", "core_actions", "core_per_user", "core_share"),
    *("events_per_user", "modules_used", "module_entropy", "days_since_last_event"),
    *(f"module_events_{module}" for module in MODULES),
)
READ = ("account_id", "user_id", "occurred_at", "action", "module", "duration_s")
KEYS = ["account_id", "as_of"]
LONGEST = 600  # seconds: where all as-of dates would take longer, a sample stands for them
CLOSE = 1e-6  # relative: durations are rounded to milliseconds, and sums of logarithms to 2^-30


def ours_alike(log: Log, out: Path, work: Path) -> Measured:
    """Leadline on these indicators alone, as a process that reads the same file."""
    folder = contract_tables(log, work)
    source = folder / "plain.yaml"
    source.write_text(yaml.safe_dump(_source(log)))
    return measured([sys.executable, "-m", "bench.subset", str(source), str(folder / "pairs.parquet"), str(out)])


def in_featuretools(log: Log, out: Path, work: Path) -> Measured:
    """The same in featuretools, in its own environment; where that takes too long, scaled up from a sample of dates."""
    places = [str(contract_tables(log, work)), str(out)]
    run = measured([str(_environment(work)), "-m", "bench.featuretools_peer", *places, str(LONGEST), *MODULES])
    return replace(run, seconds=run.said["seconds"])


def compared(ours: Path, theirs: Path) -> int:
    """How many columns both have; a RuntimeError where a value of theirs differs."""
    right = pd.read_parquet(theirs)
    left = right[KEYS].merge(pd.read_parquet(ours), on=KEYS, how="left")
    for column in left.columns.drop(KEYS):
        same = np.isclose(left[column], right[column], rtol=CLOSE, atol=CLOSE, equal_nan=True)
        if not same.all():
            raise RuntimeError(f"{column} differs from featuretools in {int((~same).sum())} of {len(right)} rows.")
    return len(left.columns) - len(KEYS)


def _source(log: Log) -> dict:
    """Events alone, known when they occurred, for featuretools knows one time."""
    events = {"file": "tables/events.parquet", "columns": {name: name for name in READ}}
    return {
        "about": "Events alone.",
        "folder": ".",
        "tables": {"events": events},
        "actions": source_of(log)["actions"],
        "modules": list(MODULES),
    }


def _environment(work: Path) -> Path:
    """featuretools' own Python, made unless it is there."""
    folder = work / "featuretools"
    python, ready = folder / "bin" / "python", folder / ".ready"
    if not ready.is_file():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pins = str(ROOT / "bench" / "featuretools.txt")
        subprocess.run(
            [python, "-I", "-m", "pip", "install", "--quiet", "--requirement", pins], check=True, stdout=sys.stderr
        )
        ready.touch()
    return python


def main(source: Path, pairs: Path, out: Path) -> None:
    """Compute the indicators of the pairs and write them."""
    tables = open_source(read_source(source))
    log = log_of(tables, tables.relations)
    indicators = chosen(catalogue(tables.source.modules), INDICATORS)
    indicator_table(log, pd.read_parquet(pairs), indicators).to_parquet(out)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
