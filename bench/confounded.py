"""`python -m bench.confounded --seeds 40`: is an effect without a holdout told rightly, where the truth is known?

A simulated company for each seed, whose team contacted by need and held nobody out: those contacted leave more often,
though every contact helps. Outcome: left within 84 days. Truth: the mean difference of both chances over the contacted
accounts kept. `wrong_sign`: share of seeds in which the plain difference is above 0; `holds`: in which the doubly
robust interval holds the truth; `found`: in which it leaves out 0; `bias`: its mean error; `spread`: the standard
deviation of these errors; `half_width`: of the interval; `unlike`: covariates standardised differences above 0.1,
before and after weighting; `passed`: share of placebo checks passed.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd

from bench.confounded_company import company, covariates, rows
from leadline.effects.balance import UNLIKE, balance
from leadline.effects.observational import effect_on_contacted, placebo_check
from leadline.experiment import Experiment, read_experiment


def company_rows(seed: int, accounts: int, experiment: Experiment) -> pd.DataFrame:
    """The rows of one company, which is written to a folder that does not stay."""
    with TemporaryDirectory() as folder:
        end = company(seed, accounts, Path(folder)).end
        return rows(experiment, Path(folder), end)


def judged(table: pd.DataFrame, seed: int) -> dict[str, float]:
    """What the method says of one company, beside the truth."""
    names = covariates(table)
    found = effect_on_contacted(table, names, "left", seed)
    truth = table.loc[table["contacted"] & (found.weights > 0), "truth"].mean()
    alike = balance(table, names, found.weights)[["before", "after"]].abs()
    placebo = placebo_check(table.dropna(subset="placebo"), names, "placebo", seed)
    return {
        "contacted": found.estimate.n_treat,
        "left_out": found.left_out,
        "naive": found.naive,
        "truth": truth,
        "value": found.estimate.value,
        "low": found.estimate.low,
        "high": found.estimate.high,
        "unlike_before": (alike["before"] > UNLIKE).sum(),
        "unlike_after": (alike["after"] > UNLIKE).sum(),
        "placebo": placebo.estimate.value,
        "passed": placebo.passed,
    }


def summary(found: pd.DataFrame) -> pd.Series:
    """Shares and means over all seeds."""
    error = found["value"] - found["truth"]
    return pd.Series(
        {
            "seeds": len(found),
            "wrong_sign": (found["naive"] > 0).mean(),
            "holds": found["truth"].between(found["low"], found["high"]).mean(),
            "found": (found["high"] < 0).mean(),
            "bias": error.mean(),
            "bias_of_naive": (found["naive"] - found["truth"]).mean(),
            "spread": error.std(),
            "half_width": (found["high"] - found["low"]).mean() / 2,
            **found[["contacted", "left_out", "truth", "unlike_before", "unlike_after", "passed"]].mean(),
        }
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.confounded", description=__doc__)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--accounts", type=int, default=2000)
    parser.add_argument("--experiment", default="experiments/demo.yaml", type=Path)
    given = parser.parse_args()
    duckdb.sql("SET enable_progress_bar = false")
    plan = read_experiment(given.experiment)
    found = pd.DataFrame([judged(company_rows(s, given.accounts, plan), s) for s in range(given.seeds)])
    print(found.round(3).to_string())
    print(summary(found).round(3).to_string())
