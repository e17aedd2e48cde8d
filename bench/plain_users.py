"""Who carries an account's use, and who comes and goes, in plain pandas."""

import pandas as pd

from bench.plain_log import DAY, LONGEST, Known, change, ratio

Values = dict[str, pd.Series]
KEY_ROLES = ("admin", "executive", "champion")


def user_rows(known: Known) -> pd.DataFrame:
    """One row per user with an event in the last 182 days: account, events by window, first and last time."""
    recent = known.window(LONGEST)
    recent = recent[recent["user"] >= 0]
    users = recent.groupby("user").agg(account=("account", "first"), last=("at", "max"))
    windows = {
        "recent": (112, 0),
        "quarter": (84, 0),
        "now": (28, 0),
        "before": (84, 28),
        "eight_weeks": (56, 28),
        "month_before": (28, 28),
    }
    for name, (days, skip) in windows.items():
        rows = known.window(days, skip, recent)
        users[name] = rows.groupby("user").size().reindex(users.index).fillna(0)
        users[f"core_{name}"] = rows[rows["core"]].groupby("user").size().reindex(users.index).fillna(0)
    users["arrived_ago"] = known.events.groupby("user")["arrived_ago"].max().reindex(users.index)
    return users


def flow(known: Known, users: pd.DataFrame) -> Values:
    """Who is new, came back, stayed, left or grew."""
    active, between = users["now"] > 0, users["eight_weeks"] > 0
    new = users["arrived_ago"] < 4
    growing = 3 * users["now"] > users["before"]
    recency = 2.0 ** (-(known.as_of - users["last"]) / DAY / 42)

    def count(which: pd.Series) -> pd.Series:
        return known.count(users[which])

    return {
        "new_users": count(active & new),
        "returned_users": count(active & (users["before"] == 0) & ~new),
        "kept_users_share": ratio(count(between & active), count(between)),
        "lost_users": count(between & ~active),
        "users_growing_share": ratio(count(growing), count(users["recent"] > 0)),
        "silent_users_share_28": ratio(count(~active), known.count(users)),
        "silent_users_share_84": ratio(count(users["quarter"] == 0), known.count(users)),
        "new_users_share": ratio(count(users["arrived_ago"] < 26), known.count(users)),
        "people_still_here": ratio(known.full(recency.groupby(users["account"]).sum()), known.count(users)),
        "people_by_recency": known.full(recency.groupby(users["account"]).sum()),
        "core_users_trend": change(count(users["core_now"] > 0), count(users["core_month_before"] > 0)),
    }


def concentration(known: Known) -> Values:
    """Herfindahl-Hirschman index of events over users."""
    values: Values = {}
    for w in (28, 84):
        rows = known.window(w)
        used = rows[rows["user"] >= 0].groupby(["account", "user"]).size().astype("float64")
        total = known.full(used.groupby("account").sum())
        values[f"user_concentration_{w}"] = ratio(known.full((used**2).groupby("account").sum()), total**2)
    return values


def key_users(known: Known, users: pd.DataFrame, people: pd.DataFrame | None) -> Values:
    """How many key users there are and what they do; `people` is the users table where there is one."""
    keys = _keys(known, users, people)
    rows = keys[["account"]].join(users.loc[users["recent"] > 0, ["now", "before", "last"]])
    sums = rows[["now", "before"]].fillna(0).groupby(rows["account"]).sum()
    now, before = known.full(sums["now"]), known.full(sums["before"])
    return {
        "key_users": known.count(rows),
        "silent_key_users": known.count(rows[~(rows["now"] > 0)]),
        "key_users_silence": known.days_since(rows.groupby("account")["last"].max()),
        "key_users_trend": change(now / 4, before / 12),
    }


def _keys(known: Known, users: pd.DataFrame, people: pd.DataFrame | None) -> pd.DataFrame:
    """The key users (index: user) and their account: by role where the users table names any, else by behaviour."""
    leaders = users[users["before"] > 0].rename_axis("user").reset_index()
    by = {"account": True, "core_before": False, "before": False, "user": True}
    leaders = leaders.sort_values(list(by), ascending=list(by.values())).groupby("account").head(3)
    leaders = leaders.set_index("user")[["account"]]
    if people is None:
        return leaders
    created = people["created_at"]
    named = people[people["role"].isin(KEY_ROLES) & (created.isna() | (created < known.instant))]
    left = named["deactivated_at"]
    staying = named[left.isna() | (left >= known.instant)].set_index("user")[["account"]]
    return pd.concat([staying, leaders[~leaders["account"].isin(named["account"])]])


def departed(known: Known, people: pd.DataFrame) -> Values:
    """Key people who left in the last 84 days."""
    gone = people["role"].isin(KEY_ROLES) & known.within(people["deactivated_at"], 84)
    return {"key_users_departed": known.count(people[gone])}
