"""How far an account fell against its own past, and how much of that its peers did not share."""

import numpy as np
import pandas as pd

from leadline.features.indicator import Column
from leadline.problem import Problem

BASELINE_DAYS = (28, 56, 84)
FEWEST_PEERS = 30
CLOCKS = pd.Timedelta(hours=2)
# narrowest first; by region before all else, so that a holiday of one region is taken out as its market
PEERS = (
    ["region", "segment", "tier", "stage"],
    ["region", "segment", "stage"],
    ["region", "segment"],
    ["region", "stage"],
    ["region"],
    ["segment", "tier", "stage"],
    ["segment", "stage"],
    ["segment"],
    ["stage"],
)


def watched(columns: tuple[Column, ...]) -> list[str]:
    """Names of the columns whose fall is watched, sorted."""
    return sorted(column.name for column in columns if column.watched)


def baseline_dates(as_of: pd.Timestamp) -> list[pd.Timestamp]:
    """The earlier as-of dates an account is compared with: 4, 8 and 12 weeks before."""
    return [as_of - pd.Timedelta(days=days) for days in BASELINE_DAYS]


def near(as_of: pd.Series, dates: list[pd.Timestamp]) -> pd.Series:
    """Which rows are of these dates, give or take the hour by which clocks change."""
    return pd.Series(np.any([(as_of - date).abs() <= CLOCKS for date in dates], axis=0), index=as_of.index)


def declines(
    now: pd.DataFrame, history: pd.DataFrame, context: pd.DataFrame, columns: tuple[Column, ...]
) -> pd.DataFrame:
    """The fall of each watched column of each account that may be scored, as of one date.

    `now` and `history` are snapshots, history of earlier dates; `context` is that of now. A row per account
    and indicator: account_id, as_of, group, indicator, now, baseline, own, peers, decline, where

    - baseline = mean of the account's past values. A mean over three dates is steadier than the last one
      alone, and needs no more than one; 28-day windows 4, 8 and 12 weeks back make it the account's level
      over those weeks.
    - own = 1 - now / baseline; undefined (NaN) without a past value, and where the baseline is not above 0.
    - peers = median of own among the account's peer group on the same date: what the market did.
    - decline = own - peers.

    Accounts that may not be scored, or announced that they leave, are no peers either. Raises a Problem for
    rows that repeat, a history that is not past, and accounts or columns that are missing.
    """
    names = watched(columns)
    _refuse_wrong_input(now, history, context, names)
    known = context[context["eligible"] & ~context["announced"]].set_index("account_id").sort_index()
    level = now.set_index("account_id")[names].astype(float).reindex(known.index)
    past = history.sort_values(["account_id", "as_of"], kind="stable")
    baseline = past.groupby("account_id")[names].mean().astype(float).reindex(known.index)
    own = 1 - level / baseline.where(baseline > 0)
    group, peers = _against_peers(own, known)
    wide = {"now": level, "baseline": baseline, "own": own, "peers": peers, "decline": own - peers}
    return pd.DataFrame(
        {
            "account_id": np.repeat(known.index.astype("str").array, len(names)),
            "as_of": np.repeat(known["as_of"].astype("datetime64[us]").array, len(names)),
            "group": np.repeat(group.array, len(names)),
            "indicator": pd.array(names * len(known), dtype="str"),
            **{name: frame.to_numpy().ravel() for name, frame in wide.items()},
        }
    )


def declines_as_of(
    date: pd.Timestamp, snapshots: pd.DataFrame, context: pd.DataFrame, columns: tuple[Column, ...]
) -> pd.DataFrame:
    """The declines of one date, given the frames of that date and of the earlier ones it is compared with."""
    now, past = snapshots["as_of"] == date, near(snapshots["as_of"], baseline_dates(date))
    return declines(snapshots[now], snapshots[past], context[context["as_of"] == date], columns)


def deepest(falls: pd.DataFrame, name: str) -> pd.DataFrame:
    """By account its row of the greatest decline; of equal ones the first by the column `name`."""
    order = ["account_id", "decline", name]
    ranked = falls.sort_values(order, ascending=[True, False, True], kind="stable")
    return ranked.drop_duplicates("account_id").set_index("account_id")


def _against_peers(own: pd.DataFrame, context: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """Each account's peer group, the narrowest of at least 30 accounts, and the group's medians."""
    group = pd.Series("all", index=own.index, dtype="str")
    medians = np.tile(own.median().to_numpy(), (len(own), 1))
    peers = pd.DataFrame(medians, index=own.index, columns=own.columns, dtype=float)
    for keys in reversed(PEERS):
        label = _labels(context[keys])
        enough = label.ne("") & (label.groupby(label).transform("size") >= FEWEST_PEERS)
        group = group.mask(enough, label)
        peers = peers.mask(enough, own.groupby(label).transform("median"), axis=0)
    return group, peers


def _labels(keys: pd.DataFrame) -> pd.Series:
    """Each account's group as words, 'segment=smb, stage=adoption'; empty where a key is unknown."""
    words = [", ".join(f"{name}={value}" for name, value in row.items()) for row in keys.to_dict("records")]
    return pd.Series(words, index=keys.index, dtype="str").where(keys.notna().all(axis=1), "")


def _refuse_wrong_input(now: pd.DataFrame, history: pd.DataFrame, context: pd.DataFrame, names: list[str]) -> None:
    _refuse_repeats(now, ["account_id"], "The snapshot")
    _refuse_repeats(context, ["account_id"], "The context")
    _refuse_repeats(history, ["account_id", "as_of"], "The history")
    for frame, title in ((now, "snapshot"), (history, "history")):
        missing = sorted(set(names) - set(frame.columns))
        if missing:
            raise Problem(f"The {title} lacks the watched columns {', '.join(missing)}; build it with them.")
    if not now.empty and not history.empty and history["as_of"].max() >= now["as_of"].min():
        raise Problem(
            f"The history reaches {history['as_of'].max():%Y-%m-%d}, which is not before the as-of date "
            f"{now['as_of'].min():%Y-%m-%d}; pass only earlier snapshots."
        )
    strangers = sorted(set(now["account_id"]) ^ set(context["account_id"]))
    if strangers:
        raise Problem(
            f"Snapshot and context differ in {len(strangers)} accounts, first {strangers[0]}; "
            "pass one context row a snapshot row."
        )


def _refuse_repeats(frame: pd.DataFrame, keys: list[str], title: str) -> None:
    repeats = frame[frame.duplicated(keys)]
    if len(repeats):
        raise Problem(
            f"{title} holds {len(repeats)} repeated rows of the same {' and '.join(keys)}, first account "
            f"{repeats['account_id'].iloc[0]}; pass one row each."
        )
