"""An account of which nothing is known has, for every indicator, the value its declaration says."""

import numpy as np
import pandas as pd

from leadline.features.catalogue import catalogue
from leadline.features.engine import PandasEngine
from leadline.features.indicator import columns_of
from leadline.features.snapshots import Log, available, snapshots

AS_OF = pd.Timestamp("2024-06-03").as_unit("us")
TEXTS = ("account_id", "user_id", "action", "module", "session_id", "role", "product", "priority")
TABLES = {
    "events": "account_id user_id occurred_at received_at action module session_id duration_s",
    "accounts": "account_id created_at",
    "users": "account_id user_id role created_at deactivated_at",
    "subscriptions": "account_id start_date end_date term_end known_at mrr product seats billing_months discount",
    "tickets": "account_id opened_at closed_at priority csat",
    "surveys": "account_id answered_at score",
    "invoices": "account_id due_date paid_at",
    "referrals": "account_id referred_at",
}


def empty(columns: str) -> pd.DataFrame:
    kinds = {
        name: "str" if name in TEXTS else "datetime64[us]" if name.endswith(("_at", "_date", "_end")) else "float64"
        for name in columns.split()
    }
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def test_nothing_known_yields_the_declared_value():
    engine = PandasEngine()
    frames = {name: engine.table(empty(columns)) for name, columns in TABLES.items()}
    log = Log(frames, ("core",), ("view",), ("m",), some_durations_given=True)
    indicators = available(catalogue(("m",)), log)
    grid = pd.DataFrame({"account_id": ["a"], "as_of": [AS_OF]})
    found = snapshots(engine, log, grid, indicators).iloc[0]
    declared = {c.name: np.nan if c.indicator.empty is None else c.indicator.empty for c in columns_of(indicators)}
    other = {
        n: (found[n], value) for n, value in declared.items() if not np.array_equal(found[n], value, equal_nan=True)
    }
    assert other == {}
