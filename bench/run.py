"""`python -m bench.run`: measure Leadline and its peers, write a table and a figure; wiring only."""

import argparse
import sys
from pathlib import Path

from bench.figure import figure
from bench.logs import ROOT, log_named
from bench.peers import FEATURETOOLS, PEERS, Row, measured_on
from bench.table import page


def run(sizes: list[str], peers: list[str], out: Path, work: Path) -> None:
    """Measure the peers on logs of these sizes; featuretools on the smallest alone, for it takes long."""
    work.mkdir(parents=True, exist_ok=True)
    (work / ".gitignore").write_text("*\n")
    smallest = min((size for size in sizes if size != "crm"), key=float, default=None)
    rows: list[Row] = []
    absent: list[str] = []
    for size in sizes:
        print(f"Log {size}", file=sys.stderr)
        log = log_named(size, work.resolve())
        if log is None:
            absent.append(size)
        else:
            slow = FEATURETOOLS in peers and size == smallest
            rows += measured_on(log, set(peers), slow, work.resolve())
    out.mkdir(parents=True, exist_ok=True)
    (out / "benchmarks.md").write_text(page(rows, absent))
    (out / "benchmarks.svg").write_text(figure(rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--sizes", default="1,10,100,crm", help="millions of events, or crm; default: %(default)s")
    parser.add_argument("--peers", default=",".join(PEERS), help="default: %(default)s")
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder of the table and the figure")
    parser.add_argument("--work", type=Path, default=ROOT / ".bench", help="folder of logs and environments")
    return parser.parse_args()


if __name__ == "__main__":
    given = _arguments()
    run(given.sizes.split(","), given.peers.split(","), given.out, given.work)
