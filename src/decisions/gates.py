"""Gates: what must hold before a list is published, each a number beside its limit."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from leadline.experiment import Gates
from leadline.models.drift import psi

WEEK = pd.Timedelta(days=7)
USUAL_WEEKS = 8  # before the week in question
STEADY = 0.7  # share of days with events, from which on a module's silence is told
DRIFTED = 0.25  # PSI from which a column has shifted (Siddiqi, 2006)
NEW_ACTIONS = pd.Timedelta(days=28)
COLUMNS = {
    "gate": "str", "place": "str", "value": "float64", "limit": "float64", "strain": "float64",
    "since": "datetime64[us]", "passed": "bool",
}  # fmt: skip


class Gate(NamedTuple):
    """One gate at one place: its value, its limit, how near it is to that (1: at it), and since when it is beyond."""

    gate: str
    place: str
    value: float
    limit: float
    strain: float
    since: pd.Timestamp | None = None


def table(gates: list[Gate]) -> pd.DataFrame:
    """Gates as a table, those nearest their limits first; an unknown value passes."""
    rows = pd.DataFrame(gates, columns=Gate._fields)
    rows = rows.assign(passed=~(rows["strain"] > 1)).astype(COLUMNS)
    order = ["strain", "gate", "place"]
    return rows.sort_values(order, ascending=[False, True, True], kind="stable", ignore_index=True)


def stale(known_until: pd.Timestamp, now: pd.Timestamp, settings: Gates) -> Iterator[Gate]:
    """Days since anything in the log happened; not asked where there is no limit."""
    if settings.stale_days is not None:
        days = (now - known_until) / pd.Timedelta(days=1)
        yield Gate("freshness", "events", days, settings.stale_days, days / settings.stale_days, known_until)


def silent(volumes: pd.DataFrame, as_of: pd.Timestamp, settings: Gates) -> Iterator[Gate]:
    """Days in a row without an event up to the as-of date, of each module that has events on most days.

    `volumes`: see `features.volumes`; days after the as-of date are left out.
    """
    known = volumes[volumes["day"] < as_of.normalize()]
    last = known["day"].max()
    first = last - (USUAL_WEEKS + 1) * WEEK
    for module, rows in known[known["day"] > first].groupby("module", sort=True):
        days = rows.loc[rows["events"] > 0, "day"]
        span = (days.max() - first).days
        if module and days.nunique() >= STEADY * span:
            silence = float((last - days.max()).days)
            since = days.max() + pd.Timedelta(days=1) if silence else None
            yield Gate("freshness", str(module), silence, settings.silent_days, silence / settings.silent_days, since)


def volume(volumes: pd.DataFrame, as_of: pd.Timestamp, settings: Gates) -> Iterator[Gate]:
    """Events of the last seven days as a share of the usual week, of all and by module with a steady flow."""
    known = volumes[volumes["day"] < as_of.normalize()]
    last = known["day"].max()
    whole = [("", known), *known.groupby("module", sort=True)]
    for module, rows in whole:
        week = ((last - rows["day"]).dt.days // 7).astype("int64")
        weekly = rows.groupby(week)["events"].sum().reindex(range(USUAL_WEEKS + 1), fill_value=0)
        usual = float(weekly.iloc[1:].median())
        if usual < settings.fewest_events:
            continue
        ratio = float(weekly.iloc[0]) / usual
        strain = abs(np.log(max(ratio, 1e-9))) / -np.log(settings.volume)
        since = last - pd.Timedelta(days=6) if strain > 1 else None
        yield Gate("volume", str(module) or "events", ratio, settings.volume, float(strain), since)


def quarantined(rows: pd.DataFrame, settings: Gates) -> Iterator[Gate]:
    """Share of each table's rows that were set apart. `rows`: table, rows_in, rows_quarantined."""
    shares = (rows["rows_quarantined"] / rows["rows_in"].clip(lower=1)).astype("float64")
    for name, share in zip(rows["table"], shares, strict=True):
        yield Gate("quarantine", name, share, settings.quarantine, share / settings.quarantine)


def lost(rows: pd.DataFrame, before: pd.DataFrame) -> Iterator[Gate]:
    """Tables that were used last time and have no row now. Both: table, rows_used."""
    now = rows.set_index("table")["rows_used"]
    for name in before.loc[before["rows_used"] > 0, "table"]:
        gone = float(not now.get(name, 0))
        yield Gate("schema", str(name), gone, 0.5, 2 * gone)


def unknown_actions(actions: pd.DataFrame, as_of: pd.Timestamp, settings: Gates) -> Iterator[Gate]:
    """Share of all rows whose action was never seen until four weeks ago. `actions`: action, rows, first."""
    new = actions[actions["first"] >= as_of - NEW_ACTIONS]
    share = float(new["rows"].sum() / max(actions["rows"].sum(), 1))
    begins = actions["first"].min() >= as_of - 4 * NEW_ACTIONS  # a log that has just begun has only new ones
    value = float("nan") if begins else share
    yield Gate("schema", "new actions", value, settings.new_actions, value / settings.new_actions, new["first"].min())


def missing(now: pd.DataFrame, before: pd.DataFrame, columns: list[str], settings: Gates) -> Iterator[Gate]:
    """By how much the share of missing values rose, for the column where it rose most. Snapshots of one date, and of
    the dates before."""
    rise = now[columns].isna().mean() - before[columns].isna().mean()
    if len(before) and len(now) and len(rise):
        worst = str(rise.idxmax())
        yield Gate("missing", worst, float(rise.max()), settings.missing, float(max(rise.max(), 0)) / settings.missing)


def drifted(now: pd.DataFrame, before: pd.DataFrame, columns: list[str], settings: Gates) -> Iterator[Gate]:
    """Share of the columns that have shifted against the dates before (PSI above 0.25); the place names the worst."""
    found = {name: psi(now[name], before[name]) for name in columns}
    known = {name: value for name, value in found.items() if np.isfinite(value)}
    if known:
        share = float(np.mean([value > DRIFTED for value in known.values()]))
        worst = max(known, key=lambda name: known[name])
        yield Gate("indicators", worst, share, settings.indicators, share / settings.indicators)


def scores(now: pd.Series, before: pd.Series, settings: Gates) -> Iterator[Gate]:
    """PSI of the chances to leave beside those of the list before."""
    value = psi(now, before)
    yield Gate("scores", "p_churn", value, settings.scores, value / settings.scores)
