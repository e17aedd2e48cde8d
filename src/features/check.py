"""What is in a source, what was set apart and why, what it lets you do, and which columns look like leaks."""
# ruff: noqa: S608

from dataclasses import dataclass

import pandas as pd

from leadline.features.leaks import leaks
from leadline.features.scan import readable
from leadline.features.sources import Tables

Answer = tuple[str, str, str]


@dataclass(frozen=True)
class Check:
    """What the command line prints about a source.

    tables: table, rows_in, rows_used, rows_quarantined, rows_excluded, first, last, columns_not_read.
    quarantine: table, column, reason, rows, first_example, mend. actions: action, kind, rows, first, last.
    allows: what, answer, detail. counts: what, count. leaks: table, column, rows, first_example, why.
    """

    tables: pd.DataFrame
    quarantine: pd.DataFrame
    actions: pd.DataFrame
    allows: pd.DataFrame
    counts: pd.DataFrame
    leaks: pd.DataFrame


def check(tables: Tables) -> Check:
    """Look an opened source over, in one more pass over its events (two where they arrive late)."""
    with readable(f"Source {tables.source.name}"):
        return _checked(tables, _seen(tables))


def _checked(tables: Tables, seen: dict[str, float]) -> Check:
    return Check(
        tables.rows,
        tables.quarantine,
        _actions(tables),
        pd.DataFrame(_allows(tables, seen), columns=["what", "answer", "detail"]),
        pd.DataFrame(_counts(tables, seen), columns=["what", "count"]),
        leaks(tables),
    )


def _ask(tables: Tables, table: str, asked: str) -> dict[str, float]:
    """The one row of numbers a query over one table gives."""
    answer = tables.relations[table].query("rows_of_it", f"SELECT {asked} FROM rows_of_it")
    return answer.df().iloc[0].to_dict()


def _seen(tables: Tables) -> dict[str, float]:
    """How many users, modules and late arrivals events have, and how many name a visit and an id."""
    grouped = (
        "(SELECT account_id, user_id, module, count(*) AS n, count(session_id) AS visits, "
        "count(event_id) AS ids, count(*) FILTER (received_at > occurred_at) AS later, "
        "count(*) FILTER (received_at > occurred_at + INTERVAL 1 DAY) AS late FROM rows_of_it GROUP BY ALL)"
    )
    asked = (
        "sum(n) AS events, count(DISTINCT account_id) AS accounts, count(DISTINCT module) AS modules, "
        "count(DISTINCT (account_id, user_id)) FILTER (user_id IS NOT NULL) AS users, "
        "sum(visits) AS visits, sum(ids) AS ids, sum(later) AS later, sum(late) AS late"
    )
    events = tables.relations["events"]
    return events.query("rows_of_it", f"SELECT {asked} FROM {grouped}").df().iloc[0].to_dict()


def _actions(tables: Tables) -> pd.DataFrame:
    kinds = dict.fromkeys(tables.core_actions, "core") | dict.fromkeys(tables.view_actions, "view")
    kind = [kinds.get(action, "other") for action in tables.actions["action"]]
    return tables.actions.assign(kind=kind)[["action", "kind", "rows", "first", "last"]]


def _counts(tables: Tables, seen: dict[str, float]) -> list[tuple[str, int]]:
    return [
        ("accounts", int(_ask(tables, "accounts", "count(*) AS n")["n"])),
        ("accounts with events", int(seen["accounts"])),
        ("users with events", int(seen["users"])),
        ("modules", int(seen["modules"])),
        ("actions", len(tables.actions)),
        ("events", int(seen["events"])),
    ]


def _allows(tables: Tables, seen: dict[str, float]) -> list[Answer]:
    others = {
        "support": "tickets",
        "voice": "surveys",
        "bills": "invoices",
        "referrals": "referrals",
        "effects of stepping in": "interventions",
    }
    return [
        *_contracts(tables),
        _people(tables, seen),
        _arrivals(tables, seen),
        _either("visits", seen["visits"] > 0, "as given by session_id", "derived by a gap of 30 minutes"),
        _either("repeats", seen["ids"] > 0, "seen by event_id", "cannot be seen without event_id"),
        *(_either(what, t in tables.relations, f"from {t}", f"no table {t}") for what, t in others.items()),
    ]


def _either(what: str, holds: bool, if_so: str, if_not: str) -> Answer:
    return (what, "yes", if_so) if holds else (what, "no", if_not)


def _contracts(tables: Tables) -> list[Answer]:
    if "subscriptions" not in tables.relations:
        silent = "churn: an active account falls silent; expansion, contraction: more, fewer of its users are active"
        return [
            ("outcomes", "activity", silent),
            ("money", "no", "no contracts"),
            ("seats", "no", "no contracts"),
        ]
    seats = int(_ask(tables, "subscriptions", "count(*) FILTER (seats > 0) AS n")["n"])
    currency = tables.source.currency or "a currency its YAML does not name"
    return [
        ("outcomes", "contract", "churn: cover ends and does not resume; expansion, contraction: mrr rises, falls"),
        ("money", "yes", f"mrr in {currency}"),
        _either("seats", seats > 0, f"in {seats:,} rows of subscriptions", "no row of subscriptions has any"),
    ]


def _people(tables: Tables, seen: dict[str, float]) -> Answer:
    if not seen["users"]:
        return "people", "no", "events name no user_id, so indicators of people stay empty"
    roles = int(_ask(tables, "users", "count(role) AS n")["n"]) if "users" in tables.relations else 0
    return (
        "people",
        "yes",
        f"{roles:,} have a role" if roles else "no roles: key users are found by behaviour",
    )


def _arrivals(tables: Tables, seen: dict[str, float]) -> Answer:
    if not seen["later"]:
        return "late arrivals", "no", "every event is taken as known the moment it happened"
    days = "epoch(received_at - occurred_at) / 86400"
    lateness = _ask(tables, "events", f"median({days}) AS half, quantile_cont({days}, 0.9) AS most")
    share = f"{seen['late'] / seen['events']:.1%} come more than a day late"
    return (
        "late arrivals",
        "yes",
        f"{share}; half within {lateness['half']:.1f} days, 90% within {lateness['most']:.1f}",
    )
