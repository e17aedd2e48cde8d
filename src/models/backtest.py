"""The forward test: fitted at each test date to what was known then, judged by what became of the accounts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from joblib import delayed
from scipy.stats import rankdata

from leadline.experiment import Experiment
from leadline.features.indicator import Column
from leadline.models.arrays import Floats, matrix
from leadline.models.baselines import RULES, as_fitted, fit_rules
from leadline.models.evaluate import evaluate
from leadline.models.fit import fit, fit_plain
from leadline.models.fitted import Fitted
from leadline.models.recipe import Recipe
from leadline.models.refits import recipes, refits, workers
from leadline.models.rows import outcome_rows
from leadline.models.rule import CURVE
from leadline.models.splits import Fold, training_rows
from leadline.problem import Problem

FACTS = ["arr", "due_for_renewal", "stage", "segment", "tier", "happened_at", "fitted_at"]


@dataclass(frozen=True)
class Backtest:
    """What the forward test found.

    - `predictions`: outcome, account_id, as_of, observed, p, a chance by each baseline (base_rate, recency, decline,
      fullness, renewal_curve, logistic; NaN where an outcome has none), arr, due_for_renewal, stage, segment, tier,
      happened_at (see features/outcomes), fitted_at, and for churn of contracts
      `behaviour`: logistic regression without lifecycle and commercial columns.
    - `metrics`: as `evaluate` tells them.
    - `folds`: a row per outcome and fit: when, on what, which kind was chosen, and which test dates it scored.
    - `alone`: outcome, column, auc: what each column ranks by itself on the test rows (0.5: nothing).
    - `models`: the models of each outcome by the moment they were fitted.
    """

    predictions: pd.DataFrame
    metrics: pd.DataFrame
    folds: pd.DataFrame
    alone: pd.DataFrame
    models: dict[str, dict[pd.Timestamp, Fitted]] = field(default_factory=dict)


def backtest(
    snapshots: pd.DataFrame,
    context: pd.DataFrame,
    outcomes: pd.DataFrame,
    columns: tuple[Column, ...],
    experiment: Experiment,
    progress: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Test the experiment's outcomes forward; refitted at every test date, or at most 24 times (`folds` tells).

    An outcome of which nothing can be learned before its last as-of date is left out; a Problem if all are.
    `progress` is told how many of all fits are done.
    """
    asked: tuple[str, ...] = experiment.models.outcomes
    rows = {name: outcome_rows(snapshots, context, outcomes, name) for name in asked}
    plan = [(name, fold) for name, found in rows.items() for fold in refits(found, experiment)]
    if not plan:
        raise Problem(
            "The forward test has no test date: no outcome had settled, with both kinds seen, before the last as-of "
            "date; give a longer log, or a shorter outcomes.horizon_days."
        )
    parallel = workers(len(plan))
    found = recipes(rows, plan, columns, experiment, parallel)
    tests = (
        delayed(_tested)(rows[name], name, fold, columns, experiment, recipe)
        for (name, fold), recipe in zip(plan, found, strict=True)
    )
    parts = []
    models: dict[str, dict[pd.Timestamp, Fitted]] = {name: {} for name in asked}
    for done, ((name, fold), (model, *part)) in enumerate(zip(plan, parallel(tests), strict=True), start=1):
        models[name][fold.fitted_at] = model
        parts.append(part)
        if progress:
            progress(done, len(plan))
    predictions = _ordered(pd.concat([predicted for predicted, _ in parts], ignore_index=True))
    return Backtest(
        predictions=predictions,
        metrics=_metrics(predictions, experiment),
        folds=pd.DataFrame([facts for _, facts in parts]),
        alone=_alone(rows, predictions, columns),
        models=models,
    )


