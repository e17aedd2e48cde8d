"""How far an indicator must fall before a person steps in: set on last week's falls, corrected by what that brought."""

import pandas as pd

from leadline.decisions.capacity import shared
from leadline.decisions.schema import THRESHOLDS
from leadline.decisions.tracking_capacity import factors, judged, next_correction
from leadline.decisions.wording import Language, joined, say
from leadline.experiment import Experiment

EXIT_SHARE = 0.8
CELL = ["group", "indicator"]


def establish(
    before: pd.DataFrame,
    now: pd.DataFrame,
    experiment: Experiment,
    settled: pd.DataFrame | None = None,
    last: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The threshold of each watched indicator in each peer group: set on declines `before`, crossed by those of `now`.

    Capacity (accounts the team can follow) is shared over groups in proportion to their accounts, so that a quiet group
    is watched as closely as a loud one; what `settled` tells of false alarms and missed leavers shifts shares (see
    `tracking_capacity.factors`). A group's threshold `enter` is the decline of its (share + correction)-th fastest
    faller; of the slowest where fewer fell; undefined (NaN) where nobody fell beyond peers or the share is 0. `exit` =
    80% of enter. `alerts` counts accounts of `now` at or above enter; `correction` is what the next week adds to the
    rank. `last`: the thresholds of the week before, with theirs. `settled` (see settled_history) also gives precision =
    share of its rows at or above enter that churned, and captured_arr = ARR of those churners per as-of date.
    """
    cells = before.groupby(CELL).agg(accounts=("account_id", "nunique")).reset_index()
    learned = _learned(settled, last)
    sizes = before.groupby("group")["account_id"].nunique()
    places = shared(_weighed(sizes, learned), experiment.capacity.total).reindex(cells["group"]).to_numpy()
    cells = cells.assign(as_of=now["as_of"].max(), capacity=places, moved=corrections(cells, last))
    cells = cells.assign(rank=_rank(cells))
    cells = cells.join(_enter(before, cells), on=CELL)
    cells = cells.assign(exit=EXIT_SHARE * cells["enter"])
    alerts = crossings(now, cells).groupby(CELL).size().rename("alerts")
    found = cells.join(alerts, on=CELL).join(_tried(cells, settled), on=CELL)
    found = found.assign(alerts=found["alerts"].fillna(0))
    found = found.assign(reached=found["alerts"])
    found = found.assign(correction=next_correction(found["moved"], found["capacity"], found["alerts"]))
    reasons = [_because(row, learned, experiment.language) for row in found.to_dict("records")]
    return found.assign(changed_because=pd.Series(reasons, dtype="str"))[list(THRESHOLDS.columns)]


def crossings(declines: pd.DataFrame, thresholds: pd.DataFrame) -> pd.DataFrame:
    """The rows of declines at or above their group's threshold, each with its `enter`."""
    beside = declines.merge(thresholds[[*CELL, "enter"]], on=CELL, how="inner")
    return beside[beside["decline"] >= beside["enter"]]


def _learned(settled: pd.DataFrame | None, last: pd.DataFrame | None) -> pd.DataFrame:
    """What last week's thresholds would have done in the settled past, with each group's factor; empty without one."""
    if settled is None or settled.empty or last is None or last.empty:
        return pd.DataFrame(columns=["alerts", "false", "missed", "factor"])
    seen = judged(settled, last)
    return seen.assign(factor=factors(seen))


def _weighed(sizes: pd.Series, learned: pd.DataFrame) -> pd.Series:
    """Accounts by group, weighed by what was learned; in all as many as there are."""
    weight = sizes * learned["factor"].astype(float).reindex(sizes.index).fillna(1.0)
    return weight * sizes.sum() / max(weight.sum(), 1)


def corrections(cells: pd.DataFrame, last: pd.DataFrame | None) -> pd.Series:
    """What last week's thresholds say is to be added to the rank of each cell; 0 where there were none."""
    if last is None or last.empty:
        return pd.Series(0.0, index=cells.index)
    return cells[CELL].join(last.set_index(CELL)["correction"], on=CELL)["correction"].fillna(0.0)


def _rank(cells: pd.DataFrame) -> pd.Series:
    """Which fall is the threshold: at least the first where there is a place, none where there is not."""
    rank = (cells["capacity"] + cells["moved"]).round().clip(lower=1, upper=cells["accounts"])
    return rank.where(cells["capacity"] > 0, 0).astype("int64")


def _enter(declines: pd.DataFrame, cells: pd.DataFrame) -> pd.Series:
    falls = declines[declines["decline"] > 0].sort_values("decline", ascending=False, kind="stable")
    ranks = falls.join(cells.set_index(CELL)["rank"], on=CELL)["rank"]
    return falls[falls.groupby(CELL).cumcount() < ranks].groupby(CELL)["decline"].min().rename("enter")


def _tried(cells: pd.DataFrame, settled: pd.DataFrame | None) -> pd.DataFrame:
    """Precision and captured ARR of the thresholds, had they stood in the settled past."""
    if settled is None:
        every = pd.MultiIndex.from_frame(cells[CELL])
        return pd.DataFrame(index=every, columns=["precision", "captured_arr"], dtype=float)
    alerted = crossings(settled, cells)
    cell = alerted.assign(lost=alerted["arr"] * alerted["observed"]).groupby(CELL)
    dates = max(settled["as_of"].nunique(), 1)
    return pd.DataFrame({"precision": cell["observed"].mean(), "captured_arr": cell["lost"].sum(min_count=1) / dates})


def _because(row: dict, learned: pd.DataFrame, language: Language) -> str:
    if row["rank"] == 0:
        return say("no_capacity", language)
    if pd.isna(row["enter"]):
        return say("nobody_fell", language)
    parts = [say("established", language, rank=row["rank"], accounts=row["accounts"])]
    shift = row["rank"] - row["capacity"]
    if shift:
        parts.append(say("tracked_more" if shift > 0 else "tracked_fewer", language, n=abs(shift)))
    if row["group"] in learned.index:
        seen = learned.loc[row["group"]]
        words = {name: int(seen[name]) for name in ("alerts", "false", "missed")}
        change = "learned_lower" if seen["factor"] > 1.05 else "learned_higher" if seen["factor"] < 0.95 else ""
        parts += [say(change, language, **words)] if change else []
    return joined(parts, language)
