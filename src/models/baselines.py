"""The plain rules fitted to training rows, each with a probability, so that all can be compared."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import logit

from leadline.features.indicator import Column
from leadline.models.arrays import Floats
from leadline.models.calibration import SCORE, fit_calibration, smoothed_rate
from leadline.models.fitted import Fitted
from leadline.models.renewal_curve import fit_renewal_curve
from leadline.models.rule import CURVE, Rule

RULES = ("base_rate", "recency", "decline", "fullness", CURVE)
# the rule that the model of an outcome starts from: the first of them that there is
STARTS = {"churn": (CURVE, "recency", "base_rate"), "expansion": ("fullness", "base_rate")}
FULLNESS = ("seat_utilisation_84", "people_still_here")
GAIN = "expansion"  # of the others, which are losses, a fall is the sign
RECENCY = "days_since_last_event"
TERM_END = "days_to_term_end"


def fit_rules(rows: pd.DataFrame, columns: tuple[Column, ...], outcome: str, mode: str) -> dict[str, Rule]:
    """Every plain rule that the columns and the outcome mode allow, by name, in the order of RULES."""
    observed = rows["observed"].to_numpy(dtype=np.float64)
    rules = [
        Rule("base_rate", intercept=float(logit(smoothed_rate(observed)))),
        *recency_rule(rows, observed, columns, outcome),
        *decline_rule(rows, observed, columns, outcome),
        *fullness_rule(rows, observed, columns, outcome),
        *renewal_rule(rows, observed, columns, outcome, mode),
    ]
    return {rule.name: rule for rule in rules}


def starting_rule(rows: pd.DataFrame, columns: tuple[Column, ...], outcome: str, mode: str) -> Rule:
    """What a model corrects: for churn the renewal curve of contracts, else recency; for expansion how full the account
    is; for others the base rate."""
    rules = fit_rules(rows, columns, outcome, mode)
    return next(rules[name] for name in STARTS.get(outcome, ("base_rate",)) if name in rules)


def as_fitted(rule: Rule, rows: pd.DataFrame, outcome: str, fingerprint: str) -> Fitted:
    """A rule as a model of its own."""
    return Fitted(
        outcome=outcome,
        kind="rule",
        columns=rule.columns,
        base_rate=float(rows["observed"].mean()),
        rows=len(rows),
        positives=int(rows["observed"].sum()),
        fingerprint=fingerprint,
        rule=rule,
    )


def recency_rule(rows: pd.DataFrame, observed: Floats, columns: tuple[Column, ...], outcome: str) -> list[Rule]:
    """Days since the last event: longer goes with churn and contraction, shorter with expansion."""
    names = tuple(c.name for c in columns if c.name == RECENCY)
    return _ranking("recency", names, -1.0 if outcome == GAIN else 1.0, rows, observed)


def decline_rule(rows: pd.DataFrame, observed: Floats, columns: tuple[Column, ...], outcome: str) -> list[Rule]:
    """The biggest drop (for expansion: rise) among the trends: changes of months against the account's own past."""
    trends = (c for c in columns if c.indicator.family == "trend" and "trend" in c.indicator.name)
    names = tuple(c.name for c in trends if c.indicator.direction < 0)
    return _ranking("decline", names, 1.0 if outcome == GAIN else -1.0, rows, observed)


def fullness_rule(rows: pd.DataFrame, observed: Floats, columns: tuple[Column, ...], outcome: str) -> list[Rule]:
    """How full the account is, only for expansion: seats used of those bought where known, else people still here of
    those of the half year."""
    known = [name for name in FULLNESS if name in {c.name for c in columns} and rows[name].notna().any()]
    return _ranking("fullness", tuple(known[:1]), 1.0, rows, observed) if outcome == GAIN else []


def renewal_rule(
    rows: pd.DataFrame, observed: Floats, columns: tuple[Column, ...], outcome: str, mode: str
) -> list[Rule]:
    """The renewal curve; only for churn of contracts."""
    if mode != "contract" or outcome != "churn":
        return []
    curve = fit_renewal_curve(rows, observed)
    speaks = tuple(c.name for c in columns if c.name == TERM_END)
    return [Rule(CURVE, speaks, alpha=curve.alpha, beta=curve.beta, not_due=curve.not_due)]


def _ranking(name: str, columns: tuple[str, ...], sign: float, rows: pd.DataFrame, observed: Floats) -> list[Rule]:
    """A rule by columns, scored with mean 0 and spread 1 on the training rows; its two numbers are a one-variable
    logistic regression. None where it has no column."""
    if not columns:
        return []
    raw = Rule(name, columns, sign=sign, blank=np.nan).score(rows)
    known = raw[np.isfinite(raw)]
    middle = (float(np.median(known)), float(known.mean())) if len(known) else (0.0, 0.0)
    rule = Rule(name, columns, 1.0, 0.0, sign, *middle, float(known.std()) if len(known) else 0.0)
    rule = replace(rule, spread=rule.spread or 1.0)
    fit = fit_calibration(rule.score(rows), observed, SCORE)
    return [replace(rule, slope=fit.slope, intercept=fit.intercept)]
