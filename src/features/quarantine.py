"""Rows that break the contract: found in one pass, counted, set apart; too many of them refuse the source."""
# ruff: noqa: S608

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import duckdb
import pandas as pd

from leadline.features.breaches import Breach, Known, breaches_of
from leadline.features.contract import Table
from leadline.features.expressions import Exclusion, Mapped, given_as, source_as
from leadline.features.scan import Scan, instant, keep, quoted, readable, rows_of
from leadline.problem import Problem

QUARANTINE = ["table", "column", "reason", "rows", "first_example", "mend"]
COUNTED = {
    "code": "Int64",
    "action": "str",
    "rows": "int64",
    "first": "datetime64[us]",
    "last": "datetime64[us]",
}
ONCE = "export each row once"
EXCLUDED = 0  # the code of a row that is no fact of the table; breaches count from 1; a good row has none


@dataclass(frozen=True)
class Candidate:
    """A table before inspection: its contract, its file, and its columns in SQL.

    With `since`, only the rows known from that instant on, which the table `later` holds; a row that does not say when
    is always read.
    """

    table: Table
    source: Scan
    mapped: tuple[Mapped, ...]
    exclusion: Exclusion
    since: datetime | None = None
    later: str = ""

    @property
    def sql(self) -> str:
        """Every row in contract columns, with what was given beside."""
        if self.later:
            return f"SELECT * FROM {self.later}"
        beside = [(quoted(c), source_as(c)) for c in self.exclusion.columns]
        given = _named([*((m.given, m.alias) for m in self.mapped), *beside])
        return f"SELECT *, {self.values(self.mapped)} FROM (SELECT {given} FROM {self.source.sql})"

    def known_since(self, since: datetime) -> "Candidate":
        """The same of the rows known from an instant on, which are read once and kept: they are few."""
        later = f"SELECT * FROM ({self.sql}) WHERE {self.known} >= {instant(since)} OR {self.known} IS NULL"
        with readable(self.source.where):
            return replace(self, since=since, later=keep(later, f"later {self.table.name}"))

    @property
    def known(self) -> str:
        """The column that says when a row was known."""
        return self.table.known or self.table.time

    def values(self, mapped: Iterable[Mapped]) -> str:
        """The values of some columns, over what was given."""
        return _named((m.value, m.name) for m in mapped)

    @property
    def judged_by_value(self) -> tuple[Mapped, ...]:
        """Columns of few values, judged once a value instead of once a row."""
        texts = (m for m in self.mapped if m.is_given and m.column.type == "text")
        return tuple(m for m in texts if m.fallible or m.column.one_of or m.column.name in ("account_id", "action"))


@dataclass(frozen=True)
class Inspected:
    """A table after inspection: SQL of its good rows, the table of when each account was first known, counts.

    quarantine: table, column, reason, rows, first_example, mend. groups (good rows): action, rows, first,
    last.
    """

    sql: str
    known: str
    rows_in: int
    excluded: int
    quarantine: pd.DataFrame
    groups: pd.DataFrame

    @property
    def quarantined(self) -> int:
        """How many rows were set apart."""
        return int(self.quarantine["rows"].sum())

    @property
    def used(self) -> int:
        """How many rows may be used."""
        return self.rows_in - self.excluded - self.quarantined


def inspect(candidate: Candidate, known: Known) -> Inspected:
    """Hold every row against the contract in one pass, and a second for repeats where the key is mapped."""
    breaches = breaches_of(candidate.table, candidate.mapped, known)
    counts, first_known = _pass(candidate, breaches)
    per_code = counts.groupby("code")["rows"].sum()
    excluded = int(per_code.get(EXCLUDED, 0))
    found = {b: int(per_code[i]) for i, b in enumerate(breaches, start=1) if i in per_code.index}
    sql, repeats = _without_repeats(candidate, _good(candidate, list(found), excluded))
    sql, known_already = _without_known(candidate, sql)
    broken = [(candidate.table.name, b.column, b.reason, n, _first(candidate, b), b.mend) for b, n in found.items()]
    return Inspected(
        sql,
        first_known,
        int(counts["rows"].sum()),
        excluded,
        pd.DataFrame(broken + repeats + known_already, columns=QUARANTINE).astype({"rows": "int64"}),
        counts[counts["code"].isna()].drop(columns="code").reset_index(drop=True),
    )


