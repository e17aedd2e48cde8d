"""Lists from one test date to the next: how early leavers are flagged for good, and how much of a list stays."""

from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from leadline.models.arrays import Booleans, Floats
from leadline.models.bootstrap import replicated
from leadline.models.metrics import lists

QUARTILES = {"lead_days_q25": 0.25, "lead_days_median": 0.5, "lead_days_q75": 0.75}
LASTING = 2  # test dates in a row
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class History:
    """What hangs together among the rows of an outcome, whatever the model.

    - `leavers`: account_id, happened_at of each departure. `leaver`: the departure each row came before, -1 for none.
    - `now`, `then`: positions of rows of an account on a test date, and on the next one.
    """

    leavers: pd.DataFrame
    leaver: Indices
    now: Indices
    then: Indices


def history(rows: pd.DataFrame) -> History:
    """Link rows (account_id, as_of, observed, happened_at) to the departure after them, and to the next test date."""
    left = rows.loc[rows["observed"] == 1, ["account_id", "happened_at"]].dropna().drop_duplicates()
    left = left.astype({"happened_at": rows["as_of"].dtype})
    left = left.sort_values(["happened_at", "account_id"], kind="stable", ignore_index=True)
    places = rows[["account_id", "as_of"]].assign(row=np.arange(len(rows))).sort_values("as_of", kind="stable")
    before = pd.merge_asof(
        places, left.assign(leaver=left.index), left_on="as_of", right_on="happened_at", by="account_id",
        direction="forward", allow_exact_matches=False,
    )  # fmt: skip
    dates = places["as_of"].unique()
    after = dict(pairwise(dates))
    places["next"] = places["as_of"].map(after).astype(places["as_of"].dtype)
    pairs = places.merge(places, left_on=["account_id", "next"], right_on=["account_id", "as_of"])
    leaver = before.set_index("row")["leaver"].sort_index().fillna(-1).to_numpy(dtype=np.intp)
    return History(left, leaver, pairs["row_x"].to_numpy(), pairs["row_y"].to_numpy())


def list_history(
    rows: pd.DataFrame, links: History, p: Floats, capacity: int, counts: pd.DataFrame
) -> dict[str, tuple[Floats, int, int]]:
    """What one model's lists were worth over time: values by draw (the data first), how many were judged, positives.

    - `leavers_flagged`: share of leavers with a lasting flag (see `lead_days`); `lead_days_*`: median and quartiles of
      the days from that flag to the outcome. Only where it is known when an outcome happened.
    - `kept_top_tenth`, `kept_at_capacity`: share of a test date's list that is on the next one's too, among accounts
      scored on both, averaged over dates.
    """
    tenth, listed = lists(p, rows["as_of"], capacity)
    found = _warned(links.leavers["account_id"], lead_days(rows["as_of"], links, tenth), counts)
    now = rows.iloc[links.now]
    dates = pd.get_dummies(now["as_of"]).to_numpy(dtype=np.float64)
    for name, places in (("kept_top_tenth", tenth), ("kept_at_capacity", listed)):
        was, still = dates * places[links.now, None], dates * (places[links.now] * places[links.then])[:, None]
        kept = replicated(counts, now["account_id"], partial(_kept, was, still))
        found[name] = (kept, len(now), int(now["observed"].sum()))
    return found


def lead_days(as_of: pd.Series, links: History, tenth: Floats) -> Floats:
    """Days from each leaver's first lasting flag until it left; NaN where it had none.

    A flag is a place in the top tenth of a test date. It lasts if the account was there on every later test date until
    it left too, on two dates or more, unless it was scored on one alone; so days reach back no further than the first
    test date. `tenth`: see `Sample`; of rows tied at the edge, those more likely in than out count as flagged.
    """
    seen = pd.DataFrame({"leaver": links.leaver, "as_of": as_of.to_numpy(), "flagged": tenth > 0.5})
    seen = seen[seen["leaver"] >= 0].sort_values("as_of", ascending=False, kind="stable")
    scored = seen.groupby("leaver").size()
    flags = seen[seen.groupby("leaver")["flagged"].cummin()].groupby("leaver")["as_of"].agg(["min", "size"])
    lasting = flags[(flags["size"] >= LASTING) | (scored.reindex(flags.index) == 1)]["min"]
    days = links.leavers["happened_at"] - lasting.reindex(links.leavers.index)
    return np.asarray(days.dt.total_seconds() / 86_400, dtype=np.float64)


def _warned(accounts: pd.Series, days: Floats, counts: pd.DataFrame) -> dict[str, tuple[Floats, int, int]]:
    if accounts.empty:
        return {}
    flagged = np.isfinite(days)
    order = np.flatnonzero(flagged)[np.argsort(days[flagged], kind="stable")]
    share = replicated(counts, accounts, lambda weights: _share(weights, flagged))
    values = replicated(counts, accounts.iloc[order], lambda weights: _quantiles(weights, days[order]))
    found = {"leavers_flagged": share} | {name: values[:, i] for i, name in enumerate(QUARTILES)}
    return {name: (value, len(days), int(flagged.sum())) for name, value in found.items()}


def _share(weights: Floats, which: Booleans) -> Floats:
    whole = weights.sum(axis=1)
    return np.divide(weights @ which, whole, out=np.full(len(whole), np.nan), where=whole > 0)


def _quantiles(weights: Floats, ascending: Floats) -> Floats:
    """The smallest values that each share of the weight does not exceed: draws x quartiles, NaN without weight."""
    reached = np.cumsum(weights, axis=1)
    found = np.full((len(weights), len(QUARTILES)), np.nan)
    some = reached[:, -1] > 0 if len(ascending) else np.zeros(len(weights), dtype=bool)
    for i, share in enumerate(QUARTILES.values()):
        first = (reached[some] >= share * reached[some, -1:]).argmax(axis=1) if some.any() else []
        found[some, i] = ascending[first] if len(first) else np.nan
    return found


def _kept(was: Floats, still: Floats, weights: Floats) -> Floats:
    """The chance that a place on a date's list (rows x dates) is one on the next, ties drawn anew, mean over dates."""
    whole, kept = weights @ was, weights @ still
    told = whole > 0
    share = np.divide(kept, whole, out=np.zeros_like(kept), where=told).sum(axis=1)
    return np.divide(share, told.sum(axis=1), out=np.full(len(share), np.nan), where=told.any(axis=1))
