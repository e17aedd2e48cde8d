"""An indicator declared in a cell, tried: does it help out of time beside those there are?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import duckdb
import pandas as pd
from narwhals.exceptions import NarwhalsError
from polars.exceptions import PolarsError

from leadline.features.dataset import KEYS, log_of, pairs_table, with_terms
from leadline.features.declaration import declared_beside
from leadline.features.indicator import Catalogue, Column, Indicator, columns_of
from leadline.models.added import by_tenth, folds, forward_chances, ranked_alone
from leadline.models.paired import Difference, differences
from leadline.models.promotion import ENOUGH, fewer_accounts
from leadline.models.rows import outcome_rows
from leadline.problem import Problem
from leadline.reports.voice import SPACE, Voice
from leadline.runs.job import Job
from leadline.runs.kept_frames import keep, kept, read_kept

METRICS = ("log_loss", "auc", "average_precision", "arr_captured_at_capacity")
# of log-loss: columns of pure noise move it by as much (a standard deviation of 0.25% on the crm and demo logs)
SEEN = 0.002
Verdict = Literal["helps", "no difference", "hurts", "too few"]


@dataclass(frozen=True)
class Tried:
    """What became of a trial.

    - `verdict`: it helps where log-loss is lower, and average precision not lower, by the interval; it hurts where
      either is worse by its own; log-loss must move by 0.2% to count. Too few: fewer than 5 accounts show the rarer
      outcome.
    - `sentence`: the same in words, with its figures.
    - `differences`: metric, with, without, difference, low, high: the experiment's columns with those tried and
      without, on the same rows by the same recipe; 95% intervals over redrawn accounts.
    - `alone`: what each column tried ranks by itself on these rows (see `ranked_alone`).
    - `curves`: column -> the share of rows that show the outcome by tenth of its value (see `by_tenth`).
    - `rows`: account_id, as_of, observed, arr, p_new (with), p_old (without) and the columns, out of time.
    """

    outcome: str
    columns: tuple[Column, ...]
    verdict: Verdict
    sentence: str
    differences: pd.DataFrame
    alone: pd.DataFrame
    curves: dict[str, pd.DataFrame]
    rows: pd.DataFrame
    say: Voice


def tried(given: Indicator | Iterable[Indicator], job: Job, outcome: str = "churn") -> Tried:
    """Try indicators, together, beside the experiment's own: only their columns are computed, for the training rows
    that are kept. A Problem where a declaration, or the outcome, will not do."""
    rows, experiment = _rows(job, outcome), job.experiment
    wider, columns = _with_columns(rows, [given] if isinstance(given, Indicator) or callable(given) else given, job)
    tests = folds(rows, experiment)
    old = _without(rows, outcome, job)
    new = forward_chances(wider, (*job.training.columns, *columns), outcome, experiment, tests)
    names = [column.name for column in columns]
    both = new.rename(columns={"p": "p_new"}).assign(p_old=old["p"])
    both = both.merge(wider[[*KEYS, *names]], on=KEYS, how="left", validate="one_to_one")
    found = differences(both, METRICS, experiment.seed, experiment.capacity.total)
    say, verdict = Voice(experiment.language, experiment.value.currency), judged(both, found)
    alone = ranked_alone(both, columns, experiment.seed)
    return Tried(
        outcome=outcome,
        columns=columns,
        verdict=verdict,
        sentence=_sentence(say, verdict, both, found, outcome, columns, alone),
        differences=difference_table(found),
        alone=alone,
        curves={name: by_tenth(both, name, experiment.seed) for name in names},
        rows=both,
        say=say,
    )


def judged(rows: pd.DataFrame, found: dict[str, Difference]) -> Verdict:
    """What the differences say: as the promotion rule does, but that a difference must be large enough to be seen."""
    if fewer_accounts(rows) < ENOUGH:
        return "too few"
    loss, lower_precision = found["log_loss"], found["average_precision"].high < 0
    seen = abs(loss.new - loss.old) >= SEEN * loss.old
    if lower_precision or (seen and loss.low > 0):
        return "hurts"
    return "helps" if seen and loss.high < 0 else "no difference"


def difference_table(found: dict[str, Difference], new: str = "with", old: str = "without") -> pd.DataFrame:
    """Differences as a frame: metric, the new one's value, the old one's, difference, low, high."""
    lines = [
        {"metric": metric, new: d.new, old: d.old, "difference": d.new - d.old, "low": d.low, "high": d.high}
        for metric, d in found.items()
    ]
    return pd.DataFrame(lines)


def _rows(job: Job, outcome: str) -> pd.DataFrame:
    d = job.training
    there = sorted(d.outcomes["outcome"].unique())
    if outcome not in there:
        raise Problem(f"No outcome is named '{outcome}'; the training frames have {', '.join(there) or 'none'}.")
    return outcome_rows(d.snapshots, d.context, d.outcomes, outcome)


def _with_columns(rows: pd.DataFrame, given: Iterable[object], job: Job) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """The rows with the columns tried beside; a Problem where one cannot be computed, or tells no account apart."""
    log = log_of(job.tables, with_terms(job.tables.relations))
    indicators = declared_beside(list(given), job.source.modules, log)
    if not indicators:
        raise Problem("No indicator was given; declare one with @indicator(...) and pass it.")
    wider = rows.merge(_computed(indicators, job), on=KEYS, how="left", validate="one_to_one")
    columns = columns_of(indicators)
    for column in columns:
        if wider[column.name].nunique(dropna=False) < 2:
            value = wider[column.name].iloc[0]
            raise Problem(f"{column.name} is {value:g} for every account and date; nothing can be told by it.")
    return wider, columns


def _computed(indicators: Catalogue, job: Job) -> pd.DataFrame:
    """The indicators of every training row."""
    try:
        return pairs_table(job.tables, indicators, job.training.snapshots[KEYS])
    except (NarwhalsError, PolarsError, duckdb.Error) as error:
        said = str(error).strip().splitlines()[0]
        raise Problem(f"Indicator {' or '.join(indicators)} cannot be computed: {said}.") from error


def _without(rows: pd.DataFrame, outcome: str, job: Job) -> pd.DataFrame:
    """What the experiment's own columns predict; kept, for every trial asks it again."""
    folder = job.work / "trying" / outcome
    if not kept(folder, job.made_from):
        found = forward_chances(rows, job.training.columns, outcome, job.experiment, folds(rows, job.experiment))
        keep({"without": found}, folder, job.made_from)
    return read_kept(folder, ["without"])["without"]


def _sentence(
    say: Voice,
    verdict: Verdict,
    rows: pd.DataFrame,
    found: dict[str, Difference],
    outcome: str,
    columns: tuple[Column, ...],
    alone: pd.DataFrame,
) -> str:
    said = say(
        f"try.{verdict}",
        names=", ".join(column.name for column in columns),
        loss=found["log_loss"],
        precision=found["average_precision"],
        accounts=fewer_accounts(rows),
    )
    tested = say(
        "try.tested",
        rows=say.count(len(rows)),
        dates=say.count(rows["as_of"].nunique()),
        positives=say.count(int(rows["observed"].sum())),
    )
    backwards = [
        say("try.backwards", column=column.name, direction=f"{column.indicator.direction:+d}", auc=f"{auc:.3f}")
        for column, auc, low, high in zip(columns, *(alone[name] for name in ("auc", "low", "high")), strict=True)
        if outcome == "churn" and _backwards(column.indicator.direction, low, high)
    ]
    return str(SPACE[say.language]).join((said, tested, *backwards))


def _backwards(direction: int, low: float, high: float) -> bool:
    """Whether an AUC speaks, by its interval, against the declared direction."""
    return (direction > 0 and high < 0.5) or (direction < 0 and low > 0.5)
