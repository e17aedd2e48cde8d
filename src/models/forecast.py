"""How much of today's revenue, and how many of today's customers, will be there in one and in two quarters.

NRR: revenue then of the accounts there are now, over their revenue now. GRR: the same, each account counted at most at
its revenue now. Logo retention: share of the accounts that are still customers.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.models.arrays import Booleans, Floats
from leadline.models.hazard_level import Level

DAYS = (91, 182)  # one and two quarters
MONEY = ("nrr", "grr")
LOGOS = "logo_retention"
SHARE = 0.8  # of the intervals ought to hold
DRAWS = 1000
FEW = 30  # past movements of a group, below which those of all groups are drawn from
FORECAST = ["as_of", "measure", "quarters", "estimate", "low", "high"]


@dataclass(frozen=True)
class _Pool:
    """Past movements of one group: ARR a quarter later over ARR before, and a number for whose it was."""

    ratio: Floats
    account: np.ndarray

    def draw(self, weights: Floats, chances: Floats) -> Floats:
        """A movement for each chance (0 to 1), from accounts weighted by number; none known: no movement."""
        if not len(self.ratio):
            return np.ones(len(chances))
        edges = np.cumsum(weights[self.account])
        return self.ratio[np.searchsorted(edges[:-1], chances * edges[-1], side="right")]


def forecast(now: pd.DataFrame, past: pd.DataFrame, level: Level, seed: int) -> pd.DataFrame:
    """Forecast each measure of one as-of date, with an interval that ought to hold in 80% of all cases.

    `now`: as_of, arr, survival_1 and survival_2 (to the end of each quarter), group_1 and group_2 (the months of a term
    that ends in the quarter; 0: none does), a row for each customer. `past`: account_id, group, ratio (ARR a quarter
    later over ARR before) of those that stayed. Without ARR only logo retention.

    By simulation: each account stays or leaves by its own chances, all of which are raised or lowered together, and
    each quarter anew, by `level` (in logs of the cumulative hazard). Those that stay move like a past account of the
    same group; past accounts are weighted anew in each draw (Rubin's Bayesian bootstrap, 1981), for they too are a
    sample.
    """
    rng = np.random.default_rng(seed)
    now = now.reset_index(drop=True)
    drawn = np.array(list(_draws(now, past, level, rng)))  # draws x quarters x measures
    names = (*MONEY, LOGOS)
    rows = [
        (now["as_of"].iloc[0], name, quarter + 1, *_estimate(drawn[:, quarter, m]))
        for m, name in enumerate(names)
        for quarter in range(len(DAYS))
        if np.isfinite(drawn[0, quarter, m])
    ]
    return pd.DataFrame(rows, columns=FORECAST)


def retained(arr: Floats, arr_after: Floats, stayed: Booleans) -> tuple[float, float, float]:
    """NRR, GRR and logo retention of accounts whose ARR was `arr` and is `arr_after` (0 where the account left)."""
    known = np.isfinite(arr) & (arr > 0)
    start = float(arr[known].sum())
    if not start:
        return float("nan"), float("nan"), float(stayed.mean())
    after = arr_after[known]
    return float(after.sum() / start), float(np.minimum(after, arr[known]).sum() / start), float(stayed.mean())


def _draws(now: pd.DataFrame, past: pd.DataFrame, level: Level, rng: np.random.Generator) -> Iterator[Floats]:
    """The measures of one simulated future after another: quarters x measures."""
    arr = now["arr"].to_numpy(dtype=np.float64)
    first, second = (now[f"survival_{q}"].to_numpy(dtype=np.float64) for q in (1, 2))
    stays = first, np.divide(second, first, out=np.zeros_like(second), where=first > 0)
    accounts = pd.factorize(past["account_id"])[0]
    pools = [_pools(past, accounts, now[f"group_{q}"]) for q in (1, 2)]
    for _ in range(DRAWS):
        shift, weights = 1.0, rng.exponential(size=accounts.max(initial=0) + 1)
        stayed, after, found = np.ones(len(now), dtype=np.bool_), arr, []
        for stay, pool in zip(stays, pools, strict=True):
            shift *= np.exp(level.sd * rng.standard_t(level.quarters))
            stayed = stayed & (rng.random(len(now)) < stay**shift)
            after = after * _moved(pool, weights, rng.random(len(now)))
            found.append(retained(arr, np.where(stayed, after, 0.0), stayed))
        yield np.array(found)


def _pools(past: pd.DataFrame, accounts: np.ndarray, groups: pd.Series) -> list[tuple[np.ndarray, _Pool]]:
    """For each group of today's accounts: where they are, and the past movements to draw from."""
    ratio, group = past["ratio"].to_numpy(dtype=np.float64), past["group"].to_numpy()
    everyone = _Pool(ratio, accounts)
    pools = []
    for name in np.unique(groups):
        where, alike = np.flatnonzero(groups == name), group == name
        pools.append((where, _Pool(ratio[alike], accounts[alike]) if alike.sum() >= FEW else everyone))
    return pools


def _moved(pools: list[tuple[np.ndarray, _Pool]], weights: Floats, chances: Floats) -> Floats:
    moved = np.ones(len(chances))
    for where, pool in pools:
        moved[where] = pool.draw(weights, chances[where])
    return moved


def _estimate(drawn: Floats) -> tuple[float, float, float]:
    """The mean, and the middle SHARE of the draws."""
    low, high = np.quantile(drawn, [(1 - SHARE) / 2, (1 + SHARE) / 2])
    return float(drawn.mean()), float(low), float(high)
