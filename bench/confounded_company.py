"""A simulated company whose team contacted by need, as rows an analyst could draw from its log: one an account."""

from hashlib import sha256
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from leadline.experiment import Experiment
from leadline.features.catalogue import catalogue
from leadline.features.dataset import KEYS, indicator_table, log_of, prepared
from leadline.features.indicator import chosen
from leadline.features.lifecycle import context
from leadline.features.outcomes import outcomes
from leadline.features.snapshots import available
from leadline.features.sources import Tables, open_source, read_source
from leadline.simulate.settings import SimulationSettings
from leadline.simulate.write import simulate

OUTCOME_DAYS = 84
PLACEBO_STARTS = 238  # days before the listing; the placebo's period ends 182 before: no covariate reads so far back
NOT_KNOWN = ("account_id", "as_of", "contacted", "left", "placebo", "truth")
SETTLED_DAYS = 35  # a newer account is not called on
INDICATORS = (
    "active_days", "active_users", "billing_months", "core_per_user", "core_users_share", "core_trend",
    "days_since_last_event", "days_to_term_end", "days_trend", "drop_from_best", "events",
    "events_per_user", "events_trend", "modules_used", "mrr", "new_users_share", "people_still_here",
    "seat_utilisation", "seats", "silent_users_share", "steepest_module_fall", "tenure", "tickets_per_user",
    "users_trend",
)  # fmt: skip


def company(seed: int, accounts: int, folder: Path) -> SimulationSettings:
    """Write the company of a seed to the folder."""
    settings = SimulationSettings(
        accounts=accounts, seed=seed, weeks=80, events_per_user_week=2, contacted_by_need=True
    )
    simulate(folder, settings)
    return settings


def rows(experiment: Experiment, folder: Path, end: np.datetime64) -> pd.DataFrame:
    """One row an account: contacted, left (within 84 days), placebo, truth (of those contacted) and the covariates.

    Contacted accounts stand at their first contact; the others at the date of one of these contacts, drawn by a hash
    of their name, if nobody contacted them until the outcome was over.
    """
    tables = open_source(read_source(experiment.source_file), folder)
    listed = pd.read_parquet(folder / "interventions.parquet").groupby("account_id")["listed_as_of"].min()
    seen = listed[listed <= pd.Timestamp(end) - pd.Timedelta(days=OUTCOME_DAYS)]
    window = experiment.outcomes.model_copy(update={"lead_days": 0, "horizon_days": OUTCOME_DAYS, "grace_days": 0})
    relations = prepared(tables, experiment.model_copy(update={"outcomes": window}))
    accounts = relations["accounts"].select("account_id, created_at").df().sort_values("account_id", kind="stable")
    at = _dates(accounts["account_id"].to_numpy(), listed, seen).merge(accounts, on="account_id")
    grid = at.loc[at["created_at"] < at["as_of"]].sort_values(["as_of", "account_id"], kind="stable", ignore_index=True)
    standing = context(relations, grid[KEYS], window, tables.core_actions)
    may_be_called = standing.loc[standing["eligible"] & ~standing["announced"], [*KEYS, "due_for_renewal"]]
    churn = outcomes(relations, may_be_called[KEYS], window, pd.Timestamp(tables.known_until))
    left = churn[churn["outcome"] == "churn"].rename(columns={"observed": "left"})
    log = log_of(tables, relations)
    known = indicator_table(log, grid[KEYS], available(chosen(catalogue(()), INDICATORS), log))
    table = grid[[*KEYS, "contacted"]].merge(may_be_called, on=KEYS).merge(left[[*KEYS, "left"]], on=KEYS)
    table = table.merge(known, on=KEYS, validate="one_to_one")
    table = table[table["contacted"] | (table["tenure"] >= SETTLED_DAYS)]
    return _with_placebo(_with_truth(table, folder), tables).sort_values("account_id", kind="stable", ignore_index=True)


def covariates(table: pd.DataFrame) -> list[str]:
    """The columns known at the listing."""
    return [name for name in table.columns if name not in NOT_KNOWN]


def _dates(accounts: np.ndarray, listed: pd.Series, seen: pd.Series) -> pd.DataFrame:
    calendar = np.sort(seen.to_numpy())
    others = pd.Series([calendar[_hash(name) % len(calendar)] for name in accounts], index=accounts).drop(seen.index)
    later = listed.reindex(others.index)
    left_alone = others[later.isna() | (later > others + pd.Timedelta(days=OUTCOME_DAYS))]
    at = pd.concat([seen, left_alone]).rename_axis("account_id").rename("as_of").reset_index()
    return at.assign(contacted=at["account_id"].isin(seen.index))


def _hash(account: str) -> int:
    return int.from_bytes(sha256(account.encode()).digest()[:8], "big")


def _with_truth(table: pd.DataFrame, folder: Path) -> pd.DataFrame:
    effects = pd.read_parquet(folder / "truth" / "effects.parquet").rename(columns={"listed_as_of": "as_of"})
    truth = effects[f"p_leave_{OUTCOME_DAYS}_if_treated"] - effects[f"p_leave_{OUTCOME_DAYS}_if_held"]
    truths = effects[["account_id", "as_of"]].assign(truth=truth)
    return table.merge(truths, on=["account_id", "as_of"], how="left", validate="one_to_one")


def _with_placebo(table: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Log of events in the eight weeks that ended 26 weeks before; empty where the account was not there yet."""
    rows, events = table[KEYS], tables.relations["events"]  # noqa: F841 - DuckDB reads them by name
    count = (
        duckdb.sql("""
        SELECT account_id FROM rows JOIN events USING (account_id)
        WHERE occurred_at < as_of - INTERVAL 182 DAY AND occurred_at >= as_of - INTERVAL 238 DAY
    """)
        .aggregate("account_id, count(*) AS n")
        .df()
        .set_index("account_id")["n"]
    )
    events_then = table["account_id"].map(count).fillna(0)
    return table.assign(placebo=np.log1p(events_then).where(table["tenure"] >= PLACEBO_STARTS))
