"""What the interventions did, on the terminal."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.markup import escape

from leadline.effects.findings import Findings
from leadline.effects.measures import split_key
from leadline.problem import Problem
from leadline.runs.effects import found
from leadline.runs.job import open_job
from leadline.runs.printing import section
from leadline.runs.pulling import fetched

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
    "no_money": "the source knows no money",
    "too_few": "too few accounts: {n_treat} treated, {n_holdout} held out, and 10 of each are needed",
    "still": "too little has happened: {moved} accounts of both arms, and 8 are needed",
}


def print_effects(console: Console, experiment: Path, data: Path | None, as_of: str, out: Path | None) -> None:
    """The effects on the terminal, and as Parquet where asked; a Problem where there is no number."""
    job = fetched(open_job(str(experiment), str(data or ""), as_of))
    with console.status("Following what became of the accounts listed"):
        findings = found(job)
    if findings.because:
        raise Problem(findings.because)
    (_print_proof if findings.facts["proof"] else _print_no_proof)(console, findings)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        findings.write(out)
        console.print(f"Wrote effects.parquet, effects_gaps.parquet and effects.json to {out}.", soft_wrap=True)


def _print_proof(console: Console, findings: Findings) -> None:
    for line in _about(findings.facts):
        console.print(escape(line), soft_wrap=True)
    everyone = findings.effects["slice"] == "all"
    section(console, "all accounts", _side_by_side(findings.effects[everyone]), numbers=True)
    section(console, "by play, cause, tier and stage", _by_slice(findings.effects[~everyone]), numbers=True)
    for line in (*_missing(findings.gaps), _uplift(findings.facts["uplift"])):
        console.print(escape(line), soft_wrap=True)


def _print_no_proof(console: Console, findings: Findings) -> None:
    facts = findings.facts
    console.print(
        f"[bold]Not proof[/bold]: nobody was held out. {facts['contacted']} accounts contacted beside "
        f"{facts['compared']} others made alike by adjustment ({facts['left_out']} contacted accounts have no like and "
        "are left out). It speaks the truth only if all that made the team call is among what was adjusted for.",
        soft_wrap=True,
    )
    table = _side_by_side(findings.effects).rename(columns={"doubly_robust": "not proof", "treated": "contacted"})
    section(console, "contacted less others", table.rename(columns={"held out": "others"}), numbers=True)
    for line in (*_missing(findings.gaps), *_how_far(facts)):
        console.print(escape(line), soft_wrap=True)


def _how_far(facts: dict[str, Any]) -> list[str]:
    """How far an estimate without a holdout may be believed."""
    plain = ", ".join(f"{_words(key)} {_unit(key).format(value)}" for key, value in facts["naive"].items())
    worst = ", ".join(f"{row['covariate']} {row['before']:+.2f} to {row['after']:+.2f}" for row in facts["most_unlike"])
    lines = [
        f"Before adjustment: {plain}.",
        f"Balance: {facts['unlike']} of {facts['covariates']} covariates stay apart by more than 0.1 standard "
        f"deviations; the farthest: {worst}.",
    ]
    if facts["e_value"]:
        lines.append(
            f"E-value {facts['e_value']['point']:.1f}, of the interval's nearer end {facts['e_value']['limit']:.1f}: "
            "something not adjusted for would have to go with both contact and leaving by risk ratios as large as that."
        )
    if facts["placebo"]:
        passed = "passed" if facts["placebo"]["passed"] else "FAILED: the two groups differed before anybody called"
        lines.append(
            f"Placebo check on usage half a year earlier: {passed}. A check that is passed is no proof either."
        )
    return lines


def _uplift(uplift: dict[str, Any]) -> str:
    """Whether effects differ by account."""
    said = {
        "too_few": f"not tried, for an arm has {uplift['fewest']} accounts and {uplift['needed']} are needed",
        "none_found": "none found: the data do not show that some accounts gain more from a play than others",
        "found": "found, but ranking by it does not keep more ARR than ranking by value",
        "proven": "proven on accounts held out from its models: lists rank by it in place of risk x save rate",
    }
    return f"Uplift by account: {said[uplift['verdict']]}."


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
    if facts["not_drawn"]:
        lines.append(
            f"{facts['not_drawn']} accounts whose arm nobody drew (the team's own, or listed while nobody was held "
            "out) are not compared."
        )
    return lines + [_when(power) for power in facts["power"]]


def _when(power: dict[str, Any]) -> str:
    """How long until the effect asked about would show."""
    measure, units, needed, weeks = (power[name] for name in ("measure", "units", "needed", "weeks"))
    effect, smallest = (_unit(measure).format(power[name])[1:] for name in ("effect", "smallest"))
    asked = f"An effect of {effect} on {_words(measure)} (a save rate of {power['save_rate']:.0%})"
    by_now = f"{units} accounts show one of {smallest} or more in four cases of five" if units else "none is ripe yet"
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
    order = [
        "treated less held out",
        "adjusted",
        "plain",
        "anytime",
        "complier",
        "doubly_robust",
        "treated",
        "held out",
    ]
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
    lines = [f"No number for {_words(row['measure'])}: {_why(row)}." for _, row in of_all.iterrows()]
    others = int((gaps["because"] == "too_few").sum() - (of_all["because"] == "too_few").sum())
    return lines + ([f"{others} slices have too few accounts for a number (effects_gaps.parquet)."] if others else [])


def _why(gap: pd.Series) -> str:
    """A reason in words; those of an estimate without a holdout are sentences already."""
    return GAPS[gap["because"]].format(**gap) if gap["because"] in GAPS else str(gap["because"]).rstrip(".")


def _words(measure: object) -> str:
    """A measure such as churn_12 in words."""
    name, weeks = split_key(str(measure))
    return f"{WORDS[name]}, {weeks} weeks"


def _interval(row: pd.Series) -> str:
    """An estimate with its interval; an interval without an end is said to be open."""
    unit = _unit(row["measure"])
    if not np.isfinite(row["high"]):
        return "not yet"
    return f"{unit.format(row['estimate'])} [{unit.format(row['low'])}, {unit.format(row['high'])}]"


def _unit(measure: object) -> str:
    return UNITS[split_key(str(measure))[0]]
