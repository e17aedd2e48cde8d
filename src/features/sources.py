"""A source: a folder of exports whose YAML maps them onto the contract; opened, checked and typed."""
# ruff: noqa: S608

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
from pydantic import Field, field_validator

from leadline.features.actions import Actions
from leadline.features.breaches import Known
from leadline.features.candidate import Candidate
from leadline.features.contract import ACCOUNTS, CONTRACT, EVENTS
from leadline.features.contract_columns import SQL_TYPES, Table
from leadline.features.expressions import PERSON, holds_none, left_out, map_table
from leadline.features.fields import holder, with_fields
from leadline.features.forgotten import Forgotten
from leadline.features.mapping import TableMapping, unknown_names
from leadline.features.pseudonym import People
from leadline.features.quarantine import Inspected, inspect, refuse
from leadline.features.scan import Scan, keep, readable, rows_of, scan
from leadline.features.sql_text import instant as literal_instant
from leadline.settings import Settings, read_yaml, validated


class Quarantine(Settings):
    """The share of a table's rows that may break the contract before the source is refused."""

    max_share: float = Field(default=0.01, ge=0, le=1)


class Source(Settings):
    """Where exports lie (relative to the YAML), and how they map onto the contract; `modules` are those parts of the
    product that get indicators of their own."""

    name: str
    about: str
    folder: str
    currency: str | None = None
    actions: Actions
    modules: tuple[str, ...] = ()
    quarantine: Quarantine = Quarantine()
    tables: dict[str, TableMapping]
    root: Path

    @field_validator("tables")
    @classmethod
    def _tables_of_the_contract(cls, tables: dict[str, TableMapping]) -> dict[str, TableMapping]:
        wrong = unknown_names(tables) or (None if "events" in tables else "the table events is missing")
        if wrong:
            raise ValueError(wrong)
        return {name: _from_its_copy(name, mapping) for name, mapping in tables.items()}

    @property
    def path(self) -> Path:
        """The folder of its files."""
        return self.root / self.folder


def _from_its_copy(name: str, mapping: TableMapping) -> TableMapping:
    """A table of a database is read from the files that were pulled of it."""
    return mapping.model_copy(update={"file": f"pulled/{name}/*.parquet"}) if mapping.database else mapping


@dataclass(frozen=True)
class Tables:
    """An opened source; relations hold every contract column, typed, of the rows that may be used.

    quarantine: table, column, reason, rows, first_example, mend.
    rows: table, rows_in, rows_used, rows_quarantined, rows_excluded, first, last, columns_not_read.
    actions: action, rows, first, last.
    known_until: the last instant at which anything in the log happened. Not the last arrival: a log cut by
    when things happened may go on arriving for years, in which nobody's silence would mean anything.
    first_known: the table (account_id, known) of when an event of each account was first known.
    """

    source: Source
    relations: dict[str, duckdb.DuckDBPyRelation]
    quarantine: pd.DataFrame
    rows: pd.DataFrame
    actions: pd.DataFrame
    known_until: datetime
    first_known: str = ""

    @property
    def core_actions(self) -> tuple[str, ...]:
        """The actions that are the point of the product."""
        return self.source.actions.core_of(self.actions["action"])

    @property
    def view_actions(self) -> tuple[str, ...]:
        """The actions that only look."""
        return self.source.actions.view


@dataclass(frozen=True)
class Earlier:
    """What an earlier reading found of the events known before `since`, so that only the others are read: when each
    account was first known (account_id, known), and the actions (action, rows, first, last)."""

    since: datetime
    known: pd.DataFrame
    actions: pd.DataFrame


def read_source(file: Path) -> Source:
    """Read a source's YAML; a Problem names every setting that is wrong."""
    content = read_yaml(file, "Source")
    return validated(Source, {"name": file.stem, **content, "root": file.resolve().parent}, file)


def open_source(
    source: Source, folder: Path | None = None, now: datetime | None = None, earlier: Earlier | None = None
) -> Tables:
    """Open a source on DuckDB's default connection, all rows held against the contract; events stay in files.

    `folder` overrides where they lie; nothing can have happened after `now` (naive UTC; default: the clock). With
    `earlier`, the events are those known since.
    """
    duckdb.execute("SET TimeZone = 'UTC'")
    forgotten = Forgotten(source.root, source.name)
    known = Known(now or datetime.now(UTC).replace(tzinfo=None), actions=source.actions.closed)
    opened: dict[str, Inspected] = {}
    names: dict[str, str] = {}
    rows: list[dict[str, object]] = []
    for table in CONTRACT.values():  # accounts come first, for the others are held against them
        mapping = source.tables.get(table.name)
        if mapping is None or mapping.absent(folder or source.path):
            continue
        file = _file(source, table, folder)
        if mapping.optional and mapping.only and holds_none(mapping, file):
            continue
        candidate = forgotten.left_out(_candidate(source, table, file, folder))
        if earlier and table.name == "events":
            candidate = candidate.known_since(earlier.since)
        inspected = inspect(candidate, known)
        rows.append(_counts(candidate, inspected, mapping))
        refuse(inspected, candidate, source.quarantine.max_share)
        if earlier and table.name == "events":
            inspected = _with_earlier(inspected, earlier)
        opened[table.name], names[table.name] = inspected, _named(candidate, inspected)
        if table.name == "accounts" and mapping.complete:
            known = replace(known, accounts=names["accounts"])
    actions = opened["events"].groups
    source.actions.refuse_absent(source.name, actions["action"].tolist())
    names["accounts"] = keep(_accounts_sql(names.get("accounts"), known.accounts is None, opened), "accounts")
    return Tables(
        source,
        {name: duckdb.sql(f"FROM {sql}") for name, sql in names.items()},
        pd.concat([i.quarantine for i in opened.values()], ignore_index=True),
        pd.DataFrame(rows),
        actions,
        actions["last"].max().to_pydatetime(),
        opened["events"].known,
    )


