"""What became of the people who carry an account, told from its snapshots of several dates."""

import pandas as pd

from leadline.decisions.wording import Language, say

COLUMNS = ["account_id", "as_of", "key_users", "silent_key_users", "key_users_departed"]
REMEMBERED = pd.Timedelta(weeks=52)
SILENT_WEEKS = 4  # after which a key user counts as silent


def gone(people: pd.DataFrame, as_of: pd.Timestamp, language: Language) -> pd.Series:
    """By account that lost an admin, executive or champion within the last year and has no more of them since, a
    sentence that says so. `people`: snapshots of `as_of` and earlier dates."""
    past = _in_order(people, as_of)
    account = past.groupby("account_id")
    came = past["key_users_departed"] > account["key_users_departed"].shift().fillna(0)
    seen = past[came].drop_duplicates("account_id", keep="last").set_index("account_id")
    now = past[past["as_of"] == as_of].set_index("account_id")["key_users"].reindex(seen.index)
    left = seen[now <= seen["key_users"]]
    said = [say("departed", language, date=f"{date:%Y-%m-%d}") for date in left["as_of"]]
    return pd.Series(said, index=left.index, dtype="str")


def silent(people: pd.DataFrame, as_of: pd.Timestamp, language: Language) -> pd.Series:
    """By account of whose key users more are silent than at some earlier date, a sentence: how many, for how long."""
    past = _in_order(people, as_of)
    account, today = past["account_id"], past["as_of"] == as_of
    fewer = past["silent_key_users"] < past["silent_key_users"].where(today).groupby(account).transform("max")
    since = past[past["as_of"] > past["as_of"].where(fewer).groupby(account).transform("max")]
    began = since.groupby("account_id")["as_of"].min()
    count = past[today].set_index("account_id")["silent_key_users"].reindex(began.index)
    weeks = SILENT_WEEKS + (as_of - began).dt.days // 7
    said = [say("silent_people", language, count=f"{n:.0f}", weeks=w) for n, w in zip(count, weeks, strict=True)]
    return pd.Series(said, index=began.index, dtype="str")


def _in_order(people: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The last year's rows up to the as-of date, by account and date; what the log does not tell is undefined."""
    within = people[(people["as_of"] <= as_of) & (people["as_of"] >= as_of - REMEMBERED)]
    return within.reindex(columns=COLUMNS).sort_values(["account_id", "as_of"], kind="stable", ignore_index=True)
