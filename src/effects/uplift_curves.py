"""What an order of accounts by uplift is worth, measured on randomised arms: uplift@k, Qini, gains, heterogeneity."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from leadline.effects.estimate import Estimate
from leadline.models.arrays import Booleans, Floats
from leadline.models.bootstrap import interval

Rows = npt.NDArray[np.intp]
Measure = Callable[[Floats, Floats, Booleans], float]
DRAWS = 200
SHARES = tuple(percent / 100 for percent in range(5, 101, 5))
FLAT = 1e-12  # scores whose standard deviation is below this order nothing
NORMAL_95 = 1.959964
CROSSED = 2**0.5  # of two rows each predicts the other: by chance alone the slope varies twice as much as rows apart do


def uplift_at_k(y: Floats, uplift: Floats, treated: Booleans, k: float) -> float:
    """Mean outcome of the treated less that of the others among the share k (0 to 1) of highest uplift.

    In the unit of `y`; NaN where an arm is empty there. As scikit-uplift's `uplift_at_k(strategy="overall")`.
    """
    top = _descending(uplift)[: int(len(y) * k)]
    return _difference(y[top], treated[top])


def qini(y: Floats, uplift: Floats, treated: Booleans) -> float:
    """Area between the Qini curve and chance, over that of the best order in hindsight (Radcliffe, 2007).

    1 is the best order, 0 chance; `y` is 0 or 1; NaN where no order is better than another. As scikit-uplift's
    `qini_auc_score` (negative effects allowed in the best order).
    """
    whole = _difference(y, treated) * treated.sum()  # the last point of every curve
    chance = whole * len(y) / 2
    best = _area(y, np.where(treated, y, -y), treated) - chance
    return float((_area(y, uplift, treated) - chance) / best) if best else float("nan")


def with_interval(
    measure: Measure, y: Floats, uplift: Floats, treated: Booleans, seed: int, draws: int = DRAWS
) -> Estimate:
    """A measure of (y, uplift, treated), `qini` or `partial(uplift_at_k, k=0.3)`, with its 95% bootstrap interval.

    Rows are drawn anew within each arm; the scores stay as they are.
    """
    rising = np.argsort(uplift, kind="stable")  # once, for what is sorted already sorts fast in every draw
    y, uplift, treated = y[rising], uplift[rising], treated[rising]
    drawn = [measure(y[rows], uplift[rows], treated[rows]) for rows in _resampled(treated, draws, seed)]
    return _estimate(measure(y, uplift, treated), np.array(drawn), treated)


def policy_curve(
    value_kept: Floats,
    treated: Booleans,
    orders: Mapping[str, Floats],
    p_treat: float | Floats,
    seed: int,
    shares: Sequence[float] = SHARES,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """What contacting the top share by each order gains over contacting nobody, in the unit of `value_kept`.

    Accounts in the top share times their mean value when treated less when held out, each row weighted by the inverse
    of its known chance of its arm (Hájek, 1971). Columns policy, share, n, gain, low, high (95% bootstrap within arms);
    NaN where an arm is empty in a top share.
    """
    sizes = _sizes(len(value_kept), shares)
    curves = _all_gains(value_kept, treated, orders, p_treat, sizes, draws, seed)
    return pd.concat([_curve_rows(name, curves[name], shares, sizes) for name in orders], ignore_index=True)


def gain_difference(
    value_kept: Floats,
    treated: Booleans,
    first: Floats,
    second: Floats,
    share: float,
    p_treat: float | Floats,
    seed: int,
    draws: int = DRAWS,
) -> Estimate:
    """The gain of contacting the top share by the first order less that by the second, both on the same draws."""
    sizes = _sizes(len(value_kept), [share])
    orders = {"first": first, "second": second}
    curves = _all_gains(value_kept, treated, orders, p_treat, sizes, draws, seed)
    differences = (curves["first"] - curves["second"])[:, 0]
    return _estimate(float(differences[0]), differences[1:], treated)


@dataclass(frozen=True)
class Heterogeneity:
    """How far the true effect rises with the predicted one: 1 if it is right, 0 if it says nothing; 95% interval."""

    value: float
    low: float
    high: float

    @property
    def found(self) -> bool:
        """Whether accounts of higher predicted uplift had the higher effect, beyond chance."""
        return self.low > 0


def heterogeneity(y: Floats, uplift: Floats, treated: Booleans, p_treat: float | Floats) -> Heterogeneity:
    """The best linear predictor of the effect by cross-fitted scores S (Chernozhukov and others, 2018).

    Least squares of y on 1, S, D - p and (D - p)(S - mean S), weighted by 1 / p(1 - p); the slope is the last
    coefficient, its error robust to unequal variance (HC3: MacKinnon & White, 1985) and widened by the root of 2, since
    scores of cross-fitting depend on one another (Wager, 2024). NaN where S is flat or an arm is empty.
    """
    share = np.broadcast_to(np.asarray(p_treat, dtype=np.float64), y.shape)
    weights = 1 / (share * (1 - share))
    centred = uplift - np.average(uplift, weights=weights)
    if centred.std() < FLAT or treated.all() or not treated.any():
        return Heterogeneity(float("nan"), float("nan"), float("nan"))
    columns = np.column_stack([np.ones_like(y), centred, treated - share, (treated - share) * centred])
    slope, error = _last_coefficient(columns * np.sqrt(weights)[:, None], y * np.sqrt(weights))
    reach = NORMAL_95 * CROSSED * error
    return Heterogeneity(slope, slope - reach, slope + reach)


def _last_coefficient(x: Floats, y: Floats) -> tuple[float, float]:
    """The last coefficient of least squares, and its HC3 standard error."""
    inverse = np.linalg.pinv(x.T @ x)
    beta = inverse @ x.T @ y
    leverage = np.einsum("ij,jk,ik->i", x, inverse, x)
    pull = x @ inverse[:, -1] * (y - x @ beta) / np.maximum(1 - leverage, FLAT)
    return float(beta[-1]), float(np.sqrt((pull**2).sum()))


def _descending(scores: Floats) -> Rows:
    """Rows from the highest score to the lowest, equal ones from the last to the first, as scikit-uplift takes them."""
    return np.argsort(scores, kind="stable")[::-1]


def _difference(y: Floats, treated: Booleans) -> float:
    if treated.all() or not treated.any():
        return float("nan")
    return float(y[treated].mean() - y[~treated].mean())


def _area(y: Floats, uplift: Floats, treated: Booleans) -> float:
    """The area under the Qini curve: outcomes won among the treated so far, over those that the others had."""
    rows = _descending(uplift)
    ends = np.append(np.flatnonzero(np.diff(uplift[rows])), len(rows) - 1)  # equal scores make one step
    arm, won = treated[rows].astype(np.float64), y[rows]
    n_treat, y_treat, y_rest = (np.cumsum(each)[ends] for each in (arm, arm * won, (1 - arm) * won))
    n_rest = ends + 1 - n_treat
    ratio = np.divide(n_treat, n_rest, out=np.zeros_like(n_treat), where=n_rest > 0)
    return float(np.trapezoid(np.append(0, y_treat - y_rest * ratio), np.append(0, ends + 1)))


def _resampled(treated: Booleans, draws: int, seed: int) -> Iterator[Rows]:
    """Rows drawn with replacement within each arm, in rising order."""
    random = np.random.default_rng(seed)
    arms = [np.flatnonzero(treated), np.flatnonzero(~treated)]
    for _ in range(draws):
        yield np.sort(np.concatenate([arm[random.integers(0, len(arm), len(arm))] for arm in arms if len(arm)]))


def _sizes(n: int, shares: Sequence[float]) -> Rows:
    """How many accounts each share is, one at least."""
    return np.maximum(1, np.rint(n * np.asarray(shares))).astype(np.intp)


def _all_gains(
    value: Floats,
    treated: Booleans,
    orders: Mapping[str, Floats],
    p_treat: float | Floats,
    sizes: Rows,
    draws: int,
    seed: int,
) -> dict[str, Floats]:
    """By order: gains, draws + 1 x sizes, the first row of the data as they are; every order sees the same draws."""
    in_treat, in_rest = treated / np.asarray(p_treat), ~treated / (1 - np.asarray(p_treat))
    sums = np.column_stack([in_treat * value, in_treat, in_rest * value, in_rest])
    ranked = {name: _descending(scores) for name, scores in orders.items()}
    drawn = [np.arange(len(value)), *_resampled(treated, draws, seed)]
    times = [np.bincount(rows, minlength=len(value)) for rows in drawn]
    return {
        name: np.array([_gains(sums, np.repeat(rank, n[rank]), sizes) for n in times]) for name, rank in ranked.items()
    }


def _gains(sums: Floats, rows: Rows, sizes: Rows) -> Floats:
    """Accounts in the top times the weighted mean value of the treated less that of the others, one a size."""
    y_treat, n_treat, y_rest, n_rest = np.cumsum(sums[rows], axis=0)[sizes - 1].T
    with np.errstate(invalid="ignore"):  # 0 / 0 where an arm is empty
        gains: Floats = sizes * (y_treat / n_treat - y_rest / n_rest)
    return gains


def _curve_rows(name: str, gains: Floats, shares: Sequence[float], sizes: Rows) -> pd.DataFrame:
    bounds = [interval(column) if np.isfinite(column[0]) else (np.nan, np.nan) for column in gains.T]
    low, high = zip(*bounds, strict=True)
    return pd.DataFrame({"policy": name, "share": shares, "n": sizes, "gain": gains[0], "low": low, "high": high})


def _estimate(value: float, drawn: Floats, treated: Booleans) -> Estimate:
    low, high = interval(drawn) if np.isfinite(value) else (float("nan"), float("nan"))
    return Estimate(value, low, high, int(treated.sum()), int((~treated).sum()))
