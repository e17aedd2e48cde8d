"""Two experiments side by side: their kept forward tests on the same rows, and what differs in their settings."""

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from leadline.models.paired import differences
from leadline.models.promotion import published, shared
from leadline.models.rows import KEYS
from leadline.problem import Problem
from leadline.runs.fingerprint import settings_fingerprint
from leadline.runs.job import Job
from leadline.runs.kept_frames import NOTE, read_kept
from leadline.runs.trying import METRICS, difference_table

TEST = "backtest"


@dataclass(frozen=True)
class Compared:
    """How two experiments compare.

    - `metrics`: outcome, metric, a column of each experiment by its name, difference (the first less the second), low,
      high: the models' chances on the rows that both tested, with 95% intervals over redrawn accounts.
    - `rows`: outcome, shared (rows), positives, accounts, only_first, only_second, otherwise (shared rows whose outcome
      the second knows otherwise; metrics go by the first).
    - `settings`: setting, and a column of each experiment: what differs, with fingerprints of data and code.
    """

    metrics: pd.DataFrame
    rows: pd.DataFrame
    settings: pd.DataFrame


def compared(one: Job, other: Job) -> Compared:
    """Compare the forward tests that two experiments have kept; a Problem where one has none, or other settings than
    its file has today, or where they have no row in common."""
    first, second = _named(one, other)
    mine, theirs = (_kept_test(job) for job in (one, other))
    outcomes = [name for name in mine["outcome"].unique() if name in set(theirs["outcome"])]
    metrics, rows = [], []
    for outcome in outcomes:
        new, old = (test[test["outcome"] == outcome] for test in (mine, theirs))
        both = _shared(new, old)
        rows.append({"outcome": outcome, **_counted(both, new, old)})
        if len(both):
            found = differences(both, METRICS, one.experiment.seed, one.experiment.capacity.total)
            metrics.append(difference_table(found, first, second).assign(outcome=outcome))
    if not metrics:
        raise Problem(
            f"The forward tests of {first} and {second} have no outcome, account and date in common; compare "
            "experiments on the same source that test on the same dates."
        )
    table = pd.concat(metrics, ignore_index=True)
    table = table[["outcome", *(name for name in table if name != "outcome")]]
    return Compared(table, pd.DataFrame(rows), _differing(one, other, (first, second)))


def _named(one: Job, other: Job) -> tuple[str, str]:
    first, second = one.experiment.name, other.experiment.name
    if first == second:
        raise Problem(f"Both experiments are named {first}, and keep their results in one place; rename one of them.")
    return first, second


def _kept_test(job: Job) -> pd.DataFrame:
    """The predictions of the forward test that a job has kept."""
    name = job.experiment.name
    note = _note(job)
    if not note:
        raise Problem(f"Experiment {name} has kept no forward test; run `leadline backtest` on it first.")
    if note["settings"] != settings_fingerprint(job.experiment, job.source):
        raise Problem(
            f"The forward test that experiment {name} has kept was made with other settings than its file, or its "
            "source's, has today; run `leadline backtest` on it again."
        )
    return read_kept(job.work / TEST, ["predictions"])["predictions"]


def _note(job: Job) -> dict[str, Any]:
    """What the kept forward test was made from; empty where there is none."""
    file = job.work / TEST / NOTE
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def _shared(new: pd.DataFrame, old: pd.DataFrame) -> pd.DataFrame:
    """The rows both tested, with p_new and p_old, the first's outcome and money, and `otherwise`."""
    rows = shared(published(new, "model"), published(old, "model"))
    rows = rows.merge(new[[*KEYS, "arr"]], on=KEYS, how="left", validate="one_to_one")
    known = old[[*KEYS, "observed"]].rename(columns={"observed": "theirs"})
    rows = rows.merge(known, on=KEYS, how="left", validate="one_to_one")
    return rows.assign(otherwise=rows.pop("theirs") != rows["observed"])


def _counted(both: pd.DataFrame, new: pd.DataFrame, old: pd.DataFrame) -> dict[str, int]:
    return {
        "shared": len(both),
        "positives": int(both["observed"].sum()),
        "accounts": both["account_id"].nunique(),
        "only_first": len(new) - len(both),
        "only_second": len(old) - len(both),
        "otherwise": int(both["otherwise"].sum()),
    }


def _differing(one: Job, other: Job, names: tuple[str, str]) -> pd.DataFrame:
    """The settings, and fingerprints of data and code, that are not the same in both, by name."""
    mine, theirs = _facts(one), _facts(other)
    settings = sorted(name for name in {*mine, *theirs} if mine.get(name) != theirs.get(name))
    table = {"setting": settings} | {
        name: [facts.get(setting, "") for setting in settings]
        for name, facts in zip(names, (mine, theirs), strict=True)
    }
    return pd.DataFrame(table).astype("str")


def _facts(job: Job) -> dict[str, str]:
    settings = pd.json_normalize(job.experiment.model_dump(mode="json", exclude={"root", "name"})).iloc[0]
    made = {f"made from: {what}": str(found)[:12] for what, found in _note(job).items() if what == "code"}
    files = {f"made from: {file}": str(found)[:12] for file, found in _note(job).get("data", {}).items()}
    return {**{str(name): str(value) for name, value in settings.items()}, **made, **files}
