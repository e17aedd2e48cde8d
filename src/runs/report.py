"""The report of one as-of date: everything a leader reads, gathered and written."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from leadline.effects.findings import read
from leadline.features.money import arr_movement
from leadline.features.segments import segments
from leadline.features.team_kpis import two_quarters
from leadline.features.usage_weeks import weekly_events
from leadline.reports.page import render
from leadline.reports.report_input import ReportInput
from leadline.reports.sparkline import WEEKS
from leadline.reports.summary import summary
from leadline.runs.briefs import briefs_written
from leadline.runs.handed_on import expansion_listed, list_before, lists_before, thresholds_up_to
from leadline.runs.job import Job
from leadline.runs.listings import listings
from leadline.runs.record import run_record
from leadline.runs.registry import champions, forward_test
from leadline.runs.report_frames import write_frames
from leadline.runs.this_week import at, playbook, with_words


@dataclass(frozen=True)
class Reported:
    """Where the report lies, and what it says in a few lines."""

    file: Path
    summary: list[str]


def reported(job: Job) -> Reported:
    """Write report.html and the frames it shows, the accounts' pages, run.json, and the few lines that end a run."""
    found = replace(gathered(job), briefs=briefs_written(job))
    file, lines = job.file("report.html"), summary(found)
    file.write_text(render(found), encoding="utf-8")
    write_frames(found, job.out)
    job.file("run.json").write_text(run_record(job, found.scored_accounts, champions(job)), encoding="utf-8")
    job.file("summary.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Reported(file, lines)


def gathered(job: Job) -> ReportInput:
    """What the report is made from: this week's tables, and the forward tests of the models that scored them."""
    models = champions(job)
    tests = {name: forward_test(model, name) for name, model in models.items()}
    subscriptions = job.tables.relations.get("subscriptions")
    return ReportInput(
        experiment=job.experiment,
        as_of=job.as_of,
        scored_accounts=_with_play_names(pd.read_parquet(job.file("scored_accounts.parquet")), job),
        thresholds=thresholds_up_to(job.experiment, job.as_of, pd.read_parquet(job.file("thresholds.parquet"))),
        metrics=pd.concat([test.metrics for test in tests.values()], ignore_index=True),
        predictions=pd.concat([test.predictions for test in tests.values()], ignore_index=True),
        verdicts={name: test.verdict.sentence for name, test in tests.items()},
        facts=_facts(job, {name: model.version for name, model in models.items()}),
        arr_movement=None if subscriptions is None else arr_movement(subscriptions, job.as_of),
        kpis=_kpis(job),
        effects=read(job.out) if job.file("effects.json").is_file() else None,
        before=list_before(job.experiment, job.as_of),
        lists=lists_before(job.experiment, job.as_of),
        forecast=_if_there(job.file("forecast.parquet")),
        context=at(job.week.context, job.as_of)[["account_id", "segment", "term_end"]],
        usage=weekly_events(job.tables.relations["events"], job.as_of, WEEKS),
        gates=_if_there(job.file("gates.parquet")),
        track_record=_if_there(job.file("track_record.parquet")),
        segments=segments(job.tables, job.experiment.outcomes, job.as_of, at(job.week.snapshots, job.as_of)),
    )


def _if_there(file: Path) -> pd.DataFrame | None:
    return pd.read_parquet(file) if file.is_file() else None


def _kpis(job: Job) -> pd.DataFrame:
    """The KPIs of the quarter up to the as-of date and of the one before."""
    tables, experiment = job.tables, job.experiment
    lists = expansion_listed(experiment, job.as_of), listings(job)
    return two_quarters(tables.relations, tables.core_actions, experiment.outcomes, job.as_of, *lists)


def _with_play_names(table: pd.DataFrame, job: Job) -> pd.DataFrame:
    """The list with what to try in words in place of the play's key."""
    work = with_words(job, table[table["play"] != ""], playbook(job))
    return table.assign(play=(work["play_name"] + ". " + work["look_at"]).reindex(table.index, fill_value=""))


def _facts(job: Job, versions: dict[str, str]) -> dict[str, Any]:
    tables = job.tables
    seen = tables.relations["events"].aggregate("count(*) AS events, count(DISTINCT (account_id, user_id)) AS users")
    events, users = seen.fetchall()[0]
    accounts = tables.relations["accounts"].aggregate("count(*)").fetchall()[0][0]
    return {
        "accounts": accounts,
        "events": events,
        "users": users,
        "known_until": pd.Timestamp(tables.known_until),
        "quarantined": tables.quarantine[["table", "reason", "rows"]],
        **{f"model_{name}": version for name, version in versions.items()},
    }
