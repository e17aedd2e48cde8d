"""Small trials a person can follow."""

import numpy as np
import pandas as pd

from leadline.effects.trial import Trial, trial

MONDAY = pd.Timestamp("2024-01-01")
WEEK = pd.Timedelta(weeks=1)
NOW = MONDAY + 40 * WEEK
NO_ARMS = pd.DataFrame(
    columns=["account_id", "listed_as_of", "arm", "exempt", "play", "cause", "tier", "stage", "share"]
).astype({"listed_as_of": "datetime64[us]", "exempt": bool, "share": float})
CONTEXT = pd.DataFrame({name: pd.Series(dtype="str") for name in ("account_id", "tier", "stage")}).assign(
    as_of=pd.Series(dtype="datetime64[us]")
)


def told(rows: list[tuple[str, int, str, int | None]]) -> pd.DataFrame:
    """Interventions: account, week listed, arm, and days until it was started (None: never)."""
    frame = pd.DataFrame(rows, columns=["account_id", "week", "arm", "days"])
    listed = MONDAY + pd.to_timedelta(7.0 * frame["week"].astype("float64"), unit="D")
    started = listed + pd.to_timedelta(frame["days"].astype("float64"), unit="D")
    facts = {"play": "train", "cause": "product", "closed_at": pd.NaT, "csm": "Anna"}
    times = {"listed_as_of": listed.astype("datetime64[us]"), "started_at": started.astype("datetime64[us]")}
    return frame[["account_id", "arm"]].astype("str").assign(**times, **facts)


def drawn(rows: list[tuple[str, int, str, str]]) -> pd.DataFrame:
    """Arms a list drew: account, week listed, arm, tier; tier benchmark is exempt."""
    frame = pd.DataFrame(rows, columns=["account_id", "week", "arm", "tier"])
    listed = (MONDAY + frame.pop("week") * WEEK).astype("datetime64[us]")
    facts = {
        "play": "settle",
        "cause": "business",
        "stage": "renewal",
        "share": 0.2,
        "exempt": frame["tier"] == "benchmark",
    }
    return frame.assign(listed_as_of=listed, **facts)


def many(n: int, holdout: int, every: int = 1) -> Trial:
    """A trial of n accounts a0000, a0001, ..., the first `holdout` of them held out, `every` so many a week."""
    rows = [
        (f"a{i:04d}", i // every, "holdout" if i < holdout else "treat", None if i < holdout else 2) for i in range(n)
    ]
    return trial(NO_ARMS, told(rows), CONTEXT, (), MONDAY + (n // every + 40) * WEEK)


def before(one: Trial, p: list[float] | float = 0.2, arr: list[float] | float = 1000.0) -> pd.DataFrame:
    """What was known of the units at listing."""
    n = len(one.units)
    facts = {"p": p, "arr": arr, "events_before": 50.0, "share": 0.2, "days_to_term_end": 60.0, "tenure": 400.0}
    return pd.DataFrame({"account_id": one.units["account_id"], **{k: np.broadcast_to(v, n) for k, v in facts.items()}})


def after(
    one: Trial, left: list[float], arr: list[float] | float = 1000.0, events: list[float] | float = 50.0
) -> pd.DataFrame:
    """What became of them, alike after 4, 8 and 12 weeks."""
    n = len(one.units)
    facts = {"left": left, "arr": arr, "events": events}
    rows = pd.DataFrame({"account_id": one.units["account_id"], **{k: np.broadcast_to(v, n) for k, v in facts.items()}})
    return pd.concat([rows.assign(weeks=weeks) for weeks in (4, 8, 12)], ignore_index=True)
