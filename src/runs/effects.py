"""What the interventions did: found from a job, written as files."""

import pandas as pd

from leadline.effects.findings import Findings, randomised
from leadline.effects.trial import NoHoldout
from leadline.features.after_listing import WEEKS
from leadline.problem import Problem
from leadline.runs.job import Job
from leadline.runs.no_holdout import observed
from leadline.runs.stepping_in import SteppingIn


def found(job: Job) -> Findings:
    """What can be said at the job's date: proof where some were held out, an estimate by adjustment where nobody was;
    a sentence in place of numbers where there is nothing to say yet."""
    stepping_in = SteppingIn(job)
    try:
        return _proof(stepping_in, job)
    except NoHoldout as nobody:
        return _no_proof(stepping_in, nobody)
    except Problem as problem:
        return Findings(because=str(problem))


def _proof(stepping_in: SteppingIn, job: Job) -> Findings:
    trial = stepping_in.trial
    _refuse_unripe(trial.units, job.as_of)
    return randomised(trial, stepping_in.after, stepping_in.before, WEEKS, job.experiment, job.as_of)


def _no_proof(stepping_in: SteppingIn, nobody: NoHoldout) -> Findings:
    try:
        return observed(stepping_in)
    except Problem as problem:
        return Findings(because=f"{nobody} Nor can it be estimated without: {problem}")


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
