"""The gates of a run: reckoned from its data, its indicators and its scores before anything is published."""

import json
from collections.abc import Iterator

import pandas as pd

from leadline.decisions import gates
from leadline.decisions.gates import Gate
from leadline.features.volumes import daily_volumes
from leadline.problem import GateClosed
from leadline.reports.gates import sentence
from leadline.reports.voice import Voice
from leadline.runs.handed_on import published_before
from leadline.runs.job import Job

FILE = "gates.parquet"
LOOK_BACK = pd.Timedelta(days=364)  # as-of dates that today's indicators are compared with


def gates_passed(job: Job, scores: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """The gates of a run, written for publishing; GateClosed with a sentence each where any is beyond its limit.

    `scores`: account_id, p_churn of the as-of date. `now`: the clock, as a naive UTC instant.
    """
    found = gates.table([*_of_data(job, now), *_of_scores(job, scores)])
    found.to_parquet(job.file(FILE))
    closed = found[~found["passed"]]
    if len(closed):
        raise GateClosed(f"Nothing was published as of {job.as_of:%Y-%m-%d}: {'; '.join(sentences(closed))}.")
    return found


def sentences(rows: pd.DataFrame) -> list[str]:
    """What each gate found, in the language of the terminal and the log; no gate is of money."""
    say = Voice("en", "USD")
    return [sentence(row, say) for row in rows.to_dict("records")]


def _of_data(job: Job, now: pd.Timestamp) -> Iterator[Gate]:
    settings, tables = job.experiment.gates, job.tables
    volumes = daily_volumes(tables, job.experiment.calendar)
    yield from gates.stale(pd.Timestamp(tables.known_until), now, settings)
    yield from gates.silent(volumes, job.as_of, settings)
    yield from gates.volume(volumes, job.as_of, settings)
    yield from gates.quarantined(tables.rows, settings)
    yield from gates.unknown_actions(tables.actions, job.as_of, settings)
    before = published_before(job.experiment, job.as_of)
    if before:
        record = json.loads((before[-1] / "run.json").read_text(encoding="utf-8"))
        yield from gates.lost(tables.rows, pd.DataFrame(record["rows"]))


def _of_scores(job: Job, scores: pd.DataFrame) -> Iterator[Gate]:
    settings, week, earlier = job.experiment.gates, job.week, job.training.snapshots
    now = week.snapshots[week.snapshots["as_of"] == job.as_of]
    since = earlier[(earlier["as_of"] < job.as_of) & (earlier["as_of"] >= job.as_of - LOOK_BACK)]
    columns = [column.name for column in week.columns if column.name in since.columns]
    yield from gates.missing(now, since, columns, settings)
    yield from gates.drifted(now, since, columns, settings)
    before = published_before(job.experiment, job.as_of)
    if before:
        last = pd.read_parquet(before[-1] / "scored_accounts.parquet", columns=["p_churn"])
        yield from gates.scores(scores["p_churn"], last["p_churn"], settings)