def _tested(
    rows: pd.DataFrame,
    outcome: str,
    fold: Fold,
    columns: tuple[Column, ...],
    experiment: Experiment,
    recipe: Recipe,
) -> tuple[Fitted, pd.DataFrame, dict[str, object]]:
    train = training_rows(rows, fold.fitted_at, experiment.outcomes.settled_days)
    test = rows[rows["as_of"].isin(fold.tests)]
    model = fit(train, columns, outcome, experiment, recipe)
    rules = fit_rules(train, columns, outcome, experiment.outcomes.mode)
    asked = {"p": model, **{name: as_fitted(rule, train, outcome, "") for name, rule in rules.items()}}
    asked["logistic"] = fit_plain(train, columns, outcome, experiment)
    behavioural = tuple(c for c in columns if c.indicator.behaviour)
    if CURVE in rules and behavioural:
        asked["behaviour"] = fit_plain(train, behavioural, outcome, experiment)
    chances = {name: found.predict(test) for name, found in asked.items()}
    predicted = test.assign(fitted_at=fold.fitted_at, **chances)
    keys = ["outcome", "account_id", "as_of", "observed"]
    return model, predicted[[*keys, *asked, *FACTS]], _facts(outcome, fold, train, model, experiment)


def _facts(outcome: str, fold: Fold, train: pd.DataFrame, model: Fitted, experiment: Experiment) -> dict[str, object]:
    positives = int(train["observed"].sum())
    return {
        "outcome": outcome,
        "fitted_at": fold.fitted_at,
        "last_test": fold.tests[-1],
        "test_dates": len(fold.tests),
        "first_train": train["as_of"].min(),
        "last_train": train["as_of"].max(),
        "train_rows": len(train),
        "train_positives": positives,
        "few": min(positives, len(train) - positives) < experiment.models.few_outcomes,
        "fitted_rows": model.rows,
        "kind": model.kind,
        "slope": model.calibration.slope,
        "intercept": model.calibration.intercept,
        **model.notes,
    }


def _ordered(predictions: pd.DataFrame) -> pd.DataFrame:
    predictions = predictions.assign(**{rule: np.nan for rule in RULES if rule not in predictions})
    chances = ["p", *RULES, "logistic"]
    rest = [n for n in predictions if n not in chances and n not in FACTS]
    keys = rest[: rest.index("observed") + 1]
    extra = [name for name in rest if name not in keys]
    return predictions[[*keys, *chances, *FACTS, *extra]]


def _metrics(predictions: pd.DataFrame, experiment: Experiment) -> pd.DataFrame:
    parts = []
    for _, rows in predictions.groupby("outcome", sort=True):
        models = tuple(n for n in ("p", *RULES, "logistic", "behaviour") if n in rows and rows[n].notna().all())
        settings = (experiment.capacity.total, experiment.models.bootstrap, experiment.seed, experiment.value)
        parts.append(evaluate(rows.reset_index(drop=True), models, *settings))
    return pd.concat(parts, ignore_index=True)


def _alone(rows: dict[str, pd.DataFrame], predictions: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(_ranks(rows, predictions, columns)), columns=["outcome", "column", "auc"])


def _ranks(
    rows: dict[str, pd.DataFrame], predictions: pd.DataFrame, columns: tuple[Column, ...]
) -> Iterator[tuple[str, str, float]]:
    for outcome in predictions["outcome"].unique():
        tests = predictions.loc[predictions["outcome"] == outcome, "as_of"].unique()
        tested = rows[outcome][rows[outcome]["as_of"].isin(tests)]
        values = matrix(tested, (c.name for c in columns))
        observed = tested["observed"].to_numpy(dtype=np.float64)
        for column, x in zip(columns, values.T, strict=True):
            yield outcome, column.name, _rank_auc(x, observed)


def _rank_auc(x: Floats, observed: Floats) -> float:
    """AUC of a column among the rows where it has a value (Mann-Whitney); NaN where a kind is lacking."""
    known = np.isfinite(x)
    ranks, y = rankdata(x[known]), observed[known]
    positives, negatives = y.sum(), (1 - y).sum()
    if not positives or not negatives:
        return float("nan")
    return float((ranks[y == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))
