"""Replay: whom each policy would have listed, week by week, with models fitted to what was known by then."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.console import Console

from leadline.decisions.breaker import spells
from leadline.decisions.past_weeks import past_weeks
from leadline.decisions.replay import replay
from leadline.decisions.replay_summary import summarised
from leadline.decisions.spell import Spell
from leadline.features.volumes import daily_volumes
from leadline.models.refits import chances
from leadline.models.rows import KEYS, scorable, with_context
from leadline.problem import Problem
from leadline.runs.job import WEEK, Job, open_job
from leadline.runs.kept_models import models_over_time
from leadline.runs.printing import section
from leadline.runs.pulling import fetched

REACH = pd.Timedelta(days=98)  # a week earlier, and the thirteen before it that its declines look back on
POLICIES = {
    "dynamic": "dynamic",
    "fixed_fall": "50% fall",
    "fixed_score": "score 0.5",
    "top_k": "top K by score",
    "top_k_arr": "by score x ARR",
    "top_k_followed": "top K, followed alike",
    "chance": "by lot, followed alike",
}
LOAD = {
    "alerts_median": ("alerts a week", ",.0f"),
    "alerts_worst": ("worst", ",.0f"),
    "off_median": ("off capacity", ".0%"),
    "within_quarter": ("weeks within 25%", ".0%"),
    "entries_calm": ("new, calm weeks", ",.0f"),
    "entries_broken": ("new, holidays and outages", ",.0f"),
    "flicker": ("back in 2 weeks", ".1%"),
}
CAUGHT = {
    "accounts": ("accounts", ",.0f"),
    "precision": ("precision", ".1%"),
    "churners_captured": ("churners", ",.0f"),
    "arr_captured": ("ARR", ",.0f"),
    "lead_days": ("days before", ",.0f"),
}
EQUAL = {
    "churners_captured_at_equal": ("churners", ",.0f"),
    "dynamic_churners_captured_at_equal": ("dynamic's", ",.0f"),
    "arr_captured_at_equal": ("ARR", ",.0f"),
    "dynamic_arr_captured_at_equal": ("dynamic's", ",.0f"),
}
TABLES = {"load": LOAD, "caught": CAUGHT, "caught with as many alerts as dynamic, or dynamic with as few": EQUAL}


@dataclass(frozen=True)
class Replayed:
    """Alerts and thresholds (see decisions/replay.py), and what they were worth (see decisions/replay_summary.py)."""

    alerts: pd.DataFrame
    thresholds: pd.DataFrame
    summary: pd.DataFrame


def replayed(job: Job) -> Replayed:
    """The history of an experiment, from its first forward test to the as-of date."""
    experiment, models = job.experiment, models_over_time(job)
    if not models:
        raise Problem(
            "There is nothing to replay: no outcome had settled, with both kinds seen, before the last as-of date; "
            "give a longer log, or a shorter outcomes.horizon_days."
        )
    weekly = job.weeks(min(models) - REACH)
    said = chances(models, scorable(with_context(weekly.snapshots, weekly.context)))
    churn = weekly.outcomes[weekly.outcomes["outcome"] == "churn"]
    abnormal = _spells(job, said.loc[said["p"].notna(), "as_of"].unique())
    frames = weekly.snapshots, weekly.context, churn, said, weekly.columns
    walked = replay(past_weeks(*frames, experiment.outcomes, abnormal.__getitem__), experiment)
    broken = {as_of: any(spell.touches(as_of, WEEK.days) for spell in found) for as_of, found in abnormal.items()}
    weeks = said[said["p"].notna()].merge(weekly.context[[*KEYS, "arr"]], on=KEYS)
    judged = weeks.merge(churn[[*KEYS, "observed", "happened_at"]], on=KEYS, how="left")
    judged = judged.assign(broken=judged["as_of"].map(broken))
    return Replayed(walked.alerts, walked.thresholds, summarised(walked.alerts, walked.thresholds, judged))


def _spells(job: Job, dates: Iterable[pd.Timestamp]) -> dict[pd.Timestamp, tuple[Spell, ...]]:
    """What was out of order in the log, as known by each date."""
    calendar = job.experiment.calendar
    volumes = daily_volumes(job.tables, calendar)
    return {pd.Timestamp(date): spells(volumes, pd.Timestamp(date), calendar) for date in dates}


def print_replay(console: Console, experiment: Path, data: Path | None, out: Path | None) -> None:
    """The policies side by side on the terminal, and alerts and summary as Parquet where asked."""
    job = fetched(open_job(str(experiment), str(data or "")))
    with console.status("Walking the history week by week"):
        found = replayed(job)
    first = found.summary.iloc[0]
    for title, shown in TABLES.items():
        section(console, title, _table(found.summary, shown), numbers=True)
    console.print(f"\n{_words(first)}", soft_wrap=True)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name in ("alerts", "thresholds", "summary"):
            getattr(found, name).to_parquet(out / f"{name}.parquet")
        console.print(f"Wrote alerts, thresholds and summary, each as .parquet, to {out}.", soft_wrap=True)


def _words(dynamic: pd.Series) -> str:
    """What the figures are of."""
    lost = dynamic["arr_lost"]
    money = f" with {lost:,.0f} ARR" if lost > 0 else ""
    return (
        f"{dynamic['weeks']} weeks, {dynamic['capacity']} places; {dynamic['churners']:,.0f} accounts left{money} in "
        "windows that could be judged. Before lists were cut to the places, "
        f"{dynamic['uncut_alerts_median']:,.0f} accounts a week reached dynamic's levels "
        f"({dynamic['uncut_off_median']:.0%} off capacity in the median week, "
        f"{dynamic['uncut_within_quarter']:.0%} of weeks within 25%)."
    )


def _table(summary: pd.DataFrame, shown: dict[str, tuple[str, str]]) -> pd.DataFrame:
    """Policies down, measures across, as texts; measures of which nothing is known are left out."""
    wide = summary.set_index("policy")
    known = {name: told for name, told in shown.items() if wide[name].notna().any()}
    rows = [
        [POLICIES[policy], *(_text(wide.loc[policy, n], style) for n, (_, style) in known.items())]
        for policy in wide.index
    ]
    return pd.DataFrame(rows, columns=["policy", *(title for title, _ in known.values())])


def _text(value: float, style: str) -> str:
    return "-" if pd.isna(value) else format(value, style)
