"""A mapping in SQL over a file; names and values of the YAML are always quoted."""
# ruff: noqa: S608

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from leadline.features.casts import CASTS, FALLIBLE, family
from leadline.features.contract import SQL_TYPES, Column, Table
from leadline.features.mapping import Cell, Lookup, TableMapping
from leadline.features.pseudonym import People, pseudonyms_beside
from leadline.features.scan import Scan, keep, literal, near_miss, quoted, rows_of, scan
from leadline.problem import Problem

NOTHING = "NULL"
PERSON = "user_id"


@dataclass(frozen=True)
class Mapped:
    """One contract column in SQL.

    `given` is what the file says, over its columns; `value` is that in the contract's type, over "given
    NAME"; `fallible`: something given may turn out to have no value; `join` follows the file, and brings what
    `given` needs beside.
    """

    column: Column
    given: str
    value: str
    fallible: bool = False
    join: str = ""

    @property
    def name(self) -> str:
        """The contract column as an SQL identifier."""
        return quoted(self.column.name)

    @property
    def alias(self) -> str:
        """What was given for it, as an SQL identifier."""
        return given_as(self.column.name)

    @property
    def is_cast(self) -> bool:
        """Whether its value is what was given, in the contract's type and no more."""
        return self.value == f"CAST({self.alias} AS {SQL_TYPES[self.column.type]})"

    @property
    def is_given(self) -> bool:
        """Whether the source has it at all."""
        return self.given != NOTHING


@dataclass(frozen=True)
class Exclusion:
    """Rows that are no facts of a table: the source columns that tell, and the condition over them (or the account).

    `person` is a condition over people, judged row by row; `forgets`: someone the table tells of was forgotten.
    """

    columns: tuple[str, ...]
    condition: str
    person: str = "false"
    forgets: bool = False

    @property
    def of_a_row(self) -> str:
        """Whether a row is left out, as SQL that may be NULL for no."""
        return f"(({self.condition}) OR {self.person})"


def given_as(name: str) -> str:
    """The SQL identifier of what was given for a contract column."""
    return quoted(f"given {name}")


def source_as(name: str) -> str:
    """The SQL identifier of a source column read beside the mapped ones."""
    return quoted(f"source {name}")


def map_table(table: Table, mapping: TableMapping, source: Scan, folder: Path, people: People) -> tuple[Mapped, ...]:
    """Every column of a contract table in SQL, people by pseudonym; a Problem where a column is missing or of no
    use."""
    cells = mapping.columns or {n: Cell(column=n) for n in table.names if n in source.types}
    mapped: dict[str, Mapped] = {}
    for column in table.columns:
        if column.name in cells:
            mapped[column.name] = _map_column(column, cells[column.name], source, folder, people)
        elif column.filled_by:
            mapped[column.name] = Mapped(column, NOTHING, mapped[column.filled_by].value)
        elif column.required:
            raise Problem(_missing(column, table, source))
        else:
            mapped[column.name] = Mapped(column, NOTHING, f"CAST(NULL AS {SQL_TYPES[column.type]})")
    return tuple(mapped.values())


def exclusion(mapping: TableMapping, source: Scan) -> Exclusion:
    """Which rows a mapping leaves out."""
    told = (_is_one_of(name, values, source, source_as(name)) for name, values in mapping.exclude.items())
    return Exclusion(tuple(mapping.exclude), " OR ".join(told) or "false")


def _missing(column: Column, table: Table, source: Scan) -> str:
    return (
        f"{source.where} gives {table.name} no {column.name}{near_miss(column.name, source.types)}, which it "
        f"needs; there is {', '.join(source.types)}: map one of them under tables.{table.name}.columns."
    )


def _map_column(column: Column, cell: Cell, source: Scan, folder: Path, people: People) -> Mapped:
    given, kind = _origin(cell, source)
    if cell.only:
        told = (_is_one_of(name, values, source, quoted(name)) for name, values in cell.only.items())
        given = f"CASE WHEN {' AND '.join(told)} THEN {given} END"
    shown = people.pseudonym if column.name == PERSON else str
    join = ""
    if column.name == PERSON and family(kind) == "text":
        text = f"CAST({given if cell.only or not cell.column else quoted(cell.column)} AS VARCHAR)"
        pseudonym, join = pseudonyms_beside(text, source, people)
        given = f"coalesce({pseudonym}, {given})" if join else given
    x = given_as(column.name)
    changed = _changed(x, kind, cell, source, folder, shown)
    if changed:
        return Mapped(column, given, CASTS["text", column.type].format(x=changed), fallible=True, join=join)
    pair = (family(kind), column.type)
    cast = CASTS.get(pair) or _no_values(given, column, source)
    return Mapped(column, given, cast.format(x=x), pair in FALLIBLE, join)