def refuse(inspected: Inspected, candidate: Candidate, max_share: float) -> None:
    """Raise a Problem if a table is empty, or too many of its rows break the contract."""
    where, table = candidate.source.where, candidate.table.name
    if inspected.rows_in == inspected.excluded and candidate.since is None and not candidate.exclusion.forgets:
        raise Problem(f"{where} holds no rows for {table}; export it again, or take {table} out of tables.")
    if inspected.quarantined <= max_share * inspected.rows_in:
        return
    worst = inspected.quarantine.sort_values("rows", ascending=False, kind="stable").iloc[0]
    raise Problem(
        f"{where}: {inspected.quarantined:,} of {inspected.rows_in:,} rows break the contract, more than the "
        f"{max_share:.1%} that quarantine.max_share allows; in {worst['rows']:,} of them "
        f"{table}.{worst['column']} {worst['reason']} (first: {worst['first_example']}): {worst['mend']}."
    )


def _named(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{sql} AS {name}" for sql, name in pairs)


def _pass(candidate: Candidate, breaches: tuple[Breach, ...]) -> tuple[pd.DataFrame, str]:
    """The one pass over the file: rows per code and action, the table of when each account was first known.

    Instants and numbers are judged row by row, values of which there are few (account, action) once a group.
    """
    table, where = candidate.table, candidate.source.where
    with readable(where):
        profile = keep(_profile(candidate, breaches), f"profile of {table.name}")
    judged = _judged(candidate, breaches, profile)
    action = "action" if table.name == "events" else "NULL"
    asked = f"SELECT code, {action}, sum(rows)::BIGINT, min(first), max(last) FROM ({judged}) GROUP BY ALL"
    counts = pd.DataFrame(rows_of(f"{asked} ORDER BY ALL", where), columns=list(COUNTED)).astype(COUNTED)
    good = f"SELECT account_id, min(known) AS known FROM ({judged}) WHERE code IS NULL GROUP BY ALL"
    first = keep(good, "known")
    duckdb.execute(f"DROP TABLE {profile}")
    return counts, first


def _profile(candidate: Candidate, breaches: tuple[Breach, ...]) -> str:
    """Rows alike in the values to be judged, with the code of what is wrong with instants and numbers."""
    table, judged = candidate.table, candidate.judged_by_value
    alike = [*(m.alias for m in judged), *map(source_as, candidate.exclusion.columns)]
    code = _code(breaches, lambda b: b.column not in {m.column.name for m in judged})
    return (
        f"SELECT {', '.join(alike)}, CASE WHEN {candidate.exclusion.person} THEN {EXCLUDED} ELSE {code} END "
        f"AS row_code, count(*) AS rows, min({table.time}) AS first, max({table.time}) AS last, "
        f"min({table.known or table.time}) AS known FROM ({candidate.sql}) GROUP BY ALL"
    )


def _judged(candidate: Candidate, breaches: tuple[Breach, ...], profile: str) -> str:
    """The groups, each with its code: excluded, the first breach, or none."""
    judged = candidate.judged_by_value
    code = _code(breaches, lambda b: b.column in {m.column.name for m in judged})
    code = f"CASE WHEN {candidate.exclusion.condition} THEN {EXCLUDED} ELSE coalesce(row_code, {code}) END"
    return f"SELECT *, {code} AS code FROM (SELECT *, {candidate.values(judged)} FROM {profile})"


def _code(breaches: tuple[Breach, ...], chosen: Callable[[Breach], bool]) -> str:
    whens = [f"WHEN {b.condition} THEN {i}" for i, b in enumerate(breaches, start=1) if chosen(b)]
    return f"CASE {' '.join(whens)} END" if whens else "CAST(NULL AS INTEGER)"


def _good(candidate: Candidate, found: list[Breach], excluded: int) -> str:
    """The rows that may be used; only breaches found are looked for again: clean data cost nothing."""
    conditions = [*([candidate.exclusion.of_a_row] if excluded else []), *(b.condition for b in found)]
    where = " AND ".join(f"NOT coalesce({c}, false)" for c in conditions) or "true"
    return f"SELECT {', '.join(m.name for m in candidate.mapped)} FROM ({candidate.sql}) WHERE {where}"


def _first(candidate: Candidate, breach: Breach) -> str:
    """The first row that breaks the contract so, as 'column=what was given', with its account."""
    given = {m.column.name for m in candidate.mapped if m.is_given}
    names = [n for n in dict.fromkeys((*breach.shows, "account_id")) if n in given]
    shown = ", ".join(f"CAST({given_as(n)} AS VARCHAR)" for n in names)
    where = f"NOT coalesce({candidate.exclusion.of_a_row}, false) AND {breach.condition}"
    row = rows_of(f"SELECT {shown} FROM ({candidate.sql}) WHERE {where} LIMIT 1", candidate.source.where)[0]
    return _example(names, row)


def _example(names: Iterable[str], row: tuple[Any, ...]) -> str:
    return ", ".join(f"{n}={'(empty)' if v is None else v}" for n, v in zip(names, row, strict=True))


def _without_repeats(candidate: Candidate, good: str) -> tuple[str, list[tuple[Any, ...]]]:
    """Keep one row of each key: the first known, then by time and every column, whatever the order of the file."""
    table, where = candidate.table, candidate.source.where
    if not table.key or not all(m.is_given for m in candidate.mapped if m.column.name in table.key):
        return good, []
    keys, columns = ", ".join(table.key), ", ".join(table.names)
    counted = f"SELECT {keys}, count(*) AS rows FROM ({good}) WHERE {table.key[-1]} IS NOT NULL GROUP BY ALL"
    with readable(where):
        repeated = keep(f"{counted} HAVING count(*) > 1 ORDER BY ALL", "repeated")
    rows = rows_of(f"SELECT {keys}, (sum(rows - 1) OVER ())::BIGINT FROM {repeated} LIMIT 1", where)
    if not rows:
        return good, []
    ranked = f"row_number() OVER (PARTITION BY {keys} ORDER BY {candidate.known}, {table.time}, {columns})"
    several = f"SELECT {columns} FROM ({good}) SEMI JOIN {repeated} USING ({keys})"
    with readable(where):
        first = keep(f"{several} QUALIFY {ranked} = 1", "first")
    *example, extra = rows[0]
    reason = f"is repeated (of each {table.key[-1]} the first row stays)"
    repeat = (table.name, table.key[-1], reason, extra, _example(table.key, tuple(example)), ONCE)
    others = f"SELECT {columns} FROM ({good}) ANTI JOIN {repeated} USING ({keys})"
    return f"{others} UNION ALL FROM {first}", [repeat]


def _without_known(candidate: Candidate, good: str) -> tuple[str, list[tuple[Any, ...]]]:
    """Leave out rows whose key an earlier row had, which is not read again.

    Keys are compared as given where the contract only casts them: that is quicker, of a hundred million numbers.
    """
    table, where = candidate.table, candidate.source.where
    if candidate.since is None or not all(m.is_given for m in candidate.mapped if m.column.name in table.key):
        return good, []
    key = table.key[-1]
    given = next(m for m in candidate.mapped if m.column.name == key)
    compared = given.alias if given.is_cast else given.name
    everything = replace(candidate, later="").sql
    earlier = f"FROM ({everything}) SEMI JOIN {candidate.later} USING ({compared})"
    before = f"{candidate.known} < {instant(candidate.since)}"
    with readable(where):
        known = keep(f"SELECT DISTINCT {key} {earlier} WHERE {before}", "known")
    counted = f"SELECT {key}, count(*) OVER () FROM ({good}) SEMI JOIN {known} USING ({key})"
    rows = rows_of(f"{counted} ORDER BY 1 LIMIT 1", where)
    if not rows:
        return good, []
    reason = f"is repeated (of each {key} the first row stays)"
    repeat = (table.name, key, reason, rows[0][1], _example((key,), rows[0][:1]), ONCE)
    return f"SELECT * FROM ({good}) ANTI JOIN {known} USING ({key})", [repeat]
