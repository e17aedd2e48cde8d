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
    "subscriptions": {"start_date": "start", "end_date": "end", "term_end": "term_end", "known_at": "known"},
    "tickets": {"opened_at": "opened", "closed_at": "closed"},
    "surveys": {"answered_at": "answered"},
    "invoices": {"due_date": "due", "paid_at": "paid"},
}
DEFAULTS = {
    "events": {"account_id": "a", "user_id": "u", "action": "core", "module": "m", "session_id": None,
               "duration_s": None},
    "accounts": {"account_id": "a", "created": 400.0},
    "subscriptions": {"account_id": "a", "product": "plan", "seats": 10.0, "mrr": 100.0},
    "tickets": {"account_id": "a"},
    "surveys": {"account_id": "a"},
    "invoices": {"account_id": "a"},
}  # fmt: skip
TYPES = {
    **dict.fromkeys(("account_id", "user_id", "action", "module", "session_id", "product"), "str"),
    **dict.fromkeys(("duration_s", "mrr", "seats", "score"), "float64"),
}
SAME_AS = {"known": {"events": "ago", "subscriptions": "start"}, "term_end": {"subscriptions": "end"}}


def parsed(name: str, text: str) -> pd.DataFrame:
    """A contract table from text whose instants are days before the as-of date ('-': none)."""
    rows = pd.read_csv(StringIO(text), sep=r"\s+", na_values="-", keep_default_na=False, dtype={"user_id": "str"})
    for column, value in DEFAULTS[name].items():
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
    some_given = bool(frames["events"]["session_id"].notna().any())
    return Log({n: engine.table(f) for n, f in frames.items()}, ("core", "deep"), ("view",), some_given)


@pytest.fixture(params=[PandasEngine, DuckDBEngine], ids=["pandas", "duckdb"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    return request.param()


@pytest.fixture
def value(engine: Engine) -> Callable[..., float]:
    """The value of a column for account a as of the date, from literal tables."""

    def of(column: str, events: str = "ago\n", account: str = "a", **tables: str) -> float:
        indicators = {n: i for n, i in catalogue().items() if column in {c.name for c in i.columns()}}
        names = sorted({"a", *parsed("events", events)["account_id"]})
        log = table_of(engine, {"events": events, **tables}, names)
        grid = pd.DataFrame({"account_id": names, "as_of": AS_OF})
        table = snapshots(engine, log, grid, chosen(indicators, "all"))
        return float(table.set_index("account_id").loc[account, column])

    return of
