"""A literal log, written as days before the as-of date, and one indicator's value on every engine."""

from collections.abc import Callable
from io import StringIO

import pandas as pd
import pytest

from leadline.features.catalogue import catalogue
from leadline.features.engine import DuckDBEngine, Engine, PandasEngine
from leadline.features.indicator import chosen
from leadline.features.snapshots import Log, snapshots

AS_OF = pd.Timestamp("2024-06-03").as_unit("us")
INSTANTS = {
    "events": {"occurred_at": "ago", "received_at": "known"},
    "accounts": {"created_at": "created"},
    "users": {"created_at": "joined", "deactivated_at": "left"},
    "subscriptions": {"start_date": "start", "end_date": "end", "term_end": "term_end", "known_at": "known"},
    "tickets": {"opened_at": "opened", "closed_at": "closed"},
    "surveys": {"answered_at": "answered"},
    "invoices": {"due_date": "due", "paid_at": "paid"},
    "referrals": {"referred_at": "referred"},
}
DEFAULTS = {
    "events": {"user_id": "u", "action": "core", "module": "m", "session_id": None, "duration_s": None},
    "accounts": {"created": 400.0},
    "users": {"joined": 400.0, "left": None},
    "subscriptions": {"product": "plan", "seats": 10.0, "mrr": 100.0, "discount": None, "billing_months": None},
    "tickets": {"closed": None, "priority": None, "csat": None},
    "surveys": {},
    "invoices": {"paid": None},
    "referrals": {},
}  # fmt: skip
TYPES = {
    **dict.fromkeys(("account_id", "user_id", "action", "module", "session_id", "product", "role", "priority"), "str"),
    **dict.fromkeys(("duration_s", "mrr", "seats", "discount", "billing_months", "csat", "score"), "float64"),
}
SAME_AS = {"known": {"events": "ago", "subscriptions": "start"}, "term_end": {"subscriptions": "end"}}
MODULES = ("m",)


def parsed(name: str, text: str) -> pd.DataFrame:
    """A contract table from text whose instants are days before the as-of date ('-': none)."""
    rows = pd.read_csv(StringIO(text), sep=r"\s+", na_values="-", keep_default_na=False, dtype={"user_id": "str"})
    for column, value in {"account_id": "a", **DEFAULTS[name]}.items():
        if column not in rows:
            rows[column] = value
    for column, tables in SAME_AS.items():
        if name in tables and column not in rows:
            rows[column] = rows[tables[name]]
    for column, days in INSTANTS[name].items():
        ago = pd.to_timedelta(rows[days].astype("float64"), unit="D")
        rows[column] = (AS_OF - ago).astype("datetime64[us]")
    for column, kind in TYPES.items():
        if column in rows:
            rows[column] = rows[column].astype(kind)
    return rows


def table_of(engine: Engine, tables: dict[str, str], accounts: list[str]) -> Log:
    """A log of literal tables, read by one engine."""
    given = {"accounts": "account_id\n" + "\n".join(accounts), **tables}
    frames = {name: parsed(name, text) for name, text in given.items()}
    sessions, durations = (bool(frames["events"][c].notna().any()) for c in ("session_id", "duration_s"))
    read = {name: engine.table(frame) for name, frame in frames.items()}
    return Log(read, ("core", "deep"), ("view",), MODULES, sessions, durations)


@pytest.fixture(params=[PandasEngine, DuckDBEngine], ids=["pandas", "duckdb"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    return request.param()


@pytest.fixture
def value(engine: Engine) -> Callable[..., float]:
    """The value of a column for an account as of the date, or of one so many days `back`, from literal tables."""

    def of(column: str, events: str = "ago\n", account: str = "a", back: float = 0, **tables: str) -> float:
        indicators = {n: i for n, i in catalogue(MODULES).items() if column in {c.name for c in i.columns()}}
        names = sorted({"a", *parsed("events", events)["account_id"]})
        log = table_of(engine, {"events": events, **tables}, names)
        asked = AS_OF - pd.Timedelta(days=back)
        grid = pd.DataFrame([(name, date) for name in names for date in sorted({AS_OF, asked})])
        grid = grid.set_axis(["account_id", "as_of"], axis=1).astype({"as_of": "datetime64[us]"})
        table = snapshots(engine, log, grid, chosen(indicators, "all"))
        return float(table.set_index(["account_id", "as_of"]).loc[(account, asked), column])

    return of
