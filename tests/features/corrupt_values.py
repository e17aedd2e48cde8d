"""Corruptions of values: what is in a cell is not what the contract asks for."""

from spoilt_export import Export, Kept, Kind, Quarantined, Spoil

NO_INSTANT, NO_NUMBER = "is no instant, or not in its mapping", "is no number, or not in its mapping"
RANGE, FUTURE, EMPTY = "lies outside 1970-01-02 to 9999-12-31", "lies in the future", "has no value"
UNKNOWN = "is not among the accounts"
REQUIRED = [
    ("users", "user_id"),
    ("events", "action"),
    ("events", "occurred_at"),
    ("events", "received_at"),
    ("subscriptions", "start_date"),
    ("subscriptions", "end_date"),
    ("subscriptions", "mrr"),
    ("subscriptions", "known_at"),
    ("tickets", "opened_at"),
    ("surveys", "answered_at"),
    ("surveys", "score"),
    ("invoices", "due_date"),
    ("referrals", "referred_at"),
    ("interventions", "arm"),
    ("interventions", "listed_as_of"),
]
OF_ACCOUNTS = ["users", "events", "subscriptions", "tickets", "surveys", "invoices", "referrals", "interventions"]


def cells(table: str, column: str, value: str, rows: int = 2) -> Spoil:
    """Put a value into a column of a table's first rows."""

    def spoil(export: Export) -> None:
        export.only(table)
        head, *lines = export.rows(table)
        for line in lines[:rows]:
            line[head.index(column)] = value
        export.put(table, [head, *lines])

    return spoil


def bad(column: str, value: str, reason: str, rows: int = 2) -> Kind:
    """A value that is set apart with its row, wherever it stands."""
    table, name = column.split(".")
    return Kind(f"{column} is {value[:40]!r}", cells(table, name, value, rows), Quarantined(column, reason, rows))


def fine(column: str, value: str) -> Kind:
    """A value that may surprise, and is one."""
    table, name = column.split(".")
    return Kind(f"{column} is {value[:40]!r}", cells(table, name, value), Kept())


MISSING = [bad(f"{table}.{column}", value, EMPTY) for table, column in REQUIRED for value in ("", " \t ")]
STRANGERS = [bad(f"{table}.account_id", "nobody", UNKNOWN) for table in OF_ACCOUNTS]

INSTANTS = [
    *(
        bad("events.received_at", value, NO_INSTANT)
        for value in (
            "31/01/2023",
            "01.02.2023",
            "1672531200",
            "1672531200000",
            "20230131",
            "2023-02-29",
            "2023-01-31T10:00:60",
            "2023-01-31T25:00:00",
            "2023-W05-2",
            "yesterday",
            "now",
            "infinity",
            "NaT",
            "0",
            "２０２３-01-31",
            "2023-01-31T10:00:00+25:00",
            "2023-01-31 10:00:00-9900",
            "2023-01-31 10:00 PM",
            "44942.5",
            "Tue Jan 31 2023",
        )
    ),
    *(
        bad("events.occurred_at", value, RANGE)
        for value in (
            "0001-01-01",
            "1899-12-30",
            "1970-01-01",
            "1970-01-01T00:00:00Z",
            "epoch",
            "23-01-31",
            "0044-03-15 (BC)",
        )
    ),
    *(bad("events.received_at", value, FUTURE) for value in ("9999-12-31", "2023-10-09T00:00:01", "294246-01-01")),
    bad("subscriptions.end_date", "10000-01-01", RANGE),
    bad("subscriptions.end_date", "2000-01-01", "lies before start_date"),
    bad("users.deactivated_at", "2000-01-01", "lies before created_at"),
    bad("users.created_at", "2031-01-01", FUTURE),
    bad("tickets.closed_at", "2000-01-01", "lies before opened_at"),
    bad("referrals.won_at", "2000-01-01", "lies before referred_at"),
    bad("interventions.started_at", "2031-01-01", FUTURE),
    bad("events.received_at", "2022-12-31T00:00:00", "records a fact before it happened"),
    fine("subscriptions.end_date", "9999-12-31"),
    fine("events.received_at", "2023-10-08T23:59:60+00:00".replace(":60", ":59")),
    fine("subscriptions.known_at", "2023-03-26T02:30:00 Europe/Berlin"),
    fine("subscriptions.known_at", "2020-02-29"),
    fine("subscriptions.known_at", "2023/01/05 04:05"),
]

NUMBERS = [
    *(
        bad("subscriptions.mrr", value, NO_NUMBER)
        for value in (
            "1.234,50",
            "1,234",
            "12,5",
            "$12",
            "12 USD",
            "€12",
            "12%",
            "inf",
            "-inf",
            "NaN",
            "NULL",
            "n/a",
            "1e400",
            "0x1F",
            "１２",
            "--5",
            "twelve",
            "TRUE",
        )
    ),
    *(bad("subscriptions.mrr", value, "is negative") for value in ("-0.01", "-1e300")),
    *(bad("subscriptions.mrr", value, "is above 1e+15") for value in ("1e16", "1.7976931348623157e308")),
    bad("events.value", "-2e15", "is above 1e+15"),
    bad("events.duration_s", "-1", "is negative"),
    bad("subscriptions.seats", "-3", "is negative"),
    bad("subscriptions.billing_months", "1201", "is above 1200"),
    bad("surveys.score", "11", "is above 10"),
    bad("surveys.score", "-1", "is negative"),
    bad("invoices.amount", "-5", "is negative"),
    bad("referrals.amount", "-5", "is negative"),
    fine("subscriptions.mrr", "1e3"),
    fine("subscriptions.mrr", " 12.50 "),
    fine("subscriptions.mrr", "-0"),
    fine("events.value", "-12"),
]

OTHERS = [
    *(
        bad("subscriptions.auto_renew", value, "is no boolean, or not in its mapping")
        for value in ("2", "maybe", "ja", "on")
    ),
    *(fine("subscriptions.auto_renew", value) for value in ("yes", "NO", "1", "T")),
    bad("users.role", "boss", "is none of admin, executive, champion, member"),
    bad("users.role", "Admin", "is none of admin, executive, champion, member"),
    bad("interventions.arm", "control", "is none of treat, holdout"),
    bad("interventions.cause", "weather", "is none of business, product, unknown"),
    bad("events.action", "dance", "is not listed under actions"),
    bad("events.action", "view ", "is not listed under actions"),
    bad("events.action", "vіew", "is not listed under actions"),  # the i is Cyrillic
    bad("events.account_id", "A00001", UNKNOWN),
    bad("events.account_id", " a00001", UNKNOWN),
    bad("events.account_id", "a00001\u200b", UNKNOWN),
    bad("events.account_id", "a00001\0", UNKNOWN),
    *(
        fine("accounts.name", value)
        for value in (
            "'; DROP TABLE accounts; --",
            '=HYPERLINK("http://x.test")',
            "+1",
            "-1",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "{{7*7}}",
            "<script>alert(1)</script>",
            "שלום\u202eevil",
            "👩‍🚀🏳️‍🌈",
            "e\u0301",
            "x" * 1_000_000,
            "line\nbreak",
            'quo"te',
            "NULL",
            "nan",
            "#N/A",
            "../../up",
            "%s%n",
            "\x1b[31m",
        )
    ),
]

KINDS = [*MISSING, *STRANGERS, *INSTANTS, *NUMBERS, *OTHERS]
