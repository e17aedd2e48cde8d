"""Forgetting an account or a person: on the list, out of all that was written, and the proof of it."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from time import monotonic

import pandas as pd
from rich.console import Console

from leadline.experiment import Experiment, read_experiment
from leadline.features.forgotten import Forgotten, Kind
from leadline.features.sources import read_source
from leadline.models.past_runs import mark_forgotten
from leadline.problem import Problem
from leadline.runs import run_log
from leadline.runs.alone import alone
from leadline.runs.cleaning import cleaned
from leadline.runs.printing import section
from leadline.runs.removal import (
    Place,
    files_in,
    from_derived,
    from_published,
    from_runs,
    left_in,
    left_in_runs,
)
from leadline.runs.scheduling import OUTPUT
from leadline.runs.seeking import raw_rows, sought
from leadline.runs.whom import Whom
from leadline.settings import read_yaml

BESIDE = f"loose in derived, {OUTPUT}"
CHANGED, LEFT = ["place", "files_changed", "files_removed"], ["place", "files_searched", "mentions_left"]


def forget(console: Console, file: Path, data: Path | None, kind: Kind, asked: str) -> None:
    """Forget an account or person of a source; a Problem where anything that we wrote still mentions it."""
    source, experiments = read_source(file), asking(file)
    forgotten, now = Forgotten(source.root, source.name), datetime.now(UTC)
    with ExitStack() as held:
        for experiment in experiments:
            held.enter_context(alone(experiment.published))
        whom = sought(source, data, [e.published for e in experiments], kind, asked)
        again = forgotten.holds(kind, whom.id)
        forgotten.add(kind, whom.id, now)
        kept = source.root / "derived" / file.stem
        done, silent = _removed(experiments, kept, whom, forgotten, now)
        left, unread = _left(experiments, kept, whom)
        counts = {name: sum(getattr(place, name) for place in done) for name in CHANGED[1:]}
        forgotten.note(kind, whom.id, **counts, mentions_left=sum(place.mentions_left for place in left))
    said = "was on the list already; everything was cleaned again" if again else "is now on the list"
    console.print(f"The {kind} {said}: {forgotten.file}, where a keyed hash stands for it.", soft_wrap=True)
    section(console, "cleaned", _table(done, CHANGED))
    section(console, "the proof: mentions of its id, name, address and hash", _table(left, LEFT))
    _print_raw(console, raw_rows(source, data, whom))
    _refuse_rest(left, [*dict.fromkeys((*silent, *unread))])


def asking(file: Path) -> list[Experiment]:
    """The experiments on a source, which lie beside the folder of its YAML."""
    root = file.resolve().parent.parent
    files = sorted((root / "experiments").glob("*.yaml"))
    found = [read_experiment(e) for e in files if "question" in read_yaml(e, "Experiment")]
    return [experiment for experiment in found if experiment.source == file.stem]


def _removed(
    experiments: Sequence[Experiment], kept: Path, whom: Whom, forgotten: Forgotten, now: datetime
) -> tuple[list[Place], list[str]]:
    """What was done in each place, and why MLflow's could not be cleaned, where it could not."""
    done, silent = [from_derived(kept, whom)], []
    since = pd.to_datetime(forgotten.rows()["since"], utc=True).dt.to_pydatetime().tolist()
    for experiment in experiments:
        began = monotonic()
        if experiment.derived != kept:
            done.append(from_derived(experiment.derived, whom))
        done.append(from_published(experiment.published, whom, now.date()))
        try:
            done.append(from_runs(experiment, whom))
            mark_forgotten(experiment, since)
        except Problem as problem:
            silent.append(str(problem))
        with run_log.appended(experiment.published, token_hex(6)) as log:
            log.info("started", command="forget")
            said = f"The {whom.kind} that was asked for is removed."
            log.info("done", said=said, seconds=round(monotonic() - began, 1))
    changed = sum(cleaned(file, whom) for file in _beside(forgotten.root))
    return [*done, Place(BESIDE, changed)], silent


def _left(experiments: Sequence[Experiment], kept: Path, whom: Whom) -> tuple[list[Place], list[str]]:
    """What is left in each place, and why MLflow's could not be searched, where it could not."""
    folders = dict.fromkeys((kept, *(f for e in experiments for f in (e.derived, e.published))))
    found = [left_in(f"{folder.parent.name}/{folder.name}", files_in(folder), whom) for folder in folders]
    silent = []
    for experiment in experiments:
        try:
            found.append(left_in_runs(experiment, whom))
        except Problem as problem:
            silent.append(str(problem))
    found.append(left_in(BESIDE, _beside(kept.parents[1]), whom))
    store = kept.parents[2] / "experiments" / "mlflow.db"
    local = store.is_file() and not os.environ.get("MLFLOW_TRACKING_URI")
    return [*found, *([left_in(store.name, [store], whom)] if local else [])], silent


def _beside(data: Path) -> list[Path]:
    """Files that lie loose in the folder of derived data, as scheduled notebooks write them, and what runs printed."""
    files = [*sorted((data / "derived").glob("*")), data.parent / OUTPUT]
    return [file for file in files if file.is_file()]


def _table(places: Sequence[Place], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame([asdict(place) for place in places])[columns].rename(columns=lambda n: n.replace("_", " "))


def _print_raw(console: Console, rows: pd.DataFrame) -> None:
    section(console, "your files that still hold its rows", rows)
    if len(rows):
        console.print("They are yours to delete; Leadline no longer reads these rows.", soft_wrap=True)
    then = "The next `leadline run` derives everything anew, and trains first where a champion had learned from it."
    console.print(then, soft_wrap=True)


def _refuse_rest(left: Sequence[Place], silent: Sequence[str]) -> None:
    rest = [f"{place.place} ({place.mentions_left})" for place in left if place.mentions_left]
    told = [*([f"Mentions are left in {', '.join(rest)}."] if rest else []), *silent]
    if told:
        raise Problem(f"Not everything is forgotten. {' '.join(told)} Mend that, and give the same command again.")
