"""What the registry keeps with each version, and whether a new training is to replace the champion."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from leadline.models import tracking
from leadline.models.fitted import load
from leadline.models.promotion import Contender, Decision, decide, published
from leadline.models.verdict import Verdict
from leadline.problem import Problem
from leadline.runs.job import Job
from leadline.runs.kept_champions import keep_champions, kept_champions

RECIPE = ("settings", "code")
OWN_SETTINGS = {
    "expansion_ratio": "expansion",
    "contraction_ratio": "contraction",
}  # what bears on the meaning of one outcome alone


def champions(job: Job) -> dict[str, tracking.Registered]:
    """The registered champions; a Problem if there is none for churn."""
    found = champions_there_are(job)
    if "churn" not in found:
        raise Problem(
            f"Experiment {job.experiment.name} has no trained model yet; run `leadline train` on it, or the training "
            "notebook."
        )
    return found


def champions_there_are(job: Job) -> dict[str, tracking.Registered]:
    """The champion of each outcome that has one; while MLflow does not answer, those it named last."""
    try:
        asked = {name: tracking.registered(job.experiment, name) for name in job.experiment.models.outcomes}
    except tracking.Unreachable:
        if found := kept_champions(job):
            return found
        raise
    found = {name: model for name, model in asked.items() if model is not None}
    keep_champions(job, found)
    return found


@dataclass(frozen=True)
class ForwardTest:
    """One outcome's part of the forward test that a version was registered with."""

    predictions: pd.DataFrame
    metrics: pd.DataFrame
    verdict: Verdict


def forward_test(model: tracking.Registered, outcome: str) -> ForwardTest:
    """Read the forward test a version was registered with; it holds every outcome that was tested that day."""
    folder = model.files("backtest")
    verdicts = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in ("predictions", "metrics")}
    mine = {name: frame[frame["outcome"] == outcome] for name, frame in frames.items()}
    return ForwardTest(**mine, verdict=Verdict(**verdicts[outcome]))


def version_tags(job: Job, outcome: str) -> dict[str, str]:
    """What is noted on a version: its recipe, its data, its as-of date and the question it answers."""
    made_from = {name: str(job.fingerprint[name]) for name in RECIPE}
    data = json.dumps(job.fingerprint["data"], sort_keys=True)[:5000]
    own = {name for name, other in OWN_SETTINGS.items() if other != outcome}
    question = job.experiment.outcomes.model_dump_json(exclude=own)
    forgotten = str(job.fingerprint["forgotten"])
    return {**made_from, "data": data, "as_of": job.as_of.isoformat(), "question": question, "forgotten": forgotten}


def judged_beside(job: Job, champion: tracking.Registered | None, test: ForwardTest) -> Decision:
    """Whether a training of today with this forward test is to replace the champion of its outcome, and why."""
    outcome = test.verdict.outcome
    new = _contender(test, version_tags(job, outcome))
    old = _standing(job, champion, outcome) if champion else None
    return decide(new, old, job.experiment.seed, job.experiment.language)


def same_recipe(job: Job, model: tracking.Registered) -> bool:
    """Whether a version was trained with today's settings and code."""
    return all(model.tags.get(name) == job.fingerprint[name] for name in RECIPE)


def _standing(job: Job, champion: tracking.Registered, outcome: str) -> Contender:
    """The champion as the rule sees it; not readable where any of its files cannot be read."""
    try:
        needs, test = load(champion.folder()).needs, forward_test(champion, outcome)
    except (Problem, OSError, ValueError, KeyError, TypeError):
        nothing = pd.DataFrame(columns=["account_id", "as_of", "observed", "p"])
        return Contender(nothing, (), "", "", champion.version, readable=False)
    built = {*job.training.snapshots.columns, *job.training.context.columns}
    missing = tuple(name for name in needs if name not in built)
    return replace(_contender(test, champion.tags), version=champion.version, missing=missing)


def _contender(test: ForwardTest, tags: Mapping[str, str]) -> Contender:
    return Contender(
        predictions=published(test.predictions, test.verdict.kind),
        recipe=tuple(tags.get(name, "") for name in RECIPE),
        question=tags.get("question", ""),
        as_of=tags["as_of"][:10],
        forgotten=tags.get("forgotten", ""),
        leak=test.verdict.leak,
    )
