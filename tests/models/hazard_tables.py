"""Periods ahead of made-up accounts whose leaving is known."""

import numpy as np
import pandas as pd

from leadline.features.follow_up import PERIODS


def monthly(accounts: int, dates: int, seed: int, leave: float = 0.05) -> pd.DataFrame:
    """Followed-up accounts with a term end in each period; those silent for long leave thrice as often."""
    rng = np.random.default_rng(seed)
    parts = []
    for i, as_of in enumerate(pd.date_range("2022-01-03", periods=dates, freq="91D").as_unit("us")):
        silent = rng.exponential(1.0, accounts)
        gone = rng.random((accounts, 3)) < leave * np.where(silent > 1, 2.0, 0.5)[:, None]
        come = np.cumsum(gone, axis=1) - gone == 0
        for account, period in zip(*np.nonzero(come), strict=True):
            parts.append((f"a{i}_{account:03d}", as_of, period + 1, silent[account], int(gone[account, period])))
    rows = pd.DataFrame(parts, columns=["account_id", "as_of", "period", "days_since_last_event", "left"])
    rows = rows.merge(PERIODS, on="period").assign(term_ends=1, term_months=1, renewal=3)
    rows["settled_at"] = rows["as_of"] + pd.to_timedelta(rows["closes"] + 30, unit="D").astype("timedelta64[us]")
    rows = rows.assign(events=1.0, events_trend=0.0, luck=rng.normal(size=len(rows)), days_to_term_end=15.0)
    return rows.sort_values(["as_of", "account_id", "period"], ignore_index=True)
