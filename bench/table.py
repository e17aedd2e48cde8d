"""The table of what was measured, as Markdown."""

import math

from bench.machine import machine
from bench.peers import ALIKE, FLOOR, FULL, IN_FEATURETOOLS, Row

INTRO = """\
# Benchmarks

Made by `make bench`, in one run on one machine; compare ratios, for seconds depend on the machine.

{machine}

The simulated logs are the same company with more or fewer customers: two years, 25,000 events an account. The snapshot
table holds every account at every week's start. Times and peak memory are those of a whole process, from its start to
the file it wrote, but for the bare grouping, which is timed inside the process: it groups the log by account, user,
week and action, and keeps the result in memory. What takes less than a minute was run three times, and the median
stands here.

- *Leadline, whole log*: `leadline features`, nothing kept from before.
- *Leadline, one more week*: the same command after another weekly export (Monday, five in the morning) was laid beside
  the first, with what it kept of the weeks before.
- *pandas*: the same indicators, one as-of date after the other. It is given tables already checked and typed, and is
  timed from reading them to the file written.
- *featuretools*: cutoff times at the same accounts and dates, a training window for each length, one core (its
  default). It takes fewer indicators, so Leadline is measured again on these alone (*what featuretools can*).

`times ours` is against Leadline on the whole log; for featuretools against Leadline on the same indicators.

![Time against events](benchmarks.svg)

Lines run through the simulated logs; rings are other logs.

"""
HEADER = ["log", "events", "what", "seconds", "times the floor", "times ours", "peak GB", "rows", "columns", "runs", ""]
RIGHT = {"events", "seconds", "times the floor", "times ours", "peak GB", "rows", "columns", "runs"}


def page(rows: list[Row], absent: list[str]) -> str:
    """The whole page; `absent` names the logs that were not there."""
    facts = "\n".join(f"- {line}" for line in machine())
    lines = [HEADER, ["---:" if name in RIGHT else "---" for name in HEADER], *(_cells(row, rows) for row in rows)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    left_out = "".join(f"\nThe log {name} was not there, and is left out.\n" for name in absent)
    return f"{INTRO.format(machine=facts)}{table}\n{left_out}"


def _cells(row: Row, rows: list[Row]) -> list[str]:
    return [
        row.log,
        f"{row.events:,}",
        row.who,
        _number(row.seconds),
        _number(row.seconds / _seconds(rows, row.log, FLOOR)),
        _number(row.seconds / _seconds(rows, row.log, ALIKE if row.who in (ALIKE, IN_FEATURETOOLS) else FULL)),
        _number(row.peak_bytes / 1e9),
        f"{row.rows:,}" if row.rows else "",
        str(row.columns or ""),
        str(row.times or ""),
        row.note,
    ]


def _seconds(rows: list[Row], log: str, who: str) -> float:
    """Seconds of somebody on a log; NaN where it was not measured."""
    return next((row.seconds for row in rows if (row.log, row.who) == (log, who)), math.nan)


def _number(value: float) -> str:
    """Three significant digits; empty where there is none."""
    if math.isnan(value):
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
