"""The whole catalogue as an analyst would write it in pandas: one as-of date after the other.

It shares nothing with the engine, so it serves the tests as an oracle and the benchmark as a peer.
"""

import pandas as pd

from bench.plain_contract import commercial, lifecycle, payment, referrals, support, voice
from bench.plain_log import Known, codes, known_before, log_of, user_codes
from bench.plain_usage import Values, activity, breadth, depth, recency, trend
from bench.plain_users import concentration, departed, flow, key_users, user_rows

Tables = dict[str, pd.DataFrame]
INSTANTS = {
    "accounts": ["created_at"],
    "users": ["created_at", "deactivated_at"],
    "subscriptions": ["start_date", "end_date", "term_end", "known_at"],
    "tickets": ["opened_at", "closed_at"],
    "surveys": ["answered_at"],
    "invoices": ["due_date", "paid_at"],
    "referrals": ["referred_at"],
}
OTHERS = {
    "users": ["user_id", "role"],
    "subscriptions": ["mrr", "product", "seats", "billing_months", "discount"],
    "tickets": ["priority", "csat"],
    "surveys": ["score"],
}
TEXTS = ("user_id", "role", "product", "priority")
AGAINST_MARKET = (
    *(f"{of}_{how}" for of in ("events", "users", "core") for how in ("trend", "week_change", "slope_56", "slope_84")),
    *("sessions_trend", "days_trend", "modules_trend", "key_users_trend", "core_users_trend"),
    *("drop_from_best", "weeks_of_decline", "decline_cusum", "weeks_since_change", "volatility_56", "volatility_84"),
)


def plain_indicators(
    tables: Tables, grid: pd.DataFrame, core: tuple[str, ...], views: tuple[str, ...], modules: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Every indicator the tables allow, as float64, per (account_id, as_of), sorted by as_of and account_id."""
    accounts = pd.Index(grid["account_id"].unique()).sort_values()
    names = _user_names(tables)
    log = log_of(tables["events"], accounts, names, core, views)
    others = {name: _coded(name, tables[name], accounts) for name in INSTANTS if name in tables}
    if "users" in others:
        people = others["users"]
        people["user"] = user_codes(people["account"].to_numpy(), people["user_id"], names)
    timed = "duration_s" in tables["events"] and bool(tables["events"]["duration_s"].notna().any())
    dates = []
    for as_of, asked in grid.groupby("as_of"):
        here = pd.Index(codes(asked["account_id"], accounts)).sort_values()
        known = known_before(log, as_of, here)
        values = pd.DataFrame(_with_market(_values(known, others, timed, modules)), index=here)
        keys = pd.DataFrame({"account_id": accounts[here], "as_of": as_of}, index=here)
        dates.append(pd.concat([keys, values], axis=1))
    return pd.concat(dates, ignore_index=True)


def _user_names(tables: Tables) -> pd.Index:
    """Every user_id of the events and of the users table, sorted."""
    given = [tables[name]["user_id"] for name in ("events", "users") if name in tables and "user_id" in tables[name]]
    distinct = [pd.Series(ids.dropna().unique(), dtype="str") for ids in given]
    return pd.Index(pd.concat([pd.Series(dtype="str"), *distinct]).unique()).sort_values()


def _coded(name: str, table: pd.DataFrame, accounts: pd.Index) -> pd.DataFrame:
    """A contract table with all the columns needed and the number of each account; other accounts left out."""
    columns = [*INSTANTS[name], *OTHERS.get(name, [])]
    rows = table.reindex(columns=columns).assign(account=codes(table["account_id"], accounts))
    for column in columns:
        if column in INSTANTS[name]:
            rows[column] = pd.to_datetime(rows[column]).astype("datetime64[us]")
        else:
            rows[column] = rows[column].astype("str" if column in TEXTS else "float64")
    return rows[rows["account"] >= 0].copy()


def _values(known: Known, tables: Tables, timed: bool, modules: tuple[str, ...]) -> Values:
    """All indicators of one as-of date but those against the market."""
    values = activity(known, timed) | recency(known) | trend(known) | breadth(known, modules) | depth(known)
    users, people = user_rows(known), tables.get("users")
    values |= flow(known, users) | concentration(known) | key_users(known, users, people)
    if people is not None:
        values |= departed(known, people)
    active = {w: values[f"active_users_{w}"] for w in (28, 84)}
    if "subscriptions" in tables:
        values |= commercial(known, tables["subscriptions"], active)
    values |= lifecycle(known, tables["accounts"], values.get("days_to_term_end"))
    if "tickets" in tables:
        values |= support(known, tables["tickets"], active)
    for name, read in (("surveys", voice), ("invoices", payment), ("referrals", referrals)):
        if name in tables:
            values |= read(known, tables[name])
    return values


def _with_market(values: Values) -> Values:
    """Add each trend less its median over the accounts with an event in the last 84 days."""
    in_use = values["events_84"] > 0
    twins = {_twin(name): values[name] - values[name][in_use].median() for name in AGAINST_MARKET}
    return values | twins | {"drop_from_best": values["drop_from_best"].fillna(0.0)}  # its twin stays undefined


def _twin(name: str) -> str:
    base, _, window = name.rpartition("_")
    return f"{base}_vs_market_{window}" if window.isdigit() else f"{name}_vs_market"
