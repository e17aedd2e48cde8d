"""`python -m bench.policy --seeds 3`: whom should one call, by risk, by value or by uplift, where the truth is known?

Large companies with half their listed accounts held out. Each order of the listed accounts comes from the log alone,
uplift by models that did not see the account; truth/ says what contacting the top 30% of it truly keeps. `kept`: share
of all the ARR that contacting everybody would keep; `accounts`: the same of accounts, each order without ARR in it.
`verdict`: what the product says of uplift, from the log. Once with the effects as they are, and once with none at all.
"""

import argparse

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from bench.effects import made
from leadline.effects.measures import measured
from leadline.effects.uplift import cross_fitted_uplift
from leadline.effects.uplift_proof import KINDS, TOP, inputs, uplift_proof
from leadline.simulate.settings import SimulationSettings

DAYS, WEEKS = 84, 12


def company(seed: int, accounts: int, scale: float) -> dict[str, object]:
    """One company: the verdict, and the true gain of each order."""
    settings = SimulationSettings(
        seed=seed, accounts=accounts, effect_scale=scale, holdout_share=0.5, events_per_user_week=2
    )
    with made(settings) as (found, truth):
        churn = measured(found.after, found.before, "churn", WEEKS)
        proof = uplift_proof(found.trial, churn, found.before, 7)
        units = found.trial.units.iloc[churn.units].reset_index(drop=True)
        known = found.before.iloc[churn.units].reset_index(drop=True)
    treated = (units["arm"] == "treat").to_numpy()
    x = inputs(known.drop(columns=[*KINDS], errors="ignore").join(units[list(KINDS)]))
    uplift = cross_fitted_uplift(x, 1 - churn.y, treated, 7, "p")
    both = units.merge(truth, on=["account_id", "listed_as_of"], how="left")
    gain = (both[f"p_leave_{DAYS}_if_held"] - both[f"p_leave_{DAYS}_if_treated"]).to_numpy()
    p, arr = np.nan_to_num(x["p"].to_numpy()), known["arr"].fillna(known["arr"].median()).to_numpy()
    row: dict[str, object] = {"scale": scale, "seed": seed, "accounts": len(units), "verdict": proof.verdict}
    if not scale:
        return row
    orders = {"risk": p, "value": p * arr, "uplift": uplift * arr, "truth": gain * arr}
    row |= {f"kept_{name}": _top(gain * arr, order) for name, order in orders.items()}
    return row | {f"accounts_{name}": _top(gain, each) for name, each in (("risk", p), ("uplift", uplift))}


def _top(gain: np.ndarray, order: np.ndarray) -> float:
    """The share of all that could be gained that lies in the top of an order."""
    top = np.argsort(-order, kind="stable")[: int(len(gain) * TOP)]
    return float(gain[top].sum() / gain.sum())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.policy", description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--accounts", type=int, default=4000)
    given = parser.parse_args()
    jobs = [(seed, given.accounts, scale) for scale in (1.0, 0.0) for seed in range(1, given.seeds + 1)]
    rows = pd.DataFrame(Parallel(n_jobs=2, verbose=1)(delayed(company)(*job) for job in jobs))
    print(rows.round(3).to_string(index=False))
    print(rows[rows["scale"] > 0].filter(regex="kept|accounts_").mean().round(3).to_string())
