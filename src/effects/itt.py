"""Intention to treat: the arms compared as they were drawn, whether or not somebody called."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from leadline.effects.estimate import Estimate
from leadline.effects.measures import MEASURES, MONEY, RARE, Measured, measured
from leadline.effects.regression import Fitted, difference, estimate
from leadline.effects.trial import FACTS, Trial
from leadline.models.arrays import Floats

FEWEST = 10  # accounts in either arm, below which there is no number
FEWEST_MOVED = 8  # accounts of both arms that left (grew), below which an interval says more than is known
PARTIAL = 0.1  # least difference between the arms in the share contacted, for an effect on those contacted
COLUMNS = ["measure", "slice", "method", "estimate", "low", "high", "n_treat", "n_holdout", "proof"]
GAPS = ["measure", "slice", "because", "n_treat", "n_holdout", "moved"]
TOO_FEW, UNRIPE, STILL, NO_MONEY = "too_few", "unripe", "still", "no_money"


@dataclass(frozen=True)
class Itt:
    """Effects (COLUMNS) and, where there is no number, why: gaps (GAPS).

    measure: churn_12 (share of accounts that left within 12 weeks), arr_kept_12 and expansion_12 (money an account),
    usage_12 (relative to usage before), arr_saved_12 (money, of all treated together). method: adjusted for what was
    known at listing; plain; anytime (adjusted, an interval that may be looked at every week); complier (per account
    contacted).
    """

    effects: pd.DataFrame
    gaps: pd.DataFrame


def intention_to_treat(trial: Trial, after: pd.DataFrame, before: pd.DataFrame, weeks: tuple[int, ...]) -> Itt:
    """Every measure after so many weeks, of all accounts and by play, cause, tier and stage.

    `after`, `before`: see `measured`; `before` has a row for each of the trial's units, in their order.
    """
    rows: list[dict[str, object]] = []
    gaps: list[dict[str, object]] = []
    for name in MEASURES:
        for week in weeks:
            if name in MONEY and before["arr"].isna().all():
                gaps.append({"measure": f"{name}_{week}", "slice": "all", "because": NO_MONEY})
                continue
            one = measured(after, before, name, week)
            for part, inside in _slices(trial.units):
                _add(rows, gaps, _of(one, inside), part, trial)
    return Itt(pd.DataFrame(rows, columns=COLUMNS), pd.DataFrame(gaps, columns=GAPS))


def _slices(units: pd.DataFrame) -> Iterator[tuple[str, "pd.Series[bool]"]]:
    yield "all", pd.Series(True, index=units.index)
    for fact in FACTS:
        for value in sorted(units[fact].dropna().unique()):
            yield f"{fact}={value}", units[fact] == value


def _of(one: Measured, inside: "pd.Series[bool]") -> Measured:
    """A measure of some of the accounts."""
    kept = inside.to_numpy()[one.units]
    parts = {name: getattr(one, name)[kept] for name in ("units", "y", "covariates", "moved")}
    return replace(one, **parts)


def _add(rows: list[dict[str, object]], gaps: list[dict[str, object]], one: Measured, part: str, trial: Trial) -> None:
    treated = np.asarray(trial.treated, dtype=np.float64)[one.units]
    why = no_number(one, treated)
    if why:
        counts = {"n_treat": int(treated.sum()), "n_holdout": int((1 - treated).sum()), "moved": int(one.moved.sum())}
        gaps.append({"measure": one.key, "slice": part, "because": why, **counts})
        return
    contacted = np.asarray(trial.units["days_to_contact"] < 7 * one.weeks, dtype=np.float64)[one.units]
    for key, method, found in _estimates(one, treated, contacted):
        ends = {"estimate": found.value, "low": found.low, "high": found.high}
        counts = {"n_treat": found.n_treat, "n_holdout": found.n_holdout, "proof": True}
        rows.append({"measure": key, "slice": part, "method": method, **ends, **counts})


def no_number(one: Measured, treated: Floats) -> str:
    """Why there is no number yet; empty where there is one."""
    if not len(one.units):
        return UNRIPE
    if min(treated.sum(), (1 - treated).sum()) < FEWEST:
        return TOO_FEW
    return STILL if one.name in RARE and one.moved.sum() < FEWEST_MOVED else ""


def _estimates(one: Measured, treated: Floats, contacted: Floats) -> Iterator[tuple[str, str, Estimate]]:
    fitted = difference(one.y, treated, one.covariates)
    plain = difference(one.y, treated, one.covariates[:, :0])
    found = {
        "adjusted": estimate(fitted, treated, fitted.half()),
        "plain": estimate(plain, treated, plain.half()),
        "anytime": estimate(fitted, treated, fitted.half_at_any_time()),
    }
    called = complier(one, treated, contacted, fitted)
    for method, effect in (found | ({"complier": called} if called else {})).items():
        yield one.key, method, effect
    if one.name == "arr_kept":
        for method in ("adjusted", "anytime"):
            yield f"arr_saved_{one.weeks}", method, found[method].through(lambda each: each * float(treated.sum()))


def complier(one: Measured, treated: Floats, contacted: Floats, fitted: Fitted) -> Estimate | None:
    """The effect on those contacted for being in the treat arm, by two-stage least squares.

    None where all treated were contacted and nobody else, for then it is the effect itself; and where contact hardly
    differs between the arms (Angrist, Imbens & Rubin, 1996).
    """
    if np.array_equal(treated, contacted):
        return None
    share = difference(contacted, treated, one.covariates).value
    if share < PARTIAL:
        return None
    value = fitted.value / share
    half = difference(one.y - value * contacted, treated, one.covariates).half() / share
    return replace(estimate(fitted, treated, half), value=value, low=value - half, high=value + half)
