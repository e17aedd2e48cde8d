"""The usage views on a terminal and as files: accounts, people, features, and how far people get."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from rich.markup import escape

from leadline.decisions.csv_safe import write_csv
from leadline.experiment import Calendar
from leadline.features.calendar import as_of_instant, latest_as_of
from leadline.features.measures import DAYS_A_WEEK
from leadline.features.sources import Tables
from leadline.features.usage import account_usage, known_accounts
from leadline.features.usage_features import feature_usage, value_funnel
from leadline.features.usage_users import key_users
from leadline.problem import Problem
from leadline.runs.commands import console, open_named
from leadline.runs.printing import section
from leadline.runs.unfinished import unfinished

PERIODS = 3  # that features are shown over: 12 weeks where a period is 28 days
WEEKS_SHOWN = 12
FEATURE = ["module", "action"]
FORMATS = {
    "events_per_visit": ",.1f",
    "last_seen_days": ",.0f",
    "tried_of_reached": ".0%",
    "completed_of_tried": ".0%",
    "share": ".1%",
}


def usage(
    source: str, data: Path | None, view: str, as_of: str, account: str | None, days: int, out: Path | None
) -> None:
    """Print one view of usage, and write it as CSV or Parquet where asked."""
    if view not in VIEWS:
        raise Problem(f"There is no view '{view}'; choose one of {', '.join(VIEWS)}.")
    if out is not None and out.suffix not in WRITERS:
        raise Problem(f"{out} is neither CSV nor Parquet; name a file that ends in {' or '.join(WRITERS)}.")
    tables = open_named(source, data)
    moment = _moment(tables, as_of)
    table = VIEWS[view](tables, moment, account, days)
    of_weeks = view == "modules"
    period = "events a week" if of_weeks else f"{days} days, and change against the {days} before"
    console.print(f"\n[bold]{escape(_whom(tables, account))}[/bold] as of {moment:%Y-%m-%d}", soft_wrap=True)
    section(console, f"{view}: {period}", by_week(table, moment) if of_weeks else beside(table))
    if out is not None:
        with unfinished(out) as file:
            WRITERS[out.suffix](table, file)
        console.print(f"Wrote {len(table)} rows to {escape(str(out))}.", soft_wrap=True)


def beside(table: pd.DataFrame) -> pd.DataFrame:
    """A table with each number and its change in one column of text that lines up; what had no use before is `new`."""
    if table.empty:
        return table
    shown = {}
    for name in [n for n in table.columns if not n.endswith("_change")]:
        column = table[name]
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            column = _lined_up(column, FORMATS.get(name, ",.0f"), table.get(f"{name}_change"))
        shown[name.replace("_", " ")] = column
    if "key" in shown:
        shown["key"] = table["key"].map({True: "key", False: ""})
    if "reached" in shown:
        shown["module"] = table["module"].fillna("(whole product)")
    return pd.DataFrame(shown)


def by_week(table: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Features as rows, most used first, the events of their last weeks as columns; users and share of the last one."""
    if table.empty:
        return table
    named = table.assign(module=table["module"].fillna("(none)"))
    counts = _weekly_events(named, as_of)
    last = named[named["week"] == as_of].set_index(FEATURE).reindex(counts.index)
    share = _lined_up(last["share"].fillna(0.0), FORMATS["share"], None)
    return counts.assign(users=last["users"].fillna(0).astype("int64"), share=share).reset_index()


def _weekly_events(named: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    weeks = [as_of - pd.Timedelta(days=DAYS_A_WEEK * ago) for ago in reversed(range(WEEKS_SHOWN))]
    shown = [week for week in weeks if week >= named["week"].min()]
    counts = named.pivot_table(index=FEATURE, columns="week", values="events", aggfunc="sum", fill_value=0)
    counts = counts.reindex(columns=shown, fill_value=0).set_axis([f"{week:%m-%d}" for week in shown], axis=1)
    return counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]


def _lined_up(values: pd.Series, form: str, changes: pd.Series | None) -> pd.Series:
    texts = values.map(lambda value: "" if pd.isna(value) else format(value, form)).astype("str")
    texts = texts.str.rjust(int(texts.str.len().max()))
    if changes is None:
        return texts
    told = changes.map(_percent).astype("str")
    told = told.mask(changes.isna() & (values > 0), "new")
    return texts + " " + told.str.rjust(int(told.str.len().max()))


def _percent(change: float) -> str:
    return "" if pd.isna(change) else f"{round(change, 2) + 0.0:+,.0%}"  # + 0.0, for -0% says nothing


def _whom(tables: Tables, account: str | None) -> str:
    if account is None:
        return f"All accounts of {tables.source.name}"
    names = tables.relations["accounts"].select("account_id, name").df().set_index("account_id")["name"]
    return f"{names[account]} ({account})"


def _moment(tables: Tables, as_of: str) -> pd.Timestamp:
    """The date asked for, else the last Monday (UTC) that the log reaches."""
    return as_of_instant(Calendar(), as_of) if as_of else latest_as_of(Calendar(), pd.Timestamp(tables.known_until))


def _accounts(tables: Tables, as_of: pd.Timestamp, account: str | None, days: int) -> pd.DataFrame:
    if account is None:
        return account_usage(tables, as_of, days)
    known_accounts(tables, as_of, days, account)
    table = account_usage(tables, as_of, days)
    return table[table["account_id"] == account].reset_index(drop=True)


def _users(tables: Tables, as_of: pd.Timestamp, account: str | None, days: int) -> pd.DataFrame:
    if account is None:
        raise Problem("The view users speaks of one account; name it with --account.")
    return key_users(tables, as_of, account, days)


def _modules(tables: Tables, as_of: pd.Timestamp, account: str | None, days: int) -> pd.DataFrame:
    known_accounts(tables, as_of, days, account)
    return feature_usage(tables, as_of, account, PERIODS * days // DAYS_A_WEEK)


VIEWS: dict[str, Callable[[Tables, pd.Timestamp, str | None, int], pd.DataFrame]] = {
    "accounts": _accounts,
    "users": _users,
    "modules": _modules,
    "funnel": value_funnel,
}
WRITERS: dict[str, Callable[[pd.DataFrame, Path], Any]] = {".csv": write_csv, ".parquet": pd.DataFrame.to_parquet}
