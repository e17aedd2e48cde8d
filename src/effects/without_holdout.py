"""What can be said of stepping in where nobody was held out: an estimate by adjustment, and it is no proof."""

from typing import Any

import pandas as pd

from leadline.effects.balance import balance
from leadline.effects.evalue import e_value
from leadline.effects.findings import Findings
from leadline.effects.itt import COLUMNS, GAPS
from leadline.effects.observational import EffectOnContacted, effect_on_contacted, placebo_check
from leadline.problem import Problem

PLACEBO = "usage_before"
SHOWN = 5  # covariates that stay the most unlike
METHOD = "doubly_robust"


def without_holdout(accounts: pd.DataFrame, covariates: list[str], measures: list[str], seed: int) -> Findings:
    """The effect on the contacted of each measure, none of it proof, and how far it may be believed.

    `accounts`: one row an account: account_id, contacted, the measures (NaN where not ripe), usage_before (from before
    anything the covariates look at; NaN where the account was not there yet) and the covariates. A Problem where the
    first measure cannot be estimated.
    """
    rows, found, gaps = [], {}, []
    for measure in measures:
        ripe = accounts.dropna(subset=[measure])
        try:
            found[measure] = effect_on_contacted(ripe, covariates, measure, seed)
        except Problem as problem:
            if measure == measures[0]:
                raise
            gaps.append({"measure": measure, "slice": "all", "because": str(problem)})
            continue
        rows.append(_row(measure, METHOD, found[measure]))
    first = found[measures[0]]
    ripe = accounts.dropna(subset=[measures[0]])
    alike = balance(ripe, covariates, first.weights)
    facts = {
        "proof": False,
        "contacted": first.estimate.n_treat,
        "compared": first.estimate.n_holdout,
        "left_out": first.left_out,
        "naive": {measure: effect.naive for measure, effect in found.items()},
        "unlike": int((~alike["alike"]).sum()),
        "covariates": len(alike),
        "most_unlike": alike.head(SHOWN)[["covariate", "before", "after"]].to_dict("records"),
        "e_value": _e_value(first) if measures[0].startswith("churn") else None,
        "placebo": _placebo(accounts, covariates, seed),
    }
    kept = pd.DataFrame(gaps, columns=GAPS)
    return Findings(pd.DataFrame(rows, columns=COLUMNS), kept, facts, balance=alike)


def _row(measure: str, method: str, effect: EffectOnContacted) -> dict[str, object]:
    found = effect.estimate
    ends = {"estimate": found.value, "low": found.low, "high": found.high}
    counts = {"n_treat": found.n_treat, "n_holdout": found.n_holdout}
    return {"measure": measure, "slice": "all", "method": method, **ends, **counts, "proof": False}


def _e_value(effect: EffectOnContacted) -> dict[str, float] | None:
    """The E-value, where there is a risk ratio."""
    try:
        found = e_value(effect)
    except Problem:
        return None
    return {"point": found.point, "limit": found.limit}


def _placebo(accounts: pd.DataFrame, covariates: list[str], seed: int) -> dict[str, Any] | None:
    """What the method finds where nothing can be; None where too few accounts are old enough."""
    old = accounts.dropna(subset=[PLACEBO])
    try:
        check = placebo_check(old, covariates, PLACEBO, seed)
    except Problem:
        return None
    return {
        "value": check.estimate.value,
        "low": check.estimate.low,
        "high": check.estimate.high,
        "passed": check.passed,
    }
