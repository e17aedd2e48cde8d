"""Corruptions of rows: repeated, swapped, strange, or all alike."""

from corrupt_values import EMPTY, FUTURE, NO_NUMBER, RANGE, UNKNOWN
from spoilt_export import Export, Kept, Kind, Quarantined, Spoil, refused

REPEATED = "is repeated (of each {} the first row stays)"


def added(table: str, *rows: dict[str, str]) -> Spoil:
    """Add rows to a table, each like its first but for some values."""

    def spoil(export: Export) -> None:
        export.only(table)
        head, first, *lines = export.rows(table)
        more = [[row.get(name, value) for name, value in zip(head, first, strict=True)] for row in rows]
        export.put(table, [head, first, *lines, *more])

    return spoil


def swapped(table: str, one: str, other: str) -> Spoil:
    """Write two columns of a table under each other's name."""

    def spoil(export: Export) -> None:
        export.only(table)
        head, *lines = export.rows(table)
        export.put(table, [[{one: other, other: one}.get(name, name) for name in head], *lines])

    return spoil


def all_at(instant: str) -> Spoil:
    """Let every event happen, and be known, at one instant."""

    def spoil(export: Export) -> None:
        head, *lines = export.rows("events")
        times = {head.index("occurred_at"), head.index("received_at")}
        export.put("events", [head, *([instant if i in times else v for i, v in enumerate(line)] for line in lines)])

    return spoil


def first_twice(table: str) -> Spoil:
    """Write the first row of a table twice."""
    return added(table, {})


def _one_row(export: Export) -> None:
    export.put("events", export.rows("events")[:2])


KINDS = [
    Kind("the same event twice", first_twice("events"), Quarantined("events.event_id", REPEATED.format("event_id"), 1)),
    Kind(
        "an event_id again with another action, later",
        added("events", {"action": "login", "received_at": "2023-10-08"}),
        Quarantined("events.event_id", REPEATED.format("event_id"), 1),
    ),
    Kind(
        "the same account twice",
        added("accounts", {"name": "Zzz", "created_at": "2023-10-01"}),
        Quarantined("accounts.account_id", REPEATED.format("account_id"), 1),
    ),
    Kind("the same user twice", first_twice("users"), Quarantined("users.user_id", REPEATED.format("user_id"), 1)),
    Kind("the same ticket twice, which may be two", first_twice("tickets"), Kept()),
    Kind("the same term twice, which may be two", first_twice("subscriptions"), Kept()),
    Kind(
        "an account without an id", added("accounts", {"account_id": ""}), Quarantined("accounts.account_id", EMPTY, 1)
    ),
    Kind(
        "an account from the future",
        added("accounts", {"account_id": "new", "created_at": "2031-01-01"}),
        Quarantined("accounts.created_at", FUTURE, 1),
    ),
    Kind("one row of events", _one_row, refused("names the action", "which its log never has")),
    Kind("all events at one instant", all_at("2023-05-01T00:00:00"), Kept()),
    Kind("all events at 1970", all_at("1970-01-01"), refused("events.csv", "of", "events.occurred_at", RANGE)),
    Kind(
        "users and accounts swapped",
        swapped("events", "user_id", "account_id"),
        refused("events.csv", "events.account_id", UNKNOWN),
    ),
    Kind(
        "times swapped",
        swapped("events", "occurred_at", "received_at"),
        refused("events.csv", "events.received_at", "before it happened"),
    ),
    Kind(
        "start and end swapped",
        swapped("subscriptions", "start_date", "end_date"),
        refused("subscriptions.csv", "subscriptions.end_date", "lies before"),
    ),
    Kind("money and seats swapped", swapped("subscriptions", "mrr", "seats"), Kept()),
    Kind(
        "money and product swapped",
        swapped("subscriptions", "mrr", "product"),
        refused("subscriptions.csv", "subscriptions.mrr", NO_NUMBER),
    ),
]
