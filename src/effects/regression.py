"""The difference between two arms, adjusted for what was known before, with an interval that holds for small arms."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from leadline.effects.estimate import Estimate
from leadline.models.arrays import Floats

LEVEL = 0.95
SETTLING = 20.0  # the anytime-valid interval is narrowest, beside the fixed one, at about ten times as many units


@dataclass(frozen=True)
class Fitted:
    """The coefficient of treatment in a regression, with its standard error and degrees of freedom."""

    value: float
    error: float
    freedom: float
    units: int

    def half(self) -> float:
        """Half the length of the interval for one look, at a time fixed beforehand."""
        return float(stats.t.ppf((1 + LEVEL) / 2, self.freedom) * self.error)

    def half_at_any_time(self) -> float:
        """Half the length of an interval that holds at all looks together, however many there are.

        Lindon, Ham, Tingley & Bojinov (2022), "Anytime-valid linear models": a confidence sequence for a coefficient by
        mixture over its size; infinite while there is too little to say anything.
        """
        r = SETTLING / (SETTLING + self.units)
        c = (r * (1 - LEVEL) ** 2) ** (1 / (self.freedom + 1))
        return float(self.error * np.sqrt(self.freedom * (1 - c) / (c - r))) if c > r else float("inf")


def longer_at_any_time(units: int) -> float:
    """How many times longer an interval of so many units must be to hold at all looks together than at one."""
    one = Fitted(0.0, 1.0, units - 2.0, units)
    return one.half_at_any_time() / one.half()


def difference(y: Floats, treated: Floats, covariates: Floats) -> Fitted:
    """Mean of y (n) among the treated less among the others, adjusted for covariates (n x k, known before).

    Ordinary least squares with one slope for both arms, as CUPED takes it (Deng et al., 2013). The error is the larger
    of two: HC2, which lets the arms differ in spread, with the degrees of freedom of Bell & McCaffrey (2002); and the
    plain one, which keeps an arm in which nothing happened from looking certain.
    """
    x = _design(treated, covariates)
    inverse = np.asarray(np.linalg.inv(x.T @ x), dtype=np.float64)
    beta = inverse @ x.T @ y
    residuals = np.asarray(y - x @ beta, dtype=np.float64)
    robust, freedom = _hc2(x, inverse, residuals)
    spare = len(y) - x.shape[1]
    plain = float(np.sqrt(residuals @ residuals / spare * inverse[1, 1]))
    fits = [Fitted(float(beta[1]), *pair, len(y)) for pair in ((robust, freedom), (plain, float(spare)))]
    return max(fits, key=Fitted.half)


def estimate(fitted: Fitted, treated: Floats, half: float) -> Estimate:
    """The effect with an interval of so much to either side."""
    n_treat = int(treated.sum())
    return Estimate(fitted.value, fitted.value - half, fitted.value + half, n_treat, len(treated) - n_treat)


def _design(treated: Floats, covariates: Floats) -> Floats:
    """Ones, treatment and the covariates that vary and say something of their own, centred and scaled."""
    spread = covariates.std(axis=0)
    varying = covariates[:, spread > 1e-12 * np.maximum(1, np.abs(covariates).max(axis=0, initial=0))]
    x = np.column_stack([np.ones(len(treated)), treated, stats.zscore(varying, axis=0)])
    return x[:, _independent(x)]


def _independent(x: Floats) -> list[int]:
    """Columns that are no combination of those before them."""
    kept: list[int] = []
    for column in range(x.shape[1]):
        if np.linalg.matrix_rank(x[:, [*kept, column]], tol=1e-6) > len(kept):
            kept.append(column)
    return kept


def _hc2(x: Floats, inverse: Floats, residuals: Floats) -> tuple[float, float]:
    """Standard error of the treatment's coefficient by HC2 (MacKinnon & White, 1985), and its degrees of freedom."""
    leverage = ((x @ inverse) * x).sum(axis=1)
    rest = np.maximum(1 - leverage, 1e-9)
    weight = (x @ inverse)[:, 1] ** 2 / rest
    mixed = inverse @ (x * weight[:, None]).T @ x
    squares = weight**2 @ (1 - 2 * leverage) + np.trace(mixed @ mixed)
    return float(np.sqrt(weight @ residuals**2)), float((weight @ rest) ** 2 / squares)
