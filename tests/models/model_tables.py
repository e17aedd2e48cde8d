"""Small frames in the shapes that models read."""

import numpy as np
import pandas as pd

from leadline.experiment import Experiment
from leadline.features.indicator import Column, Indicator
from leadline.models.forward import Task

SETTLED = 60


def column(name: str, family: str = "activity", unit: str = "count", direction: int = -1) -> Column:
    sentence = {
        "en": f"{name} is {{value}}, against {{before}} four weeks earlier",
        "zh": f"{name}为 {{value}}，四周前为 {{before}}",
    }
    indicator = Indicator(
        name=name,
        meaning=name,
        level="company",
        family=family,
        unit=unit,
        windows=(),
        empty=None,
        direction=direction,
        decline=False,
        sentence=sentence,
        define=lambda: None,
    )
    return Column(name, indicator, None)


COLUMNS = (
    column("events", "activity", "count", -1),
    column("days_since_last_event", "recency", "days", 1),
    column("events_trend", "trend", "change", -1),
    column("luck", "voice", "ratio", 0),
    column("days_to_term_end", "lifecycle", "days", 0),
)


def experiment(mode: str = "activity", **models: object) -> Experiment:
    return Experiment(
        name="small",
        question="Who leaves?",
        source="small",
        calendar={"every": "month", "test_every": "quarter"},
        outcomes={"mode": mode, "lead_days": 0, "horizon_days": 60, "grace_days": 0},
        models={"few_outcomes": 20, "bootstrap": 20, "trees": 20} | models,
        capacity={"csms": 1, "accounts_each": 5},
    )


def company(accounts: int = 50, months: int = 16, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Snapshots, context and outcomes: the longer an account is silent, the likelier it leaves; luck tells nothing."""
    rng = np.random.default_rng(seed)
    dates = pd.date_range("2022-01-01", periods=months, freq="MS").as_unit("us")
    names = [f"a{i:03d}" for i in range(accounts)]
    keys = pd.MultiIndex.from_product([dates, names], names=["as_of", "account_id"]).to_frame(index=False)
    keys = keys[["account_id", "as_of"]]
    n = len(keys)
    silent = rng.exponential(10, n)
    snapshots = keys.assign(
        events=np.round(200 / (1 + silent)),
        days_since_last_event=silent,
        events_trend=np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n) - silent / 20),
        luck=rng.normal(size=n),
        days_to_term_end=np.tile(30.0 * (1 + np.arange(accounts) % 12), months),
    )
    due = snapshots["days_to_term_end"] <= 60
    context = keys.assign(
        name=keys["account_id"],
        segment=np.where(np.arange(n) % 2, "small", "large"),
        tier=None,
        csm=None,
        stage=np.where(due, "renewal", "adoption"),
        arr=12000.0,
        term_end=keys["as_of"] + pd.to_timedelta(snapshots["days_to_term_end"], unit="D"),
        renewals=np.tile(np.arange(accounts) % 3, months),
        due_for_renewal=due,
        announced=False,
        eligible=True,
    )
    outcomes = [churn(snapshots, rng), expansion(snapshots, rng), contraction(snapshots, rng)]
    return snapshots, context, pd.concat(outcomes, ignore_index=True)


def churn(snapshots: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    silent = snapshots["days_since_last_event"]
    left = (rng.random(len(silent)) < 1 / (1 + np.exp(4 - silent / 6))).astype(int)
    seen = snapshots["as_of"] + pd.Timedelta(days=20)
    return snapshots[["account_id", "as_of"]].assign(
        outcome="churn",
        observed=left,
        known_at=seen.where(left == 0).astype("datetime64[us]"),
        happened_at=(snapshots["as_of"] + pd.Timedelta(days=60)).where(left == 1).astype("datetime64[us]"),
    )


def expansion(snapshots: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    grew = (rng.random(len(snapshots)) < 0.2).astype(int)
    seen = snapshots["as_of"] + pd.Timedelta(days=30)
    return snapshots[["account_id", "as_of"]].assign(
        outcome="expansion",
        observed=grew,
        known_at=seen.where(grew == 1).astype("datetime64[us]"),
        happened_at=pd.Series(pd.NaT, snapshots.index, dtype="datetime64[us]"),
    )


def contraction(snapshots: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    shrank = (rng.random(len(snapshots)) < 0.2).astype(int)
    return expansion(snapshots, rng).assign(
        outcome="contraction",
        observed=shrank,
        known_at=(snapshots["as_of"] + pd.Timedelta(days=40)).where(shrank == 0).astype("datetime64[us]"),
    )


def task_of(months: int = 14, accounts: int = 80, strength: float = 2.0, curve: bool = False) -> Task:
    """Input 0 tells who leaves (by its sign alone where `curve`), input 1 tells nothing."""
    rng = np.random.default_rng(4)
    dates = pd.date_range("2022-01-01", periods=months, freq="MS")
    rows = pd.DataFrame({"as_of": np.repeat(dates, accounts), "account_id": np.tile(np.arange(accounts), months)})
    x = rng.normal(size=(len(rows), 2))
    told = np.where(np.abs(x[:, 0]) > 1, 1, -1) if curve else x[:, 0]
    observed = (rng.random(len(rows)) < 1 / (1 + np.exp(1 - strength * told))).astype(float)
    return Task(x, observed, rows.astype({"account_id": str}), lambda _: None, (0, 0), SETTLED, seed=7)
