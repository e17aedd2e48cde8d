"""Who is on the list and who rests: what one week hands on to the next."""

import pandas as pd

from leadline.experiment import Following

COLUMNS = ["account_id", "state", "since", "until"]
WEEK = pd.Timedelta(days=7)


def nobody() -> pd.DataFrame:
    """A standing of no account: account_id, state (listed, resting, theirs: the team works on it), since, until."""
    types = {"account_id": "str", "state": "str", "since": "datetime64[us]", "until": "datetime64[us]"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})


def carried(standing: pd.DataFrame, as_of: pd.Timestamp, leaves: pd.Series, following: Following) -> pd.DataFrame:
    """Last week's standing as of a date: who has been followed long enough, or `leaves` (account_id), rests; who has
    rested long enough is free."""
    over, on_list = standing["until"] <= as_of, standing["state"] == "listed"
    done = on_list & (over | standing["account_id"].isin(leaves))
    resting = standing[done].assign(state="resting", since=as_of, until=as_of + _days(following.rest_days))
    still = standing[~done & (on_list | ~over)]
    kept = pd.concat([still, resting[resting["until"] > as_of]])
    return kept.astype(nobody().dtypes.to_dict()).sort_values("account_id", kind="stable", ignore_index=True)


def entered(
    standing: pd.DataFrame, accounts: pd.Series, as_of: pd.Timestamp, following: Following, first: bool
) -> pd.DataFrame:
    """The standing with new accounts on the list, in order of rank.

    The `first` list of all is staggered: its best are followed for the whole time, the next for a week less and so on,
    so that from then on some places come free every week.
    """
    weeks = max(1, following.days // 7)
    turns = pd.Series(range(len(accounts)), dtype="int64") * weeks // max(len(accounts), 1)
    spans = _days(following.days) - (turns * WEEK if first else 0 * WEEK * turns)
    new = pd.DataFrame(
        {"account_id": accounts.to_numpy(), "state": "listed", "since": as_of, "until": (as_of + spans).to_numpy()}
    )
    both = pd.concat([standing, new.astype(nobody().dtypes.to_dict())])
    return both.sort_values("account_id", kind="stable", ignore_index=True)


def kept_on(standing: pd.DataFrame, before: pd.DataFrame, accounts: pd.Series, as_of: pd.Timestamp) -> pd.DataFrame:
    """The standing with accounts whose time is up listed for one more week, for nobody takes their place; `before` is
    the standing that had them."""
    longer = before[before["account_id"].isin(accounts)].assign(until=as_of + WEEK)
    both = pd.concat([standing[~standing["account_id"].isin(accounts)], longer])
    return both.sort_values("account_id", kind="stable", ignore_index=True)


def with_interventions(
    standing: pd.DataFrame, interventions: pd.DataFrame, as_of: pd.Timestamp, following: Following, open_days: int
) -> pd.DataFrame:
    """The standing with what the team itself began, as known as of a date: an account not listed is left in peace while
    somebody works on it (an intervention open for `open_days` at most), and for rest_days after that was closed.

    Its state is `theirs`, told anew each week. `interventions`: account_id, started_at, closed_at.
    """
    standing = standing[standing["state"] != "theirs"]
    begun = interventions[(interventions["started_at"] < as_of) & ~interventions["account_id"].isin(listed(standing))]
    closed = begun["closed_at"].where(begun["closed_at"] < as_of)
    until = (closed + _days(following.rest_days)).fillna(begun["started_at"] + _days(open_days))
    own = begun.assign(state="theirs", since=begun["started_at"], until=until)[COLUMNS]
    kept = pd.concat([standing, own[own["until"] > as_of]]).sort_values(["account_id", "until"], kind="stable")
    last = kept.drop_duplicates("account_id", keep="last")
    return last.astype(nobody().dtypes.to_dict()).reset_index(drop=True)


def listed(standing: pd.DataFrame) -> pd.Series:
    """The accounts on the list."""
    return standing.loc[standing["state"] == "listed", "account_id"]


def _days(days: int) -> pd.Timedelta:
    return pd.Timedelta(days=days)
