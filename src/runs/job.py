"""One run of an experiment: what its notebooks share, and the folder through which one hands on to the next."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from leadline.decisions.decline import baseline_dates
from leadline.experiment import Experiment, read_experiment
from leadline.features.calendar import as_of_dates, as_of_instant, day_of, latest_as_of
from leadline.features.catalogue import catalogue
from leadline.features.dataset import Dataset, as_known, build, training_dates
from leadline.features.forgotten import Forgotten
from leadline.features.indicator import columns_of
from leadline.features.sources import Source, Tables, open_source, read_source
from leadline.problem import Problem
from leadline.runs.fingerprint import code_fingerprint, data_fingerprint, settings_fingerprint
from leadline.runs.kept_frames import keep, kept, read_kept

FRAMES = ("snapshots", "context", "outcomes")
WEEK = pd.Timedelta(days=7)


@dataclass(frozen=True)
class Job:
    """An experiment on one copy of its source, as of a date; results land in `out`, what can be kept in `work`."""

    experiment: Experiment
    data: Path | None
    asked: str
    out: Path

    @property
    def work(self) -> Path:
        """The experiment's folder of what can be made again."""
        return self.experiment.derived

    @property
    def scheduled(self) -> bool:
        """Whether this is one step of a run with a folder of its own, and not a notebook opened alone."""
        return self.out != self.work

    @cached_property
    def source(self) -> Source:
        """The source's settings."""
        return read_source(self.experiment.source_file)

    @cached_property
    def tables(self) -> Tables:
        """The opened source."""
        return open_source(self.source, self.data)

    @cached_property
    def as_of(self) -> pd.Timestamp:
        """The date asked for, else the last weekly one the log reaches."""
        calendar, until = self.experiment.calendar, pd.Timestamp(self.tables.known_until)
        if not self.asked:
            return latest_as_of(calendar, until)
        moment = as_of_instant(calendar, self.asked)
        if moment > until + pd.Timedelta(days=7):
            raise Problem(
                f"The log of {self.source.name} ends on {until:%Y-%m-%d}; it cannot speak as of {self.asked}. "
                "Bring newer data, or choose an earlier date."
            )
        return moment

    @property
    def day(self) -> str:
        """The as-of date as the team's calendar shows it."""
        return day_of(self.experiment.calendar, self.as_of)

    @cached_property
    def fingerprint(self) -> dict[str, object]:
        """What this run is made from: hashes of data, settings and code, and of who was forgotten.

        The source is opened first, for that may make the key that stands in the settings' hash.
        """
        _ = self.tables
        return {
            "data": data_fingerprint(self.source, self.data or self.source.path),
            "settings": settings_fingerprint(self.experiment, self.source),
            "code": code_fingerprint(),
            "forgotten": Forgotten(self.source.root, self.source.name).fingerprint,
        }

    @cached_property
    def made_from(self) -> dict[str, object]:
        """What a training is made from: the fingerprint, and the as-of date."""
        return {**self.fingerprint, "as_of": str(self.as_of)}

    @cached_property
    def training(self) -> Dataset:
        """Every training date up to the as-of date, outcomes as settled by then. Those of the whole log are kept, and
        read again while nothing they are made from has changed."""
        return self._kept("training", self.fingerprint, lambda: training_dates(self.experiment, self.tables))

    @cached_property
    def week(self) -> Dataset:
        """The frames of the as-of date, of the week before, and of the earlier ones that both are compared with; kept
        as those of training are."""
        both = (self.as_of, self.as_of - WEEK)
        dates = pd.DatetimeIndex(sorted({*both, *(date for now in both for date in baseline_dates(now))}))
        made_from = {**self.fingerprint, "dates": [str(date) for date in dates]}
        return self._kept("week", made_from, lambda: dates)

    def weeks(self, first: pd.Timestamp) -> Dataset:
        """The frames of every week from `first` to the as-of date; kept as those of training are."""
        last, calendar = max(pd.Timestamp(self.tables.known_until), self.as_of), self.experiment.calendar
        made_from = {**self.fingerprint, "first": str(first), "last": str(last)}
        return self._kept("weeks", made_from, lambda: as_of_dates(calendar, first, last, "week"))

    def _kept(self, name: str, made_from: dict[str, object], dates: Callable[[], pd.DatetimeIndex]) -> Dataset:
        """The frames of some dates, as known at the as-of date, built where those kept are of anything else; columns as
        the catalogue has them."""
        folder = self.work / name
        if not kept(folder, made_from):
            made = build(self.tables, self.experiment, dates())
            keep({frame: getattr(made, frame) for frame in FRAMES}, folder, made_from)
        frames = read_kept(folder, FRAMES)
        columns = columns_of(catalogue(self.source.modules))
        every = Dataset(**frames, columns=tuple(c for c in columns if c.name in frames["snapshots"].columns))
        return as_known(every, self.as_of, self.experiment.outcomes.settled_days)

    def file(self, name: str) -> Path:
        """A result file."""
        self.out.mkdir(parents=True, exist_ok=True)
        return self.out / name


def open_job(experiment: str, data: str = "", as_of: str = "", out: str = "") -> Job:
    """A run from a notebook's parameters; without a folder for results, they land in the experiment's derived one."""
    settings = read_experiment(Path(experiment))
    return Job(settings, Path(data) if data else None, as_of, Path(out) if out else settings.derived)
