"""Thresholds: how far an indicator must fall before a person steps in."""

import pandas as pd

from leadline.decisions.capacity import shared
from leadline.decisions.schema import THRESHOLDS, checked
from leadline.decisions.wording import Language, say
from leadline.experiment import Experiment

EXIT_SHARE = 0.8
CELL = ["group", "indicator"]


def establish(declines: pd.DataFrame, experiment: Experiment, settled: pd.DataFrame | None = None) -> pd.DataFrame:
    """The threshold of each watched indicator in each peer group, from the declines of one as-of date.

    Capacity (CSMs x accounts each) is shared over groups in proportion to their accounts, so that a quiet
    group is watched as closely as a loud one and the shares add up to capacity. A group's threshold `enter`
    is the decline of its (share)-th fastest faller; of the slowest faller where fewer fell; undefined (NaN)
    where nobody fell beyond peers or the share is 0. `exit` = 80% of enter, so an account hovering at the
    line does not come and go. `alerts` counts accounts at or above enter: more than the share only in a tie,
    which the list then cuts. `settled` (see settled_history) gives precision = share of its rows at or above
    enter that churned, and captured_arr = ARR of those churners per as-of date; NaN without it.
    """
    cells = declines.groupby(CELL).agg(as_of=("as_of", "max"), accounts=("account_id", "nunique"))
    sizes = declines.groupby("group")["account_id"].nunique()
    share = shared(sizes, experiment.capacity.total)
    groups = cells.index.get_level_values("group")
    cells = cells.assign(capacity=share.reindex(groups).to_numpy(), enter=_enter(declines, share))
    cells = cells.assign(exit=EXIT_SHARE * cells["enter"]).reset_index()
    alerts = crossings(declines, cells).groupby(CELL).size().rename("alerts")
    found = cells.join(alerts, on=CELL).join(_replayed(cells, settled), on=CELL)
    reasons = [
        _established(enter, rank, accounts, experiment.language)
        for enter, rank, accounts in zip(found["enter"], found["capacity"], found["accounts"], strict=True)
    ]
    found = found.assign(alerts=found["alerts"].fillna(0), changed_because=pd.Series(reasons, dtype="str"))
    return checked(found, THRESHOLDS, "thresholds")


def crossings(declines: pd.DataFrame, thresholds: pd.DataFrame) -> pd.DataFrame:
    """The rows of declines at or above their group's threshold, each with its `enter`."""
    beside = declines.merge(thresholds[[*CELL, "enter"]], on=CELL, how="inner")
    return beside[beside["decline"] >= beside["enter"]]


def _enter(declines: pd.DataFrame, share: pd.Series) -> pd.Series:
    falls = declines[declines["decline"] > 0].sort_values("decline", ascending=False, kind="stable")
    places = falls.join(share.rename("places"), on="group")["places"]
    return falls[falls.groupby(CELL).cumcount() < places].groupby(CELL)["decline"].min()


def _replayed(cells: pd.DataFrame, settled: pd.DataFrame | None) -> pd.DataFrame:
    """Precision and captured ARR of the thresholds, had they stood in the settled past."""
    if settled is None:
        every = pd.MultiIndex.from_frame(cells[CELL])
        return pd.DataFrame(index=every, columns=["precision", "captured_arr"], dtype=float)
    alerted = crossings(settled, cells)
    cell = alerted.assign(lost=alerted["arr"] * alerted["observed"]).groupby(CELL)
    dates = max(settled["as_of"].nunique(), 1)
    return pd.DataFrame({"precision": cell["observed"].mean(), "captured_arr": cell["lost"].sum(min_count=1) / dates})


def _established(enter: float, rank: int, accounts: int, language: Language) -> str:
    if rank == 0:
        return say("no_capacity", language)
    if pd.isna(enter):
        return say("nobody_fell", language)
    return say("established", language, rank=rank, accounts=accounts)
