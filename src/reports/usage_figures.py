"""Figures of usage for a notebook: accounts, people, features and how far people get; they answer to the pointer."""

import altair as alt
import pandas as pd

from leadline.reports.explained import LABEL, PLAIN, UP, WIDTH
from leadline.reports.voice import Voice

ACCENT = "#1f5f8b"
MOST_ACCOUNTS = 2000
MOST_FEATURES, MOST_PEOPLE = 30, 30
STEPS = ("reached", "tried", "completed")
SHADES = ("#c6dbef", "#6baed6", ACCENT)


def accounts_figure(table: pd.DataFrame, say: Voice) -> alt.Chart:
    """A dot for each account used in both periods: its events, and their change; drag and scroll to look closer."""
    rows = table[table["events_change"].notna()].head(MOST_ACCOUNTS)
    data = rows[["name", "account_id", "events", "events_change", "users", "core_actions"]].copy()
    dots = alt.Chart(data).mark_circle(opacity=0.6, color=ACCENT)
    return dots.encode(
        x=alt.X("events:Q", title=say("usage.events"), scale=alt.Scale(type="symlog")),
        y=alt.Y("events_change:Q", title=say("usage.change"), axis=alt.Axis(format="+.0%"),
                scale=alt.Scale(type="symlog")),
        size=alt.Size("users:Q", title=say("usage.users"), legend=alt.Legend(orient="bottom")),
        tooltip=[*map(alt.Tooltip, ("name:N", "account_id:N", "events:Q", "users:Q", "core_actions:Q")),
                 alt.Tooltip("events_change:Q", format="+.0%")],
    ).properties(title=say("usage.accounts"), width=WIDTH, height=320, background="white").interactive()  # fmt: skip


def modules_figure(table: pd.DataFrame, say: Voice) -> alt.Chart:
    """Events by week, a line for each module; a click on the legend brings one out."""
    named = table.assign(module=table["module"].fillna(say("usage.no_module")))
    weeks = named.groupby(["week", "module"], as_index=False)["events"].sum()
    full = weeks.pivot(index="week", columns="module", values="events").fillna(0)  # a week of nothing is 0, no gap
    data = full.melt(ignore_index=False, value_name="events").reset_index()
    one = alt.selection_point(fields=["module"], bind="legend")
    lines = alt.Chart(data).mark_line(point=True)
    return (
        lines.encode(
            x=alt.X("week:T", title=say("usage.week")),
            y=alt.Y("events:Q", title=say("usage.events")),
            color=alt.Color("module:N", legend=alt.Legend(title=None, orient="bottom", columns=5)),
            opacity=alt.when(one).then(alt.value(1)).otherwise(alt.value(0.1)),
            tooltip=["week:T", "module:N", "events:Q"],
        )
        .add_params(one)
        .properties(title=say("usage.modules"), width=WIDTH, height=260, background="white")
    )


def features_figure(table: pd.DataFrame, say: Voice) -> alt.Chart:
    """The most used features by week: the darker, the more people."""
    feature = table["module"].fillna(say("usage.no_module")) + " · " + table["action"]
    data = table[["week", "events", "users", "share"]].assign(feature=feature)
    order = data.groupby("feature")["events"].sum().sort_values(ascending=False, kind="stable").index[:MOST_FEATURES]
    data = data[data["feature"].isin(order)].assign(week=data["week"].dt.strftime("%m-%d"), date=data["week"])
    weeks = data.sort_values("date", kind="stable")["week"].unique().tolist()
    cells = alt.Chart(data.drop(columns="date")).mark_rect()
    return cells.encode(
        x=alt.X("week:O", sort=weeks, title=say("usage.week")),
        y=alt.Y("feature:N", sort=list(order), title=None, axis=alt.Axis(labelLimit=LABEL)),
        color=alt.Color("users:Q", title=say("usage.users"), scale=alt.Scale(scheme="blues")),
        tooltip=["week:O", "feature:N", "events:Q", "users:Q", alt.Tooltip("share:Q", format=".1%")],
    ).properties(title=say("usage.features"), width=WIDTH, height=alt.Step(18), background="white")


def funnel_figure(table: pd.DataFrame, say: Voice) -> alt.Chart:
    """People who reached, tried and completed, of the whole product and of each module."""
    named = table.assign(module=table["module"].fillna(say("usage.whole")))
    steps = {step: say(f"usage.{step}") for step in STEPS}
    data = named.melt(id_vars="module", value_vars=list(STEPS), var_name="step", value_name="users")
    data["step"] = data["step"].map(steps)
    words = list(steps.values())
    return alt.Chart(data).mark_bar().encode(
        x=alt.X("users:Q", title=say("usage.users")),
        y=alt.Y("module:N", sort=named["module"].tolist(), title=None, axis=alt.Axis(labelLimit=LABEL)),
        yOffset=alt.YOffset("step:N", sort=words),
        color=alt.Color("step:N", scale=alt.Scale(domain=words, range=list(SHADES)),
                        legend=alt.Legend(title=None, orient="bottom")),
        tooltip=["module:N", "step:N", "users:Q"],
    ).properties(title=say("usage.funnel"), width=WIDTH, height=alt.Step(14), background="white")  # fmt: skip


def people_figure(table: pd.DataFrame, name: str, say: Voice) -> alt.Chart:
    """A bar for each of the people who use it most, key users in colour."""
    words = {True: say("usage.key"), False: say("usage.not_key")}
    rows = table.sort_values("events", ascending=False, kind="stable").head(MOST_PEOPLE)
    data = rows[["user_id", "events", "core_actions", "last_seen_days"]].assign(key=rows["key"].map(words))
    return alt.Chart(data).mark_bar().encode(
        x=alt.X("events:Q", title=say("usage.events")),
        y=alt.Y("user_id:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABEL)),
        color=alt.Color("key:N", scale=alt.Scale(domain=list(words.values()), range=[UP, PLAIN]),
                        legend=alt.Legend(title=None, orient="bottom")),
        tooltip=["user_id:N", "key:N", "events:Q", "core_actions:Q", alt.Tooltip("last_seen_days:Q", format=".0f")],
    ).properties(title=say("usage.people", name=name), width=WIDTH, height=alt.Step(18),
                 background="white")  # fmt: skip
