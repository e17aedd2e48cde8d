"""When models are fitted anew as time goes by, and by which recipe: all that was known at that moment, and no more."""

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from leadline.experiment import Experiment
from leadline.features.calendar import as_of_instant, forward_dates
from leadline.features.indicator import Column
from leadline.models.fit import fit, searched
from leadline.models.fitted import Fitted
from leadline.models.recipe import USUAL, Recipe
from leadline.models.splits import Fold, first_learnable, rolling_origin, training_rows

MOST_REFITS = 24
WORKERS = 2  # fits at a time, a process each; what comes out does not depend on it
NOW = pd.Timedelta(0)
NEXT_WEEK = pd.Timedelta(days=7, hours=2)  # whatever the clocks do
FEW_FITS = 8  # up to which starting processes takes longer than they save
MORE = 4.0  # times the positives after which a search is worth its time


def refits(rows: pd.DataFrame, experiment: Experiment, most: int = MOST_REFITS) -> tuple[Fold, ...]:
    """When one outcome is fitted anew, at `most` so often, and which test dates each fit scores; none where nothing can
    be learned."""
    calendar, settled_days = experiment.calendar, experiment.outcomes.settled_days
    if calendar.first_test is not None:
        first = as_of_instant(calendar, str(calendar.first_test)) if len(rows) else None
    else:
        first = first_learnable(rows, settled_days, experiment.models.few_outcomes)
        first = first or first_learnable(rows, settled_days, 1)
    if first is None:
        return ()
    dates = pd.DatetimeIndex(np.sort(rows["as_of"].unique()))
    return rolling_origin(list(forward_dates(calendar, dates, first)), most)


def recipes(
    rows: dict[str, pd.DataFrame],
    plan: list[tuple[str, Fold]],
    columns: tuple[Column, ...],
    experiment: Experiment,
    parallel: Parallel,
) -> list[Recipe]:
    """The recipe of each fit of the plan: the last one searched by then on what was known by then. Searching anew pays
    only once there is much more to learn from."""
    due = _search_due(rows, plan, experiment)
    searches = (delayed(_searched)(rows[plan[i][0]], *plan[i], columns, experiment) for i in due)
    found = dict(zip(due, parallel(searches), strict=True))
    last = {name: USUAL for name, _ in plan}
    chosen = []
    for i, (name, _) in enumerate(plan):
        last[name] = found.get(i, last[name])
        chosen.append(last[name])
    return chosen


def _search_due(rows: dict[str, pd.DataFrame], plan: list[tuple[str, Fold]], experiment: Experiment) -> list[int]:
    """The fits before which to search: where positives have grown fourfold since the last search of that outcome."""
    due, last = [], dict.fromkeys(rows, 0.0)
    for i, (name, fold) in enumerate(plan):
        known = training_rows(rows[name], fold.fitted_at, experiment.outcomes.settled_days)["observed"].sum()
        if known >= max(MORE * last[name], experiment.models.few_outcomes):
            due.append(i)
            last[name] = float(known)
    return due


def _searched(
    rows: pd.DataFrame, outcome: str, fold: Fold, columns: tuple[Column, ...], experiment: Experiment
) -> Recipe:
    return searched(training_rows(rows, fold.fitted_at, experiment.outcomes.settled_days), columns, outcome, experiment)


def workers(fits: int) -> Parallel:
    """Where so many fits are made: in processes of their own, where these are many enough."""
    return Parallel(n_jobs=WORKERS if fits > FEW_FITS else 1, return_as="generator")


def fitted_over_time(
    rows: pd.DataFrame, outcome: str, columns: tuple[Column, ...], experiment: Experiment
) -> dict[pd.Timestamp, Fitted]:
    """The models of one outcome by the moment each was fitted, as the forward test fits them."""
    plan = [(outcome, fold) for fold in refits(rows, experiment)]
    parallel = workers(len(plan))
    chosen = recipes({outcome: rows}, plan, columns, experiment, parallel)
    days = experiment.outcomes.settled_days
    fits = (
        delayed(fit)(training_rows(rows, fold.fitted_at, days), columns, outcome, experiment, recipe)
        for (_, fold), recipe in zip(plan, chosen, strict=True)
    )
    return {fold.fitted_at: model for (_, fold), model in zip(plan, parallel(fits), strict=True)}


def chances(models: dict[pd.Timestamp, Fitted], rows: pd.DataFrame) -> pd.DataFrame:
    """What models said as time went by: account_id, as_of, p (by the newest model fitted by then) and p_next (by the
    newest a week later), of rows with context and indicators; NaN before the first model."""
    parts = []
    for as_of in map(pd.Timestamp, sorted(rows["as_of"].unique())):
        now = rows[rows["as_of"] == as_of]
        newest = {name: _newest(models, as_of + days) for name, days in (("p", NOW), ("p_next", NEXT_WEEK))}
        said = {name: model.predict(now) if model else np.nan for name, model in newest.items()}
        parts.append(now[["account_id", "as_of"]].assign(**said))
    return pd.concat(parts, ignore_index=True)


def _newest(models: dict[pd.Timestamp, Fitted], at: pd.Timestamp) -> Fitted | None:
    fitted = [moment for moment in models if moment <= at]
    return models[max(fitted)] if fitted else None
