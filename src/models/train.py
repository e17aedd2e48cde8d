"""The final fit: on every settled row, in the kind that the forward test's verdict allows."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from leadline.experiment import Experiment
from leadline.features.indicator import Column
from leadline.models.baselines import as_fitted, fit_rules
from leadline.models.fit import fingerprint, fit, searched
from leadline.models.fitted import Fitted
from leadline.models.rows import outcome_rows
from leadline.models.splits import training_rows
from leadline.models.verdict import Verdict


@dataclass(frozen=True)
class Trained:
    """The published models by outcome; churn is always there, another only where the data hold rows of it."""

    by_outcome: Mapping[str, Fitted]

    @property
    def churn(self) -> Fitted:
        """The model of churn."""
        return self.by_outcome["churn"]


def train(
    snapshots: pd.DataFrame,
    context: pd.DataFrame,
    outcomes: pd.DataFrame,
    columns: tuple[Column, ...],
    experiment: Experiment,
    verdicts: Mapping[str, Verdict],
    at: pd.Timestamp,
) -> Trained:
    """Fit the outcomes the experiment asks for to all rows settled at `at`, with labels as known then.

    Each as its verdict says: the model, or the rule that it did not beat.
    """
    models: dict[str, Fitted] = {}
    for outcome in experiment.models.outcomes:
        rows = outcome_rows(snapshots, context, outcomes, outcome)
        if outcome == "churn" or len(rows):
            settled = training_rows(rows, at, experiment.outcomes.settled_days)
            models[outcome] = _published(settled, columns, outcome, experiment, verdicts[outcome].kind)
    return Trained(models)


def _published(
    rows: pd.DataFrame, columns: tuple[Column, ...], outcome: str, experiment: Experiment, kind: str
) -> Fitted:
    if kind == "model":
        recipe = searched(rows, columns, outcome, experiment)
        return fit(rows, columns, outcome, experiment, recipe)
    rule = fit_rules(rows, columns, outcome, experiment.outcomes.mode)[kind]
    return as_fitted(rule, rows, outcome, fingerprint(rows, columns))