def _origin(cell: Cell, source: Scan) -> tuple[str, str]:
    """What the file says before any change, with its DuckDB type; an empty text or NaN is no value."""
    if cell.constant is not None:
        return literal(cell.constant), "VARCHAR"
    kinds = [_kind(name, source) for name in cell.join or (str(cell.column),)]
    if cell.join:
        parts = (f"CAST({quoted(name)} AS VARCHAR)" for name in cell.join)
        return f" || {literal(cell.between)} || ".join(parts), "VARCHAR"
    empty = {"VARCHAR": "''", "FLOAT": "'NaN'", "DOUBLE": "'NaN'"}.get(kinds[0])
    name = quoted(str(cell.column))
    return (f"nullif({name}, {empty})" if empty else name), kinds[0]


def _kind(name: str, source: Scan) -> str:
    if name not in source.types:
        there = f"there is {', '.join(source.types)}"
        raise Problem(f"{source.where} has no column {name}{near_miss(name, source.types)}; {there}: mend its YAML.")
    return source.types[name]


def _is_one_of(name: str, values: tuple[str, ...], source: Scan, x: str) -> str:
    kind = _kind(name, source)
    return f"coalesce({x} IN ({', '.join(_typed(values, kind, name, source))}), false)"


def _typed(values: Iterable[str], kind: str, name: str, source: Scan) -> list[str]:
    """Values of the YAML in the type of the column they are compared with; a Problem where one cannot be."""
    texts = [literal(v) for v in values]
    listed = f"SELECT unnest([{', '.join(texts)}]) AS v"
    for (value,) in rows_of(f"SELECT v FROM ({listed}) WHERE TRY_CAST(v AS {kind}) IS NULL", source.where):
        raise Problem(f"{source.where}: {name} is {kind} and can never be '{value}'; mend its YAML.")
    return [f"CAST({text} AS {kind})" for text in texts]


def _changed(x: str, kind: str, cell: Cell, source: Scan, folder: Path, shown: Callable[[str], str]) -> str | None:
    """The text that a lookup, a map or both make of a value, each as it may be shown; None if there is neither."""
    if not (cell.lookup or cell.map):
        return None
    meanings = _looked_up(cell.lookup, kind, folder) if cell.lookup else cell.map
    if cell.lookup and cell.map:
        meanings = {key: cell.map[value] for key, value in meanings.items() if value in cell.map}
    meanings = {shown(key): shown(value) for key, value in meanings.items()}
    found = _meaning(x, _typed(meanings, kind, str(cell.column), source), list(map(literal, meanings.values())))
    if cell.otherwise is None:
        return found
    return f"CASE WHEN {x} IS NOT NULL THEN coalesce({found}, {literal(shown(cell.otherwise))}) END"


def _meaning(x: str, keys: list[str], values: list[str]) -> str:
    """What a key stands for.

    DuckDB searches a constant MAP key by key: for few keys the fastest there is (on 16 million rows a tenth
    of the time of a CASE, a fifth of a join), for many slow; those are looked up in a table.
    """
    if not keys:
        return "CAST(NULL AS VARCHAR)"
    if len(keys) <= 50:
        return f"MAP([{', '.join(keys)}], [{', '.join(values)}])[{x}]"
    pairs = ", ".join(f"({k}, {v})" for k, v in zip(keys, values, strict=True))
    meanings = keep(f"SELECT * FROM (VALUES {pairs}) AS meanings(key, value)", "meanings")
    return f"(SELECT value FROM {meanings} WHERE key = {x})"


def _looked_up(lookup: Lookup, kind: str, folder: Path) -> dict[str, str]:
    """What each key of a lookup stands for; keys that are no value of the column's type are left out."""
    source = scan(folder, lookup.file, lookup.table)
    for name in (lookup.key, lookup.value):
        _kind(name, source)
    key, value = (f"CAST({quoted(n)} AS VARCHAR)" for n in (lookup.key, lookup.value))
    usable = f"TRY_CAST({key} AS {kind}) IS NOT NULL"
    asked = f"SELECT DISTINCT {key}, {value} FROM {source.sql} WHERE {usable} ORDER BY ALL"
    rows = rows_of(asked, source.where)
    repeated = [k for (k, _), (after, _) in pairwise(rows) if k == after]
    if repeated:
        raise Problem(f"{source.where} gives {lookup.key} {repeated[0]} two meanings; keep one row for each.")
    return {k: v for k, v in rows if v is not None}


def _no_values(given: str, column: Column, source: Scan) -> str:
    """The cast of a column of a wrong type: fine where it is empty, for exports write such in any type."""
    shown = f"SELECT CAST({given} AS VARCHAR) FROM {source.sql} WHERE {given} IS NOT NULL LIMIT 1"
    for (first,) in rows_of(shown, source.where):
        raise Problem(
            f"{source.where}: {column.name} must be {column.type}, and what is mapped there is not (first: "
            f"{first}); map another column, or convert it in the export."
        )
    return f"CAST(NULL AS {SQL_TYPES[column.type]})"