def events_known_before(source: Source, folder: Path | None, instant: datetime) -> int:
    """Rows of the events' files that were known before an instant, good or not: one column is read."""
    nameless = replace(EVENTS, columns=tuple(c for c in EVENTS.columns if c.name != PERSON))
    candidate = candidate_of(source, nameless, folder)
    known = f"SELECT count(*) FROM ({candidate.sql}) WHERE {candidate.known} < {literal_instant(instant)}"
    return int(rows_of(known, candidate.source.where)[0][0])


def _with_earlier(inspected: Inspected, earlier: Earlier) -> Inspected:
    """What was found of the new events, with what was known of the others."""
    before = duckdb.from_df(earlier.known)
    both = f"FROM {inspected.known} UNION ALL {before.sql_query()}"
    known = keep(f"SELECT account_id, min(known) AS known FROM ({both}) GROUP BY ALL", "known")
    groups = pd.concat([earlier.actions, inspected.groups], ignore_index=True).groupby("action", as_index=False)
    return replace(inspected, known=known, groups=groups.agg({"rows": "sum", "first": "min", "last": "max"}))


def candidate_of(source: Source, table: Table, data: Path | None) -> Candidate:
    """A table of a source as it lies in its files, those who were forgotten among them."""
    return _candidate(source, table, _file(source, table, data), data)


def _file(source: Source, table: Table, data: Path | None) -> Scan:
    mapping = source.tables[table.name]
    file = scan(data or source.path, mapping.file, mapping.table)
    return with_fields(file, mapping.reads(table), mapping.each)


def _candidate(source: Source, table: Table, file: Scan, data: Path | None) -> Candidate:
    mapping, folder, people = source.tables[table.name], data or source.path, People(source.root)
    mapped = map_table(table, mapping, file, folder, people)
    joined = replace(file, sql=file.sql + "".join(m.join for m in mapped))
    return Candidate(table, joined, mapped, left_out(mapping, mapped, table, file, folder, people))


def _named(candidate: Candidate, inspected: Inspected) -> str:
    """What follows FROM for a table's good rows: events are read where they lie, all others kept."""
    if candidate.table.name == "events":
        return f"({inspected.sql})"
    with readable(candidate.source.where):
        return keep(inspected.sql, candidate.table.name)


def _counts(candidate: Candidate, inspected: Inspected, mapping: TableMapping) -> dict[str, object]:
    reads = {first for name in mapping.reads(candidate.table) for first in (name, holder(name))}
    there = map(holder, candidate.source.beside) if candidate.source.document else candidate.source.types
    return {
        "table": candidate.table.name,
        "rows_in": inspected.rows_in,
        "rows_used": inspected.used,
        "rows_quarantined": inspected.quarantined,
        "rows_excluded": inspected.excluded,
        "first": inspected.groups["first"].min(),
        "last": inspected.groups["last"].max(),
        "columns_not_read": ", ".join(dict.fromkeys(c for c in there if c not in reads)),
    }


def _accounts_sql(accounts: str | None, others_too: bool, opened: dict[str, Inspected]) -> str:
    """Every account with a name and created_at: as given, else its id and the first fact known of it."""
    facts = " UNION ALL ".join(f"FROM {opened[t].known}" for t in ("events", "subscriptions") if t in opened)
    first = f"SELECT account_id, min(known) AS known FROM ({facts}) GROUP BY account_id"
    empty = ", ".join(f"CAST(NULL AS {SQL_TYPES[c.type]}) AS {c.name}" for c in ACCOUNTS.columns)
    given = f"FROM {accounts}" if accounts else f"SELECT {empty} WHERE false"
    filled = "coalesce(name, account_id) AS name, coalesce(created_at, known) AS created_at"
    joined = f"({given}) {'FULL' if others_too else 'LEFT'} JOIN ({first}) USING (account_id)"
    return f"SELECT * EXCLUDE (known) REPLACE ({filled}) FROM {joined} ORDER BY account_id"
