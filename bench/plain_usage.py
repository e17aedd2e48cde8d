"""What an account does: activity, recency, trend, breadth and depth, in plain pandas."""

import numpy as np
import pandas as pd

from bench.plain_log import DAY, LONGEST, Known, change, ratio, sessions_begun

Values = dict[str, pd.Series]


def activity(known: Known, timed: bool) -> Values:
    """How much is done; `timed`: whether the source gives durations at all."""
    values: Values = {}
    begun = sessions_begun(known)
    for w in (7, 28, 84, 182):
        rows = known.window(w)
        values[f"events_{w}"] = known.count(rows)
        values[f"active_days_{w}"] = known.distinct(rows, "days_ago")
        values[f"active_users_{w}"] = known.distinct(rows, "user")
        if w == 182:
            continue
        values[f"sessions_{w}"] = known.count(known.window(w, rows=begun))
        if timed:
            values[f"minutes_{w}"] = known.full(rows.groupby("account")["milliseconds"].sum()) / 60_000
    for w in (28, 84):
        users = values[f"active_users_{w}"]
        values[f"events_per_session_{w}"] = ratio(values[f"events_{w}"], values[f"sessions_{w}"])
        values[f"events_per_user_{w}"] = ratio(values[f"events_{w}"], users)
        values[f"stickiness_{w}"] = ratio(known.distinct(known.window(w), "user", "days_ago") / w, users)
    values["sessions_trend"] = change(values["sessions_28"] / 4, known.count(known.window(84, 28, begun)) / 12)
    return values


def recency(known: Known) -> Values:
    """How long ago the last event was, in days and in the account's usual gaps."""
    at = known.events.groupby("account")["at"]
    first, last = known.full(at.min(), np.nan), known.full(at.max(), np.nan)
    gap = ratio((last - first) / DAY, known.days_ever - 1)
    silence = known.days_since(last)
    return {"days_since_last_event": silence, "usual_gap": gap, "recency_in_gaps": silence / gap.clip(lower=1)}


def trend(known: Known) -> Values:
    """How use moves against the account's own past."""
    recent = known.window(LONGEST)
    people = recent[recent["user"] >= 0].drop_duplicates(["account", "user", "weeks_ago"])
    weeks = {"events": recent, "users": people, "core": recent[recent["core"]]}
    values: Values = {}
    for name, rows in weeks.items():
        weekly = known.weekly(rows)
        values[f"{name}_trend"] = change(weekly[range(4)].sum(axis=1) / 4, weekly[range(4, 16)].sum(axis=1) / 12)
        values[f"{name}_week_change"] = change(weekly[0], weekly[1])
        for w in (56, 84):
            values[f"{name}_slope_{w}"] = slope(weekly[range(w // 7)])
    now, before = known.window(28), known.window(84, 28)
    values["days_trend"] = change(known.distinct(now, "days_ago") / 4, known.distinct(before, "days_ago") / 12)
    values["modules_trend"] = change(known.distinct(now, "module"), known.distinct(known.window(28, 28), "module"))
    return values | decline(known.weekly(recent))


def slope(weekly: pd.DataFrame) -> pd.Series:
    """Least-squares slope a week of log(1 + count); columns run from the last week back."""
    oldest_first = np.log1p(weekly.to_numpy()[:, ::-1])
    line = np.polyfit(np.arange(weekly.shape[1]), oldest_first.T, 1)
    return pd.Series(line[0], index=weekly.index)


def decline(weekly: pd.DataFrame) -> Values:
    """How far, how long and since when weekly events have fallen; columns run from the last week back."""
    periods = pd.concat([weekly[range(i, i + 4)].sum(axis=1) for i in (0, 4, 8, 12)], axis=1)
    run = pd.Series(0.0, index=weekly.index)
    for i in reversed(range(7)):
        run = (run + 1).where(weekly[i] < weekly[i + 1], 0.0)
    cusum, since = page_cusum(np.log1p(weekly))
    spread = {f"volatility_{w}": np.log1p(weekly[range(w // 7)]).std(axis=1, ddof=0) for w in (56, 84)}
    lost = 1 - ratio(periods[0], periods.max(axis=1))
    now = {"drop_from_best": lost, "weeks_of_decline": run, "decline_cusum": cusum, "weeks_since_change": since}
    return now | spread


def page_cusum(logs: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Page's one-sided CUSUM of the last 8 weeks against the 8 before, and the weeks since it last stood at zero."""
    usual = logs[range(8, 16)]
    mean, sigma = usual.mean(axis=1), usual.std(axis=1, ddof=0).clip(lower=0.25)
    cusum = pd.Series(0.0, index=logs.index)
    since = pd.Series(0.0, index=logs.index)
    for week in reversed(range(8)):
        cusum = (cusum + (mean - logs[week]) / sigma - 0.5).clip(lower=0)
        since = (since + 1).where(cusum > 0, 0.0)
    return cusum, since


def breadth(known: Known, modules: tuple[str, ...]) -> Values:
    """How many modules are used, how evenly, and the use of each module asked for."""
    values: Values = {}
    for w in (28, 84):
        used = module_events(known.window(w))
        total = known.full(used.groupby("account").sum())
        logs = known.full((used * np.log(used)).groupby("account").sum())
        values[f"modules_used_{w}"] = known.full(used.groupby("account").size())
        values[f"module_entropy_{w}"] = np.log(total.where(total > 0)) - ratio(logs, total)
        values[f"top_module_share_{w}"] = ratio(known.full(used.groupby("account").max()), total)
    now, before = module_events(known.window(28)), module_events(known.window(84, 28))
    values["modules_abandoned"] = known.full(before[~before.index.isin(now.index)].groupby("account").size())
    values["modules_adopted"] = known.full(now[~now.index.isin(before.index)].groupby("account").size())
    often = before[before >= 12]
    falls = now.reindex(often.index).fillna(0) / 4 / (often / 12) - 1
    values["steepest_module_fall"] = known.full(falls.groupby("account").min(), np.nan)
    return values | by_module(known, modules)


def by_module(known: Known, modules: tuple[str, ...]) -> Values:
    """The use of each module asked for, and its trend."""
    values: Values = {}
    recent, earlier = known.window(28), known.window(84, 28)
    for module in modules:
        now, before = (known.count(rows[rows["module"] == module]) for rows in (recent, earlier))
        values[f"module_events_{module}_28"] = now
        values[f"module_trend_{module}"] = change(now / 4, before / 12)
    return values


def module_events(rows: pd.DataFrame) -> pd.Series:
    """Events of each account in each module it used."""
    return rows.groupby(["account", "module"], observed=True).size()


def depth(known: Known) -> Values:
    """How much of what is done is core."""
    values: Values = {}
    for w in (7, 28, 84):
        rows = known.window(w)
        core, views = known.count(rows[rows["core"]]), known.count(rows[rows["view"]])
        values[f"core_actions_{w}"] = core
        if w == 7:
            continue
        values[f"core_per_user_{w}"] = ratio(core, known.distinct(rows, "user"))
        values[f"core_share_{w}"] = ratio(core, core + views)
    month = known.window(28)
    users = known.distinct(month, "user")
    values["core_users_share_28"] = ratio(known.distinct(month[month["core"]], "user"), users)
    return values
