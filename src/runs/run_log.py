"""The log of an experiment's runs: a line of JSON for each step, each with the id of its run; no account is named."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import FilteringBoundLogger, Processor

FILE = "log.jsonl"


@contextmanager
def appended(published: Path, run_id: str) -> Iterator[FilteringBoundLogger]:
    """A logger that adds the lines of a run to the experiment's log."""
    published.mkdir(parents=True, exist_ok=True)
    processors: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    with (published / FILE).open("a", encoding="utf-8") as stream:
        log: FilteringBoundLogger = structlog.wrap_logger(structlog.WriteLogger(stream), processors=processors)
        yield log.bind(run=run_id)


def lines(published: Path) -> tuple[list[dict[str, Any]], int]:
    """The lines of an experiment's log, oldest first, and how many could not be read; none where nothing ran yet."""
    file = published / FILE
    texts = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.is_file() else []
    read = [line for text in texts if isinstance(line := _read(text), dict) and {"run", "at", "event"} <= line.keys()]
    return read, len(texts) - len(read)


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:  # cut off, as a full disk or a machine that stopped leaves it
        return None
