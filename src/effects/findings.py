"""Everything that can be said of stepping in at one date: numbers, and why there is none where there is none."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from leadline.effects.itt import COLUMNS, GAPS, intention_to_treat, no_number
from leadline.effects.measures import Measured, measured
from leadline.effects.power import planned_error, power
from leadline.effects.regression import difference
from leadline.effects.trial import Trial
from leadline.effects.uplift import UpliftModel
from leadline.effects.uplift_proof import told, uplift_proof
from leadline.experiment import Experiment
from leadline.models.arrays import Floats

ASKED = ("churn", "arr_kept")  # measures of which is asked how long until an effect would show
LATELY = pd.Timedelta(weeks=12)


@dataclass(frozen=True)
class Findings:
    """Effects and gaps (see `Itt`), facts about the trial (counts, dates, mismatches, power), `because`: a sentence on
    why there is no number at all, empty where there is one; and the model of uplift where it is proven, and
    the policy curve (see `uplift_proof`). Without a holdout, `balance` (see `effects.balance`); facts["proof"] is
    False then, and so is the column proof of every effect."""

    effects: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS))
    gaps: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=GAPS))
    facts: dict[str, Any] = field(default_factory=dict)
    because: str = ""
    uplift: UpliftModel | None = None
    curve: pd.DataFrame | None = None
    balance: pd.DataFrame | None = None

    def write(self, folder: Path) -> None:
        """Write effects.parquet, effects_gaps.parquet and effects.json, and what else there is."""
        self.effects.to_parquet(folder / "effects.parquet")
        self.gaps.to_parquet(folder / "effects_gaps.parquet")
        facts = _plain({"because": self.because, **self.facts})
        text = json.dumps(facts, indent=1, ensure_ascii=False, allow_nan=False)
        (folder / "effects.json").write_text(text + "\n", encoding="utf-8")
        for name, frame in (("policy_curve", self.curve), ("balance", self.balance)):
            if frame is not None:
                frame.to_parquet(folder / f"{name}.parquet")
        if self.uplift is not None:
            (folder / "uplift.json").write_text(self.uplift.text(), encoding="utf-8")


def _plain(value: Any) -> Any:
    """The same with nothing in place of numbers that JSON does not know."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value


def read(folder: Path) -> Findings:
    """The findings that were written to a folder."""
    effects, gaps = (pd.read_parquet(folder / f"{name}.parquet") for name in ("effects", "effects_gaps"))
    facts = json.loads((folder / "effects.json").read_text(encoding="utf-8"))
    because = facts.pop("because")
    return Findings(effects, gaps, facts, because)


def randomised(
    trial: Trial,
    after: pd.DataFrame,
    before: pd.DataFrame,
    weeks: tuple[int, ...],
    experiment: Experiment,
    at: pd.Timestamp,
) -> Findings:
    """What the trial says at a date, and how long until an effect as large as the assumed save rate would show."""
    found = intention_to_treat(trial, after, before, weeks)
    units, save_rate = trial.units, experiment.value.save_rate
    proof = uplift_proof(trial, measured(after, before, "churn", weeks[-1]), before, experiment.seed)
    facts = {
        "proof": True,
        "treat": int(trial.treated.sum()),
        "holdout": int((~trial.treated).sum()),
        "first": f"{units['listed_as_of'].min():%Y-%m-%d}",
        "last": f"{units['listed_as_of'].max():%Y-%m-%d}",
        "exempt": trial.exempt,
        "not_drawn": trial.not_drawn,
        **trial.mismatches,
        "contacted": int((trial.treated & units["contacted"]).sum()),
        "power": [row for name in ASKED if (row := _power(trial, after, before, name, weeks[-1], save_rate, at))],
        "uplift": told(proof),
    }
    model = proof.model if proof.verdict == "proven" else None
    return Findings(found.effects, found.gaps, facts, uplift=model, curve=proof.curve)


def _power(
    trial: Trial, after: pd.DataFrame, before: pd.DataFrame, name: str, weeks: int, save_rate: float, at: pd.Timestamp
) -> dict[str, Any] | None:
    """The power to show that stepping in keeps the share of losses that is assumed; None where nothing can be planned:
    no chance of churn is known, no money, or no save rate."""
    one = measured(after, before, name, weeks)
    treated = np.asarray(trial.treated, dtype=np.float64)
    units, (lost, error) = len(treated), _planned(treated, before, name)
    if not no_number(one, treated[one.units]):
        treated = treated[one.units]
        units, lost = len(treated), _lost(one, treated, before)
        error = difference(one.y, treated, one.covariates).half() / float(stats.norm.ppf(0.975))
    if not (np.isfinite(lost) and np.isfinite(error) and save_rate * lost > 0):
        return None
    listed = trial.units["listed_as_of"]
    weekly = float((listed >= at - LATELY).sum()) / max(1.0, min(LATELY, at - listed.min()) / pd.Timedelta(weeks=1))
    found = asdict(power(save_rate * lost, error, units, weekly, len(one.units)))
    return {"measure": one.key, "save_rate": save_rate} | found


def _lost(one: Measured, treated: Floats, before: pd.DataFrame) -> float:
    """What an account held out lost: its share, or ARR."""
    had = np.asarray(before["arr"], dtype=np.float64)[one.units]
    lost = had - one.y if one.name == "arr_kept" else one.y
    return float(lost[treated == 0].mean())


def _planned(treated: Floats, before: pd.DataFrame, name: str) -> tuple[float, float]:
    """What an account stands to lose by its score, and the standard error to plan with before there is a number."""
    size = np.asarray(before["arr"] if name == "arr_kept" else np.ones(len(before)), dtype=np.float64)
    p = np.asarray(before["p"], dtype=np.float64)
    if np.isnan(p * size).all():
        return float("nan"), float("nan")
    scale = float(np.sqrt(np.nanmean(size**2)))
    return float(np.nanmean(p * size)), scale * planned_error(float(np.nanmean(p)), treated)
