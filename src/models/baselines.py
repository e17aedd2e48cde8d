"""The plain rules fitted to training rows, each with a probability, so that all can be compared."""

import numpy as np
import pandas as pd
from scipy.special import logit

from leadline.features.indicator import Column
from leadline.models.arrays import Floats
from leadline.models.calibration import Calibration, fit_calibration
from leadline.models.fitted import Fitted
from leadline.models.logistic import smoothed_rate
from leadline.models.renewal_curve import fit_renewal_curve
from leadline.models.rule import Rule

RULES = ("base_rate", "recency", "decline", "renewal_curve")
RECENCY = "days_since_last_event"


def fit_rules(
    rows: pd.DataFrame, columns: tuple[Column, ...], outcome: str, mode: str, fingerprint: str
) -> dict[str, Fitted]:
    """Every plain rule that the columns and the outcome mode allow, by name, in the order of RULES."""
    observed = rows["observed"].to_numpy(dtype=np.float64)
    rules = [
        Rule("base_rate"),
        *recency_rule(rows, columns, outcome),
        *decline_rule(rows, columns, outcome),
        *renewal_rule(rows, observed, outcome, mode),
    ]
    return {rule.name: _fitted(rule, rows, observed, outcome, fingerprint) for rule in rules}


def recency_rule(rows: pd.DataFrame, columns: tuple[Column, ...], outcome: str) -> list[Rule]:
    """Days since the last event: longer goes with churn, shorter with expansion."""
    names = tuple(c.name for c in columns if c.name == RECENCY)
    return [_ranking("recency", names, 1.0 if outcome == "churn" else -1.0, rows)] if names else []


def decline_rule(rows: pd.DataFrame, columns: tuple[Column, ...], outcome: str) -> list[Rule]:
    """The biggest drop (for expansion: rise) among the trends told as a change against the account's own past."""
    names = tuple(
        c.name for c in columns if c.indicator.family == "trend" and c.indicator.unit in ("change", "ratio")
        and c.indicator.direction < 0
    )  # fmt: skip
    return [_ranking("decline", names, -1.0 if outcome == "churn" else 1.0, rows)] if names else []


def renewal_rule(rows: pd.DataFrame, observed: Floats, outcome: str, mode: str) -> list[Rule]:
    """The renewal curve; only for churn of contracts."""
    if mode != "contract" or outcome != "churn":
        return []
    curve = fit_renewal_curve(rows, observed)
    return [Rule("renewal_curve", alpha=curve.alpha, beta=curve.beta, not_due=curve.not_due)]


def _ranking(name: str, columns: tuple[str, ...], sign: float, rows: pd.DataFrame) -> Rule:
    """A rule by columns, scaled so that its score has mean 0 and spread 1 on the training rows."""
    score = Rule(name, columns, sign, blank=np.nan).worst(rows)
    known = score[np.isfinite(score)]
    if not len(known):
        return Rule(name, columns, sign)
    return Rule(name, columns, sign, float(np.median(known)), float(known.mean()), float(known.std()) or 1.0)


def _fitted(rule: Rule, rows: pd.DataFrame, observed: Floats, outcome: str, fingerprint: str) -> Fitted:
    return Fitted(
        outcome=outcome,
        kind="rule",
        columns=rule.columns,
        calibration=_calibrated(rule, rows, observed),
        base_rate=float(observed.mean()),
        rows=len(rows),
        positives=int(observed.sum()),
        fingerprint=fingerprint,
        rule=rule,
    )


def _calibrated(rule: Rule, rows: pd.DataFrame, observed: Floats) -> Calibration:
    """One-variable logistic regression of the score; base rate and renewal curve are chances already."""
    if rule.name == "base_rate":
        return Calibration(1.0, float(logit(smoothed_rate(observed))))
    return Calibration() if rule.name == "renewal_curve" else fit_calibration(rule.margin(rows), observed)
