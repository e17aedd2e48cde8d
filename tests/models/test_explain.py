"""Contributions add up to the score."""

import numpy as np
import pandas as pd
import pytest
from model_tables import COLUMNS, company, experiment
from scipy.special import logit

from leadline.models.baselines import as_fitted, fit_rules
from leadline.models.calibration import Calibration
from leadline.models.explain import contributions
from leadline.models.fit import fit
from leadline.models.fitted import Fitted
from leadline.models.recipe import Choice
from leadline.models.rows import outcome_rows

ROWS = outcome_rows(*company(accounts=40, months=8), "churn")


def model(monkeypatch: pytest.MonkeyPatch, kind: str, mode: str = "activity") -> Fitted:
    if kind in ("recency", "decline", "base_rate", "renewal_curve"):
        return as_fitted(fit_rules(ROWS, COLUMNS, "churn", mode)[kind], ROWS, "churn", "")
    rounds = 20 if kind == "blend" else 0
    chosen = Choice(kind, 10.0, rounds=rounds, calibration=Calibration(0.8, -0.1))
    monkeypatch.setattr("leadline.models.fit.choose", lambda *_: chosen)
    return fit(ROWS, COLUMNS, "churn", experiment(mode))


@pytest.mark.parametrize("mode", ["activity", "contract"])
@pytest.mark.parametrize("kind", ["logistic", "blend", "recency", "decline", "base_rate"])
def test_contributions_and_base_add_up_to_the_log_odds(monkeypatch: pytest.MonkeyPatch, kind: str, mode: str) -> None:
    fitted = model(monkeypatch, kind, mode)
    found = contributions(fitted, ROWS)
    assert found.base + found.values.sum(axis=1).to_numpy() == pytest.approx(logit(fitted.predict(ROWS)))


def test_the_renewal_curve_speaks_through_the_term_end(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = model(monkeypatch, "renewal_curve", "contract")
    found = contributions(fitted, ROWS)
    added = found.values["days_to_term_end"]
    assert found.base + added.to_numpy() == pytest.approx(logit(fitted.predict(ROWS)))
    assert (added[~ROWS["due_for_renewal"]].abs() < 1e-9).all()
    assert (added[ROWS["due_for_renewal"]] != 0).all()


def test_a_rule_no_column_speaks_for_stays_in_the_base() -> None:
    rule = fit_rules(ROWS, (), "churn", "contract")["renewal_curve"]
    fitted = as_fitted(rule, ROWS, "churn", "")
    found = contributions(fitted, ROWS)
    assert found.values.shape == (len(ROWS), 0)
    assert found.base == pytest.approx(logit(fitted.predict(ROWS)))


def test_the_windows_of_an_indicator_are_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    found = contributions(model(monkeypatch, "blend"), ROWS)
    summed = found.by_indicator(COLUMNS)
    assert list(summed.columns) == [c.indicator.name for c in COLUMNS]
    assert summed.sum(axis=1).to_numpy() == pytest.approx(found.values.sum(axis=1).to_numpy())


def test_missing_values_are_explained_too(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = model(monkeypatch, "blend")
    blank = ROWS[:5].assign(events=np.nan, luck=np.nan, events_trend=np.nan)
    found = contributions(fitted, blank)
    assert found.base + found.values.sum(axis=1).to_numpy() == pytest.approx(logit(fitted.predict(blank)))


def test_no_rows_have_no_contributions(monkeypatch: pytest.MonkeyPatch) -> None:
    assert contributions(model(monkeypatch, "blend"), ROWS[:0]).values.shape == (0, len(COLUMNS))
    assert isinstance(contributions(model(monkeypatch, "blend"), ROWS[:0]).values, pd.DataFrame)
