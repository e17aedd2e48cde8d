"""Contributions add up to the score."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_tables import COLUMNS, column, company, experiment
from scipy.special import expit, logit

from leadline.features.indicator import Column
from leadline.models.baselines import as_fitted, fit_rules
from leadline.models.calibration import Calibration
from leadline.models.explain import KINDS, contributions, groups
from leadline.models.fit import fit
from leadline.models.fitted import Fitted
from leadline.models.lightgbm_model import fit_trees
from leadline.models.logistic import Logistic, fit_logistic
from leadline.models.recipe import Choice
from leadline.models.rows import outcome_rows
from leadline.models.rule import Rule

ROWS = outcome_rows(*company(accounts=40, months=8), "churn")


def fitted(columns: tuple[str, ...], **parts: object) -> Fitted:
    facts = {"outcome": "churn", "kind": "logistic", "base_rate": 0.1, "rows": 1, "positives": 1, "fingerprint": ""}
    return Fitted(**{**facts, "columns": columns, **parts})


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


def test_columns_add_up_to_indicators_families_and_levels_by_eye() -> None:
    """Weights 1, 2, 3, 4 on values of 1: use speaks in two windows, and with people makes up activity."""
    use, people, core = column("use"), column("people"), column("core", "depth")
    product = replace(core, indicator=replace(core.indicator, level="product"))
    columns = (replace(use, name="use_7"), replace(use, name="use_28"), people, product)
    names = tuple(c.name for c in columns)
    line = Logistic((0.0,) * 4, (), (0.0,) * 4, (1.0,) * 4, (1.0, 2.0, 3.0, 4.0), -5.0)
    found = contributions(fitted(names, logistic=line), pd.DataFrame(1.0, index=["a"], columns=names))
    sums = {kind: found.by(columns, kind).loc["a"].to_dict() for kind in KINDS}
    assert sums == {
        "column": {"use_7": 1, "use_28": 2, "people": 3, "core": 4},
        "indicator": {"use": 3, "people": 3, "core": 4},
        "family": {"activity": 6, "depth": 4},
        "level": {"company": 6, "product": 4},
    }
    assert found.base.tolist() == [-5]


LEVELS = ("company", "product", "user")
numbers = st.floats(-3, 3)


@st.composite
def models(draw: st.DrawFn) -> tuple[Fitted, pd.DataFrame, tuple[Column, ...]]:
    """A small random model of any kind, a frame with gaps, and columns of a few indicators, families and levels."""
    n = draw(st.integers(1, 6))
    random = np.random.default_rng(draw(st.integers(0, 2**16)))
    columns = tuple(
        Column(f"c{i}", replace(column(f"i{i // 2}", f"f{i // 4}").indicator, level=LEVELS[i // 2 % 3]), None)
        for i in range(n)
    )
    names = tuple(c.name for c in columns)
    frame = pd.DataFrame(random.normal(size=(60, n)), columns=list(names)).mask(random.random((60, n)) < 0.2)
    x, y = frame.to_numpy(), (random.random(60) < 0.4).astype(float)
    kind = draw(st.sampled_from(["rule", "logistic", "blend"]))
    rules = st.sampled_from([Rule("base_rate"), Rule("recency", names[:1]), Rule("decline", names, sign=-1.0)])
    rule = replace(draw(rules), slope=draw(numbers), intercept=draw(numbers), blank=draw(numbers), mean=draw(numbers))
    directions = tuple(draw(st.lists(st.sampled_from([-1, 0, 1]), min_size=n, max_size=n)))
    line = fit_logistic(x, y, np.zeros(60), 1.0, directions)
    trees = fit_trees(x, y, line.margin(x), directions, 5, 3) if kind == "blend" else ""
    calibration = Calibration(draw(st.floats(0.1, 3)), draw(numbers))
    parts = {"kind": kind, "rule": rule, "trees": trees, "calibration": calibration}
    return fitted(names, **parts, logistic=None if kind == "rule" else line), frame, columns


@settings(max_examples=40, deadline=None, derandomize=True)
@given(models())
def test_base_and_sum_are_the_log_odds_at_every_level(
    drawn: tuple[Fitted, pd.DataFrame, tuple[Column, ...]],
) -> None:
    model, frame, columns = drawn
    found = contributions(model, frame)
    log_odds = model.calibration.log_odds(model.margin(frame))
    np.testing.assert_allclose(expit(log_odds), model.predict(frame), atol=1e-12)
    for kind in KINDS:
        np.testing.assert_allclose(found.base + found.by(columns, kind).sum(axis=1), log_odds, atol=1e-9)
    for lower, upper in (("column", "indicator"), ("indicator", "family"), ("indicator", "level")):
        parent = {groups(columns, lower)[c.name]: groups(columns, upper)[c.name] for c in columns}
        below, above = found.by(columns, lower), found.by(columns, upper)
        for name in above:
            children = [child for child in below if parent[child] == name]
            np.testing.assert_allclose(below[children].sum(axis=1), above[name], atol=1e-9)


def test_missing_values_are_explained_too(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = model(monkeypatch, "blend")
    blank = ROWS[:5].assign(events=np.nan, luck=np.nan, events_trend=np.nan)
    found = contributions(fitted, blank)
    assert found.base + found.values.sum(axis=1).to_numpy() == pytest.approx(logit(fitted.predict(blank)))


def test_no_rows_have_no_contributions(monkeypatch: pytest.MonkeyPatch) -> None:
    assert contributions(model(monkeypatch, "blend"), ROWS[:0]).values.shape == (0, len(COLUMNS))
    assert isinstance(contributions(model(monkeypatch, "blend"), ROWS[:0]).values, pd.DataFrame)
