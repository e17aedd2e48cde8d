"""`python -m bench.effects --seeds 200`: do the intervals of effects hold the true effect, as often as they say?

Companies of the demo's size are simulated, one a seed, and every effect is estimated as `leadline effects` does it,
from the written log alone; truth/ is read only to judge. To save time the scores come from fewer indicators and fits
than the demo's (FEWER). Companies done lie in --out, a file each, and are not made again.

For each measure, once with the effects as they are and once with none at all: `numbers`: companies in which there is a
number. `held`: share of these whose 95% interval holds the true mean effect on the accounts it is taken of. `found`:
share whose interval leaves out zero. `narrower`: by how much adjusted intervals are shorter than plain ones (median).
`ever_fixed`, `ever_anytime`: share in which any weekly look, one after the other, leaves out zero.
"""

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import yaml
from joblib import Parallel, delayed

from bench.measure import ROOT
from leadline.effects.itt import no_number
from leadline.effects.measures import MEASURES, Measured, measured
from leadline.effects.regression import difference, estimate
from leadline.features.after_listing import WEEKS
from leadline.runs.job import open_job
from leadline.runs.stepping_in import SteppingIn
from leadline.simulate.settings import SimulationSettings
from leadline.simulate.write import simulate

FEWER = {
    "indicators": [
        "active_users", "active_days", "days_since_last_event", "events_trend", "core_trend", "users_trend",
        "seat_utilisation", "mrr", "tenure", "days_to_term_end", "silent_users_share", "steepest_module_fall",
        "silent_key_users", "open_tickets",
    ],
    "models": {"trials": 0, "bootstrap": 0, "trees": 100},
}  # fmt: skip


@contextmanager
def made(settings: SimulationSettings) -> Iterator[tuple[SteppingIn, pd.DataFrame]]:
    """A company in a project of its own: what is known of stepping in, and truth/effects."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "experiments").mkdir()
        (root / "data").mkdir()
        shutil.copy(ROOT / "data/demo.yaml", root / "data")
        asked = yaml.safe_load((ROOT / "experiments/demo.yaml").read_text(encoding="utf-8")) | FEWER
        (root / "experiments/demo.yaml").write_text(yaml.safe_dump(asked), encoding="utf-8")
        simulate(root / "data/raw/demo", settings)
        truth = pd.read_parquet(root / "data/raw/demo/truth/effects.parquet")
        yield SteppingIn(open_job(str(root / "experiments/demo.yaml"))), truth


def company(seed: int, scale: float) -> pd.DataFrame:
    """Every measure of one company: estimates, truth, and whether weekly looks ever left out zero."""
    with made(SimulationSettings(seed=seed, effect_scale=scale)) as (found, truth):
        rows = [_row(found, truth, name, weeks, scale) for name in MEASURES for weeks in WEEKS]
    return pd.DataFrame(rows).assign(seed=seed, scale=scale)


def kept_company(seed: int, scale: float, out: Path) -> pd.DataFrame:
    """A company's rows, made once."""
    file = out / f"{seed}_{scale:g}.parquet"
    if not file.is_file():
        company(seed, scale).to_parquet(file)
    return pd.read_parquet(file)


def _row(found: SteppingIn, truth: pd.DataFrame, name: str, weeks: int, scale: float) -> dict[str, object]:
    one = measured(found.after, found.before, name, weeks)
    treated = found.trial.treated.to_numpy(dtype="float64")
    row: dict[str, object] = {"measure": one.key, "truth": _truth(found, truth, one, scale), **_ever(found, one)}
    if no_number(one, treated[one.units]):
        return row
    for method, columns in (("adjusted", one.covariates.shape[1]), ("plain", 0)):
        fitted = difference(one.y, treated[one.units], one.covariates[:, :columns])
        effect = estimate(fitted, treated[one.units], fitted.half())
        row |= {method: effect.value, f"{method}_low": effect.low, f"{method}_high": effect.high}
    return row


def _truth(found: SteppingIn, truth: pd.DataFrame, one: Measured, scale: float) -> float:
    """The true mean effect on the accounts measured; known for leaving and what it costs, and where there is none."""
    if not scale or one.name not in ("churn", "arr_kept"):
        return np.nan if scale else 0.0
    units = found.trial.units.iloc[one.units].merge(truth, on=["account_id", "listed_as_of"], how="left")
    days = 7 * one.weeks
    less = units[f"p_leave_{days}_if_treated"] - units[f"p_leave_{days}_if_held"]
    arr = found.before["arr"].iloc[one.units].to_numpy()
    return float(less.mean() if one.name == "churn" else (-arr * less).mean())


def _ever(found: SteppingIn, one: Measured) -> dict[str, bool]:
    """Whether a look in any week, at what was ripe by then, left out zero."""
    treated = found.trial.treated.to_numpy(dtype="float64")[one.units]
    listed = found.trial.units["listed_as_of"].iloc[one.units]
    ever = {"ever_fixed": False, "ever_anytime": False}
    for last in sorted(listed.unique()):
        by_then = (listed <= last).to_numpy()
        part = Measured(one.name, one.weeks, *(getattr(one, k)[by_then] for k in ("units", "y", "covariates", "moved")))
        if no_number(part, treated[by_then]):
            continue
        fitted = difference(part.y, treated[by_then], part.covariates)
        ever["ever_fixed"] |= abs(fitted.value) > fitted.half()
        ever["ever_anytime"] |= abs(fitted.value) > fitted.half_at_any_time()
    return ever


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """The table that is printed: a row for each measure, with effects and without."""
    known = rows.dropna(subset=["adjusted"])
    known = known.assign(
        held=((known["adjusted_low"] <= known["truth"]) & (known["truth"] <= known["adjusted_high"])).where(
            known["truth"].notna()
        ),
        found=(known["adjusted_low"] > 0) | (known["adjusted_high"] < 0),
        narrower=1 - (known["adjusted_high"] - known["adjusted_low"]) / (known["plain_high"] - known["plain_low"]),
        bias=known["adjusted"] - known["truth"],
    )
    ever = rows.groupby(["scale", "measure"], sort=False)[["ever_fixed", "ever_anytime"]].mean()
    parts = known.groupby(["scale", "measure"], sort=False)
    table = parts.agg(
        numbers=("seed", "size"), truth=("truth", "mean"), bias=("bias", "mean"), held=("held", "mean"),
        found=("found", "mean"), narrower=("narrower", "median"),
    )  # fmt: skip
    return table.join(ever).reset_index()


def run(seeds: range, scales: list[float], out: Path) -> pd.DataFrame:
    """The companies of all seeds, two at a time."""
    out.mkdir(parents=True, exist_ok=True)
    jobs = [(seed, scale, out) for seed in seeds for scale in scales]
    rows = Parallel(n_jobs=2, verbose=1)(delayed(kept_company)(*job) for job in jobs)
    return summary(pd.concat(rows, ignore_index=True))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.effects", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--scales", default="1,0", help="of the true effects; default: %(default)s")
    parser.add_argument("--out", type=Path, default=ROOT / ".bench/effects", help="a folder for the rows of companies")
    given = parser.parse_args()
    table = run(
        range(given.first, given.first + given.seeds), [float(scale) for scale in given.scales.split(",")], given.out
    )
    print(table.round(3).to_string(index=False))
