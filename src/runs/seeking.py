"""Whom to forget: found in the raw files, in what was published, or on the list of those forgotten before."""
# ruff: noqa: S608

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from leadline.features.candidate import Candidate
from leadline.features.contract import CONTRACT
from leadline.features.contract_columns import Column
from leadline.features.expressions import Mapped, given_as
from leadline.features.forgotten import COLUMN, Forgotten, Kind
from leadline.features.scan import near_miss, rows_of
from leadline.features.sources import Source, candidate_of
from leadline.features.sql_text import literal, quoted
from leadline.problem import Problem
from leadline.runs.publish import RUNS
from leadline.runs.whom import Whom

FILE = Column("file", "text", "where a row lies")


def sought(source: Source, data: Path | None, published: Iterable[Path], kind: Kind, asked: str) -> Whom:
    """The account of an id, or the person of an id or e-mail address; a Problem, with near misses, where the source
    has never heard of it."""
    forgotten = Forgotten(source.root, source.name)
    if kind == "user":
        return _person(source, data, forgotten, asked)
    names = pd.concat([*_told(source, data), *_published(published)], ignore_index=True).drop_duplicates()
    if asked not in set(names["account_id"]) and not forgotten.holds(kind, asked):
        raise _unknown(source, kind, asked, names["account_id"].unique())
    own = names.loc[names["account_id"] == asked, "name"].dropna()
    others = names[names["account_id"] != asked]
    words = [asked, *own[~own.isin(others["name"])]]
    known = frozenset(others["account_id"]) | frozenset(others["name"].dropna())
    return Whom(kind, asked, tuple(dict.fromkeys(word for word in words if word and not word.isdigit())), known)


def candidates(source: Source, data: Path | None, kind: Kind) -> Iterator[Candidate]:
    """The tables that tell of accounts, or of people, as their files have them."""
    for table in CONTRACT.values():
        mapping = source.tables.get(table.name)
        if mapping is None or mapping.absent(data or source.path):
            continue
        candidate = candidate_of(source, table, data)
        if COLUMN[kind] in [m.column.name for m in candidate.mapped if m.is_given]:
            yield candidate


def raw_rows(source: Source, data: Path | None, whom: Whom) -> pd.DataFrame:
    """table, file and rows: the raw files that still hold theirs."""
    found: list[tuple[object, ...]] = []
    for candidate in candidates(source, data, whom.kind):
        files = candidate.source.sql.startswith("read_")
        place = "filename" if files else literal(candidate.source.where)
        beside = replace(candidate, mapped=(*candidate.mapped, Mapped(FILE, place, given_as(FILE.name))))
        theirs = f"FROM ({beside.sql}) WHERE {quoted(whom.column)} = {literal(whom.id)} GROUP BY 1 ORDER BY 1"
        counted = rows_of(f"SELECT {quoted(FILE.name)}, count(*) {theirs}", candidate.source.where)
        found += [(candidate.table.name, *row) for row in counted]
    return pd.DataFrame(found, columns=["table", "file", "rows"])


def _person(source: Source, data: Path | None, forgotten: Forgotten, asked: str) -> Whom:
    pseudonym = forgotten.people.pseudonym(asked)
    known = {user for candidate in candidates(source, data, "user") for user in _values(candidate, "user_id")}
    if pseudonym not in known and not forgotten.holds("user", pseudonym):
        raise _unknown(source, "user", asked, known)
    words = tuple(word for word in dict.fromkeys((asked, pseudonym)) if not word.isdigit())
    return Whom("user", pseudonym, words, frozenset(user for user in known if pseudonym in user and user != pseudonym))


def _told(source: Source, data: Path | None) -> list[pd.DataFrame]:
    """account_id and name of every account in the raw files."""
    tables = list(candidates(source, data, "account"))
    ids = [pd.DataFrame({"account_id": _values(table, "account_id"), "name": None}, dtype="str") for table in tables]
    named = [table for table in tables if table.table.name == "accounts"]
    asked = "SELECT DISTINCT account_id, name FROM ({}) WHERE account_id IS NOT NULL"
    rows = [row for table in named for row in rows_of(asked.format(table.sql), table.source.where)]
    return [*ids, pd.DataFrame(rows, columns=["account_id", "name"], dtype="str")]


def _published(published: Iterable[Path]) -> list[pd.DataFrame]:
    """The same of every account that was ever on a published list."""
    files = [file for folder in published for file in (folder / RUNS).glob("*/scored_accounts.parquet")]
    return [pd.read_parquet(file, columns=["account_id", "name"]).astype("str") for file in files]


def _values(candidate: Candidate, column: str) -> list[str]:
    asked = f"SELECT DISTINCT {quoted(column)} FROM ({candidate.sql}) WHERE {quoted(column)} IS NOT NULL"
    return [value for (value,) in rows_of(asked, candidate.source.where)]


def _unknown(source: Source, kind: Kind, asked: str, known: Iterable[str]) -> Problem:
    return Problem(
        f"Source {source.name} has never heard of the {kind} {asked}{near_miss(asked, known)}, neither in its files "
        f"nor in what was published; give its {COLUMN[kind]}."
    )
