"""What the interventions did: found from a job, printed on the terminal, written as files."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.markup import escape

from leadline.effects.findings import Findings, randomised
from leadline.features.after_listing import WEEKS
from leadline.problem import Problem
from leadline.runs.job import Job, open_job
from leadline.runs.printing import section
from leadline.runs.stepping_in import SteppingIn

SHOWN_BY_SLICE = ("churn_12", "arr_kept_12")
UNITS = {
    "churn": "{:+.1%}",
    "arr_kept": "{:+,.0f}",
    "arr_saved": "{:+,.0f}",
    "expansion": "{:+,.0f}",
    "usage": "{:+.0%}",
}
WORDS = {
    "churn": "accounts that left",
    "arr_kept": "ARR kept per account",
    "arr_saved": "ARR saved in all",
    "expansion": "ARR added per account",
    "usage": "usage",
}
GAPS = {
    "unripe": "not ripe yet",
    "too_few": "too few accounts: {n_treat} treated, {n_holdout} held out, and 10 of each are needed",
    "still": "too little has happened: {moved} accounts of both arms, and 8 are needed",
}


def found(job: Job) -> Findings:
    """What can be said at the job's date; a sentence in place of numbers where there is nothing to say yet."""
    stepping_in = SteppingIn(job)
    try:
        trial = stepping_in.trial
        _refuse_unripe(trial.units, job.as_of)
        weights = trial, stepping_in.after, stepping_in.before
        return randomised(*weights, WEEKS, job.experiment, job.as_of)
    except Problem as problem:
        return Findings(because=str(problem))


def _refuse_unripe(units: pd.DataFrame, at: pd.Timestamp) -> None:
    ripe = units["listed_as_of"].min() + pd.Timedelta(weeks=WEEKS[0])
    if ripe > at:
        raise Problem(
            f"No outcome is ripe yet: the first of {len(units)} accounts was listed on "
            f"{units['listed_as_of'].min():%Y-%m-%d}, and what became of it in {WEEKS[0]} weeks can be seen from "
            f"{ripe:%Y-%m-%d} on. Come back then."
        )


def effects_published(job: Job) -> Findings:
    """What can be said at the job's date, written for publishing."""
    findings = found(job)
    job.out.mkdir(parents=True, exist_ok=True)
    findings.write(job.out)
    return findings


def print_effects(console: Console, experiment: Path, data: Path | None, as_of: str, out: Path | None) -> None:
    """The effects on the terminal, and as Parquet where asked; a Problem where there is no number."""
    job = open_job(str(experiment), str(data or ""), as_of)
    with console.status("Following what became of the accounts listed"):
        findings = found(job)
    if findings.because:
        raise Problem(findings.because)
    for line in _about(findings.facts):
        console.print(escape(line), soft_wrap=True)
    everyone = findings.effects["slice"] == "all"
    section(console, "all accounts", _side_by_side(findings.effects[everyone]), numbers=True)
    section(console, "by play, cause, tier and stage", _by_slice(findings.effects[~everyone]), numbers=True)
    for line in _missing(findings.gaps):
        console.print(escape(line), soft_wrap=True)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        findings.write(out)
        console.print(f"Wrote effects.parquet, effects_gaps.parquet and effects.json to {out}.", soft_wrap=True)


def _about(facts: dict[str, Any]) -> list[str]:
    """Who is compared, what went otherwise than drawn, and how long until an effect would show."""
    lines = [
        f"{facts['treat']} accounts to be treated and {facts['holdout']} held out at random, first listed "
        f"{facts['first']} to {facts['last']}. Differences are treated less held out, with 95% intervals: for one look "
        "at a date fixed beforehand, and (anytime) wide enough to be looked at every week.",
        f"Contacted: {facts['contacted']} of those to be treated ({facts['never_contacted']} listed four weeks ago or "
        f"longer were not), {facts['treated_in_holdout']} of those held out. "
        f"Told in another arm than drawn: {facts['told_otherwise']}. All stay in the arm they were drawn into.",
    ]
    if facts["exempt"]:
        lines.append(f"{facts['exempt']} accounts of exempt tiers are always treated: nothing here speaks for them.")
    return lines + [_when(power) for power in facts["power"]]


def _when(power: dict[str, Any]) -> str:
    """How long until the effect asked about would show."""
    measure, units, needed, weeks = (power[name] for name in ("measure", "units", "needed", "weeks"))
    effect, smallest = (UNITS[measure.rpartition("_")[0]].format(power[name])[1:] for name in ("effect", "smallest"))
    asked = f"An effect of {effect} on {_words(measure)} (a save rate of {power['save_rate']:.0%})"
    by_now = f"{units} accounts show one of {smallest} or more in four cases of five"
    if needed <= units:
        return f"{asked} would show by now: {by_now}."
    if weeks == float("inf"):
        return f"{asked} takes {needed:,} accounts, and nobody was listed of late; {by_now}."
    return f"{asked} takes {needed:,} accounts: {weeks:,.0f} more weeks at {power['weekly']:.1f} a week; {by_now}."


def _side_by_side(effects: pd.DataFrame) -> pd.DataFrame:
    """Measures down, methods across, as texts."""
    rows = [
        {
            "treated less held out": _words(measure),
            **{str(row["method"]): _interval(row) for _, row in found.iterrows()},
            "treated": f"{found['n_treat'].iloc[0]}",
            "held out": f"{found['n_holdout'].iloc[0]}",
        }
        for measure, found in effects.groupby("measure", sort=False)
    ]
    order = ["treated less held out", "adjusted", "plain", "anytime", "complier", "treated", "held out"]
    table = pd.DataFrame(rows)
    return table[[name for name in order if name in table]].fillna("-")


def _by_slice(effects: pd.DataFrame) -> pd.DataFrame:
    """Slices of accounts, each beside the adjusted effect on it."""
    rows = effects[(effects["method"] == "adjusted") & effects["measure"].isin(SHOWN_BY_SLICE)]
    table = {
        "accounts": rows["slice"],
        "measure": rows["measure"].map(_words),
        "adjusted": [_interval(row) for _, row in rows.iterrows()],
        "treated": rows["n_treat"].astype("str"),
        "held out": rows["n_holdout"].astype("str"),
    }
    return pd.DataFrame(table)


def _missing(gaps: pd.DataFrame) -> list[str]:
    """Why there is no number, of all accounts."""
    of_all = gaps[gaps["slice"] == "all"]
    lines = [
        f"No number for {_words(row['measure'])}: {GAPS[row['because']].format(**row)}." for _, row in of_all.iterrows()
    ]
    others = len(gaps) - len(of_all)
    return lines + ([f"{others} slices have too few accounts for a number (effects_gaps.parquet)."] if others else [])


def _words(measure: object) -> str:
    """A measure such as churn_12 in words."""
    name, _, weeks = str(measure).rpartition("_")
    return f"{WORDS[name]}, {weeks} weeks"


def _interval(row: pd.Series) -> str:
    """An estimate with its interval; an interval without an end is said to be open."""
    unit = UNITS[str(row["measure"]).rpartition("_")[0]]
    if not np.isfinite(row["high"]):
        return "not yet"
    return f"{unit.format(row['estimate'])} [{unit.format(row['low'])}, {unit.format(row['high'])}]"
