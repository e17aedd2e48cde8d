"""Rows that break the contract: found in one pass, counted, set apart; too many of them refuse the source."""
# ruff: noqa: S608

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import pandas as pd

from leadline.features.breaches import Breach, Known, breaches_of
from leadline.features.candidate import LEFT_OUT, Candidate, example
from leadline.features.expressions import given_as
from leadline.features.repeats import without_known, without_repeats
from leadline.features.scan import keep, readable, rows_of
from leadline.problem import Problem

QUARANTINE = ["table", "column", "reason", "rows", "first_example", "mend"]
COUNTED = {
    "code": "Int64",
    "action": "str",
    "rows": "int64",
    "first": "datetime64[us]",
    "last": "datetime64[us]",
}
EXCLUDED = 0  # the code of a row that is no fact of the table; breaches count from 1; a good row has none


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
    sql, repeats = without_repeats(candidate, _good(candidate, list(found), excluded))
    sql, known_already = without_known(candidate, sql)
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
    if inspected.rows_in == inspected.excluded and candidate.since is None and not candidate.forgotten:
        raise Problem(f"{where} holds no rows for {table}; export it again, or take {table} out of tables.")
    if inspected.quarantined <= max_share * inspected.rows_in:
        return
    worst = inspected.quarantine.sort_values("rows", ascending=False, kind="stable").iloc[0]
    raise Problem(
        f"{where}: {inspected.quarantined:,} of {inspected.rows_in:,} rows break the contract, more than the "
        f"{max_share:.1%} that quarantine.max_share allows; in {worst['rows']:,} of them "
        f"{table}.{worst['column']} {worst['reason']} (first: {worst['first_example']}): {worst['mend']}."
    )


def _pass(candidate: Candidate, breaches: tuple[Breach, ...]) -> tuple[pd.DataFrame, str]:
    """The one pass over the file: rows per code and action, the table of when each account was first known.

    Instants and numbers are judged row by row, values of which there are few (account, action) once a group.
    """
    table, where = candidate.table, candidate.source.where
    with readable(where):
        profile = keep(_profile(candidate, breaches), f"profile of {table.name}")
    judged = _judged(candidate, breaches, profile)
    action = "action" if table.name == "events" else "NULL"
    first, last = (f"{time} FILTER (code IS NULL)" for time in ("min(first)", "max(last)"))
    asked = f"SELECT code, {action}, sum(rows)::BIGINT, {first}, {last} FROM ({judged}) GROUP BY ALL"
    counts = pd.DataFrame(rows_of(f"{asked} ORDER BY ALL", where), columns=list(COUNTED)).astype(COUNTED)
    good = f"SELECT account_id, min(known) AS known FROM ({judged}) WHERE code IS NULL GROUP BY ALL"
    first_known = keep(good, "known")
    duckdb.execute(f"DROP TABLE {profile}")
    return counts, first_known


def _profile(candidate: Candidate, breaches: tuple[Breach, ...]) -> str:
    """Rows alike in the values to be judged, with the code of what is wrong with instants and numbers."""
    table, judged = candidate.table, candidate.judged_by_value
    alike = [*(m.alias for m in judged), LEFT_OUT]
    code = _code(breaches, lambda b: b.column not in {m.column.name for m in judged})
    return (
        f"SELECT {', '.join(alike)}, {code} AS row_code, count(*) AS rows, min({table.time}) AS first, "
        f"max({table.time}) AS last, min({table.known or table.time}) AS known "
        f"FROM ({candidate.sql}) GROUP BY ALL"
    )


def _judged(candidate: Candidate, breaches: tuple[Breach, ...], profile: str) -> str:
    """The groups, each with its code: excluded, the first breach, or none."""
    judged = candidate.judged_by_value
    code = _code(breaches, lambda b: b.column in {m.column.name for m in judged})
    code = f"CASE WHEN {LEFT_OUT} THEN {EXCLUDED} ELSE coalesce(row_code, {code}) END"
    return f"SELECT *, {code} AS code FROM (SELECT *, {candidate.values(judged)} FROM {profile})"


def _code(breaches: tuple[Breach, ...], chosen: Callable[[Breach], bool]) -> str:
    whens = [f"WHEN {b.condition} THEN {i}" for i, b in enumerate(breaches, start=1) if chosen(b)]
    return f"CASE {' '.join(whens)} END" if whens else "CAST(NULL AS INTEGER)"


def _good(candidate: Candidate, found: list[Breach], excluded: int) -> str:
    """The rows that may be used; only breaches found are looked for again: clean data cost nothing."""
    conditions = [*([LEFT_OUT] if excluded else []), *(b.condition for b in found)]
    where = " AND ".join(f"NOT coalesce({c}, false)" for c in conditions) or "true"
    return f"SELECT {', '.join(m.name for m in candidate.mapped)} FROM ({candidate.sql}) WHERE {where}"


def _first(candidate: Candidate, breach: Breach) -> str:
    """The first row that breaks the contract so, as 'column=what was given', with its account."""
    given = {m.column.name for m in candidate.mapped if m.is_given}
    names = [n for n in dict.fromkeys((*breach.shows, "account_id")) if n in given]
    shown = ", ".join(f"CAST({given_as(n)} AS VARCHAR)" for n in names)
    where = f"NOT {LEFT_OUT} AND {breach.condition}"
    row = rows_of(f"SELECT {shown} FROM ({candidate.sql}) WHERE {where} LIMIT 1", candidate.source.where)[0]
    return example(names, row)
