"""Watching over a run: each step becomes a line of the log, and how it ended a message to the team."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from time import monotonic

import pandas as pd
from rich.console import Console
from structlog.typing import FilteringBoundLogger

from leadline.problem import Problem, room_on_disk
from leadline.redact import redacted
from leadline.reports.gates import near
from leadline.runs import messages, run_log
from leadline.runs.gates import sentences
from leadline.runs.job import Job
from leadline.runs.pulling import fetched

INTERRUPTED = 130  # as shells have it


class Watch:
    """What is told of one run, while it lasts."""

    def __init__(self, job: Job, run_id: str, log: FilteringBoundLogger) -> None:
        self.job, self.run_id, self.log = job, run_id, log
        self.title, self.names = job.experiment.name, set[str]()
        self.began = self.last = monotonic()

    def opened(self) -> None:
        """The source is fetched and read: from here on it is known for which date the run speaks, and who the accounts
        are."""
        fetched(self.job)
        self.title = f"{self.job.experiment.name}, {self.job.day}"
        self.log = self.log.bind(as_of=self.job.day)
        accounts = self.job.tables.relations["accounts"].select("account_id, name").fetchall()
        self.names = {str(name) for account in accounts for name in account if name}

    def step(self, name: str) -> None:
        """A notebook is finished."""
        self.log.info("step", name=name, seconds=round(monotonic() - self.last, 1))
        self.last = monotonic()

    def gates(self, file: Path) -> None:
        """What the gates found."""
        found = pd.read_parquet(file)
        told = {"near": sentences(near(found)), "closed": sentences(found[~found["passed"]])}
        self.log.info("gates", passed=int(found["passed"].sum()), **told)

    def published(self, lines: Sequence[str], page: Path) -> None:
        """All went well."""
        self.log.info("published", seconds=self._seconds)
        self._tell("published", [*lines, "", f"Report: {page.absolute()}"])

    def done(self, sentence: str) -> None:
        """There was nothing to publish; nobody is told."""
        self.log.info("done", said=sentence, seconds=self._seconds)

    def refused(self, problem: Problem) -> None:
        """There is a sentence on what is to be mended."""
        self._not_published("refused", str(problem), problem.exit_code)

    def failed(self, error: Exception) -> None:
        """Something went wrong that nobody thought of; what it says may hold anything."""
        self._not_published("failed", f"Unforeseen ({type(error).__name__}); the error stream has the rest.", 1)

    def interrupted(self) -> None:
        """Somebody who sat there stopped it, and need not be told."""
        self.log.error("failed", said="Interrupted by hand.", exit_code=INTERRUPTED, seconds=self._seconds)

    def _not_published(self, how: str, sentence: str, exit_code: int) -> None:
        sentence = redacted(sentence)
        with suppress(OSError):  # on a full disk the log has no room either
            self.log.error(how, said=unnamed(sentence, self.names), exit_code=exit_code, seconds=self._seconds)
        self._tell("not published", [sentence, f"Exit code {exit_code}."])

    @property
    def _seconds(self) -> float:
        return round(monotonic() - self.began, 1)

    def _tell(self, how: str, lines: Sequence[str]) -> None:
        variables = self.job.experiment.messages
        for name, trouble in messages.sent(variables, f"{self.title}: {how}", "\n".join(lines)).items():
            if not trouble:
                self.log.info("message", to=name)
                continue
            self.log.warning("message not sent", to=name, said=trouble)
            line = f"The message to {name} was not sent: {trouble}."
            Console(stderr=True, highlight=False, soft_wrap=True).print(line, markup=False)


@contextmanager
def watched(job: Job, command: str) -> Iterator[Watch]:
    """A run from the opening of its source to its end, however it ends; errors go on to the caller."""
    run_id = token_hex(6)
    with room_on_disk(), run_log.appended(job.experiment.published, run_id) as log:
        log.info("started", command=command)
        watch = Watch(job, run_id, log)
        try:
            with room_on_disk():
                watch.opened()
                yield watch
        except Problem as problem:
            watch.refused(problem)
            raise
        except KeyboardInterrupt:
            watch.interrupted()
            raise
        except Exception as error:
            watch.failed(error)
            raise


def unnamed(sentence: str, names: set[str]) -> str:
    """A sentence without the names and ids of accounts; an id that is but a number stays, as any number would go."""
    there = sorted((name for name in names if name in sentence and not name.isdigit()), key=len, reverse=True)
    for name in there:
        sentence = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "(an account)", sentence)
    return sentence
