"""What happened to accounts beside their use: contracts, tickets and answers to surveys, as known at a date."""

from collections.abc import Collection
from typing import NamedTuple

import duckdb
import pandas as pd

from leadline.features.sources import Tables

COLUMNS = ["account_id", "kind", "start", "end", "name", "amount"]
TYPES = {
    "account_id": "str", "kind": "str", "start": "datetime64[us]", "end": "datetime64[us]", "name": "str",
    "amount": "float64",
}  # fmt: skip


class Kind(NamedTuple):
    """Where a kind of happening stands, and what each row says: when it began, was over, was known, its name and
    amount."""

    table: str
    start: str
    end: str
    known: str
    name: str
    amount: str


CLOSED = "CASE WHEN closed_at < $at THEN closed_at END"
KINDS = {
    "contract": Kind("subscriptions", "start_date", "end_date", "known_at", "product", "mrr"),
    "ticket": Kind("tickets", "opened_at", CLOSED, "opened_at", "priority", "NULL"),
    "survey": Kind("surveys", "answered_at", "NULL", "answered_at", "NULL", "score"),
}  # fmt: skip


def happenings(tables: Tables, as_of: pd.Timestamp, accounts: Collection[str], days: int = 364) -> pd.DataFrame:
    """One row per happening of the last days, as known then: account_id, kind (contract, ticket, survey), start, end
    (none: not over, or a moment), name (product or priority) and amount (a contract's mrr, an answer's score).

    A contract belongs to them if it ended no sooner; one that begins later belongs to them if it was known already.
    """
    wanted = pd.DataFrame({"account_id": pd.Series(sorted(accounts), dtype="str")})
    found = [
        _rows(tables.relations[kind.table], wanted, name, kind, as_of, days)
        for name, kind in KINDS.items()
        if kind.table in tables.relations
    ]
    return pd.concat([pd.DataFrame(columns=COLUMNS).astype(TYPES), *found], ignore_index=True)


def _rows(
    rows: duckdb.DuckDBPyRelation, wanted: pd.DataFrame, name: str, kind: Kind, as_of: pd.Timestamp, days: int
) -> pd.DataFrame:
    since = f"coalesce({kind.end if name == 'contract' else 'NULL'}, {kind.start}) >= $at - INTERVAL {days} DAY"
    sql = f"""
        SELECT account_id, '{name}' AS kind, {kind.start} AS start, {kind.end} AS "end", {kind.name} AS name,
               {kind.amount} AS amount
        FROM rows JOIN wanted USING (account_id) WHERE {kind.known} < $at AND {since}
        ORDER BY account_id, start, "end", name, amount
    """  # noqa: S608 - names of our own only
    return duckdb.sql(sql.replace("$at", f"TIMESTAMP '{as_of}'")).df()[COLUMNS].astype(TYPES)
