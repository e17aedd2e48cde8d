"""The data contract, declared once: sources, checks and documents read it."""

from leadline.features.contract_columns import Column, Table


def _text(name: str, meaning: str, *, required: bool = False, one_of: tuple[str, ...] = ()) -> Column:
    return Column(name, "text", meaning, required=required, one_of=one_of)


def _past(name: str, meaning: str, *, required: bool = False, not_before: str | None = None) -> Column:
    return Column(name, "instant", meaning, required=required, past=True, not_before=not_before)


ACCOUNT = _text("account_id", "the customer", required=True)

ACCOUNTS = Table(
    "accounts",
    "customers; derived from events and subscriptions where there is no such table",
    (
        ACCOUNT,
        _text("name", "what people call it"),
        _past("created_at", "when it became a customer; left empty: its first known fact"),
        _text("segment", "today's segment"),
        _text("industry", "its industry"),
        _text("region", "its region or country"),
        _text("channel", "where it came from"),
        _text("tier", "today's tier (benchmark, growth, standard)"),
        _text("csm", "who looks after it today"),
    ),
    time="created_at",
    key=("account_id",),
)

USERS = Table(
    "users",
    "people at the customer; without it key users are found by behaviour",
    (
        _text("user_id", "the person", required=True),
        ACCOUNT,
        _text("role", "what the person is there", one_of=("admin", "executive", "champion", "member")),
        _past("created_at", "when the person joined"),
        _past("deactivated_at", "when the person left", not_before="created_at"),
    ),
    time="created_at",
    key=("account_id", "user_id"),
)

EVENTS = Table(
    "events",
    "what people did, a row each time",
    (
        ACCOUNT,
        _text("user_id", "who did it"),
        _past("occurred_at", "when it happened", required=True),
        Column(
            "received_at",
            "instant",
            "when it reached us",
            required=True,
            filled_by="occurred_at",
            past=True,
            not_before="occurred_at",
        ),
        _text("action", "what was done", required=True),
        _text("module", "the part of the product"),
        _text("event_id", "one for each event, so that a repeat is seen"),
        _text("session_id", "the visit it belongs to"),
        Column("duration_s", "number", "how long it took, in seconds", negative=False),
        Column("value", "number", "an amount that goes with it"),
    ),
    time="occurred_at",
    known="received_at",
    key=("event_id",),
)

SUBSCRIPTIONS = Table(
    "subscriptions",
    "contracts, a row for each term; a renewal is a new row",
    (
        ACCOUNT,
        Column("start_date", "instant", "first day of the term", required=True),
        Column(
            "end_date",
            "instant",
            "the day after its last (exclusive)",
            required=True,
            not_before="start_date",
        ),
        Column("mrr", "number", "money a month", required=True, negative=False),
        _text("product", "plan or add-on"),
        Column("seats", "number", "people it is bought for", negative=False),
        Column("billing_months", "number", "length of the term that was sold, in months", negative=False, at_most=1200),
        Column("discount", "number", "share of the list price taken off, 0 to 1", negative=False, at_most=1),
        Column("auto_renew", "boolean", "whether it renews by itself"),
        _past("cancelled_at", "when leaving was announced"),
        Column("known_at", "instant", "when the row was known", required=True, filled_by="start_date"),
    ),
    time="start_date",
    known="known_at",
)

TICKETS = Table(
    "tickets",
    "calls for support",
    (
        ACCOUNT,
        _past("opened_at", "when it was opened", required=True),
        _past("closed_at", "when it was closed", not_before="opened_at"),
        _text("priority", "how urgent it is"),
        Column("csat", "number", "how content the customer was with the answer"),
    ),
    time="opened_at",
)

SURVEYS = Table(
    "surveys",
    "answers to 'would you recommend us' (NPS)",
    (
        ACCOUNT,
        _text("user_id", "who answered"),
        _past("answered_at", "when", required=True),
        Column("score", "number", "0 to 10", required=True, negative=False, at_most=10),
    ),
    time="answered_at",
)

INVOICES = Table(
    "invoices",
    "bills",
    (
        ACCOUNT,
        Column("due_date", "instant", "when it is to be paid", required=True),
        _past("paid_at", "when it was paid; empty: not yet"),
        Column("amount", "number", "money", negative=False),
    ),
    time="due_date",
)

REFERRALS = Table(
    "referrals",
    "customers brought by customers",
    (
        ACCOUNT,
        _past("referred_at", "when", required=True),
        _past("won_at", "when the other one signed", not_before="referred_at"),
        Column("amount", "number", "money it brought", negative=False),
    ),
    time="referred_at",
)

INTERVENTIONS = Table(
    "interventions",
    "what the team did for whom, written back by the team",
    (
        ACCOUNT,
        Column("listed_as_of", "instant", "as-of date of the list", required=True),
        _text("arm", "drawn to be treated or left alone", required=True, one_of=("treat", "holdout")),
        _text("play", "what was to be done"),
        _text("cause", "what lay behind it", one_of=("business", "product", "unknown")),
        _text("csm", "who did it"),
        _past("started_at", "when it began; empty: never"),
        _past("closed_at", "when it was over", not_before="started_at"),
    ),
    time="listed_as_of",
)

CONTRACT: dict[str, Table] = {
    table.name: table
    for table in (
        ACCOUNTS,
        USERS,
        EVENTS,
        SUBSCRIPTIONS,
        TICKETS,
        SURVEYS,
        INVOICES,
        REFERRALS,
        INTERVENTIONS,
    )
}


def contract_markdown() -> str:
    """The contract as a Markdown table for data/README.md."""
    lines = ["| table | column | type | meaning | rules |", "|---|---|---|---|---|"]
    for table in CONTRACT.values():
        lines += [f"| {table.name} | {c.name} | {c.type} | {c.meaning} | {'; '.join(c.rules)} |" for c in table.columns]
    return "\n".join(lines) + "\n"
