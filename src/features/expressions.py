"""A mapping in SQL over a file: every column of a contract table, and which rows are left out."""
# ruff: noqa: S608

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from leadline.features.casts import CASTS, FALLIBLE, family
from leadline.features.contract_columns import SQL_TYPES, Column, Table
from leadline.features.given import NOTHING, change, is_one_of, origin, part_of
from leadline.features.mapping import Cell, TableMapping
from leadline.features.pseudonym import People, pseudonyms_beside
from leadline.features.scan import Scan, near_miss, rows_of
from leadline.features.sql_text import quoted
from leadline.features.units import EPOCHS, in_zone, product
from leadline.problem import Problem, shown

NONE_LEFT_OUT = "false"
PERSON = "user_id"


@dataclass(frozen=True)
class Mapped:
    """One contract column in SQL.

    `given` is what the file says, over its columns; `value` is that in the contract's type, over "given
    NAME" and `factors` (what it is multiplied and divided by); `fallible`: something given may turn out to have no
    value; `join` follows the file, and brings what `given` needs beside.
    """

    column: Column
    given: str
    value: str
    fallible: bool = False
    factors: tuple[str, ...] = ()
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
    def read(self) -> list[tuple[str, str]]:
        """What is read for it, each in SQL with its identifier."""
        return [(self.given, self.alias), *((sql, factor_as(self.column, i)) for i, sql in enumerate(self.factors))]

    @property
    def is_cast(self) -> bool:
        """Whether its value is what was given, in the contract's type and no more."""
        return self.value == f"CAST({self.alias} AS {SQL_TYPES[self.column.type]})"

    @property
    def is_given(self) -> bool:
        """Whether the source has it at all."""
        return self.given != NOTHING


def given_as(name: str) -> str:
    """The SQL identifier of what was given for a contract column."""
    return quoted(f"given {name}")


def factor_as(column: Column, number: int) -> str:
    """The SQL identifier of a factor of a contract column."""
    return quoted(f"factor {number} of {column.name}")


def map_table(table: Table, mapping: TableMapping, source: Scan, folder: Path, people: People) -> tuple[Mapped, ...]:
    """Every column of a contract table in SQL, people by pseudonym; a Problem where a column is missing or of no
    use."""
    cells = mapping.columns or {n: Cell(column=n) for n in table.names if n in source.types}
    mapped: dict[str, Mapped] = {}
    for column in table.columns:
        found = _map_column(column, cells[column.name], source, folder, people) if column.name in cells else None
        if found and found.is_given:
            mapped[column.name] = found
        elif column.filled_by:
            mapped[column.name] = Mapped(column, NOTHING, mapped[column.filled_by].value)
        elif column.required:
            raise Problem(_missing(column, table, source))
        else:
            mapped[column.name] = Mapped(column, NOTHING, f"CAST(NULL AS {SQL_TYPES[column.type]})")
    return tuple(mapped.values())


def left_out(
    mapping: TableMapping, mapped: tuple[Mapped, ...], table: Table, source: Scan, folder: Path, people: People
) -> str:
    """Which rows are no facts of a table, over the columns of its file."""
    unlike = [f"NOT {_is_one_of(name, values, mapped, source)}" for name, values in mapping.only.items()]
    listed = [_is_one_of(name, values, mapped, source) for name, values in mapping.exclude.items()]
    out = " OR ".join((*unlike, *listed)) or NONE_LEFT_OUT
    if mapping.latest is None:
        return out
    known = _map_column(Column("latest", "instant", "which row is the last"), mapping.latest, source, folder, people)
    at = known.value.replace(known.alias, known.given)
    alike = ", ".join([f"({out})", *(m.given for m in mapped if m.column.name in table.key)])
    order = ", ".join([f"{at} DESC NULLS LAST", *(m.given for m in mapped if m.is_given)])
    return f"({out}) OR row_number() OVER (PARTITION BY {alike} ORDER BY {order}) > 1"


def holds_none(mapping: TableMapping, source: Scan) -> bool:
    """Whether no row of a file is among those that a mapping takes."""
    if any(name not in source.types for name in mapping.only):
        return True
    told = " AND ".join(is_one_of(name, values, source) for name, values in mapping.only.items())
    return not rows_of(f"SELECT 1 FROM {source.sql} WHERE {told} LIMIT 1", source.where)


def _is_one_of(name: str, values: tuple[str | None, ...], mapped: tuple[Mapped, ...], source: Scan) -> str:
    """Whether a column has one of the values: one of the source, or else what was given for one of the contract."""
    meant = next((m for m in mapped if m.column.name == name and name not in source.types), None)
    if meant is None:
        return is_one_of(name, values, source)
    text = Scan(source.where, source.sql, {name: "VARCHAR"})
    return is_one_of(name, values, text, f"CAST({meant.given} AS VARCHAR)")


def _missing(column: Column, table: Table, source: Scan) -> str:
    return (
        f"{source.where} gives {table.name} no {column.name}{near_miss(column.name, source.names)}, which it "
        f"needs; there is {shown(', '.join(source.names), 400)}: map one of them under tables.{table.name}.columns."
    )


def _map_column(column: Column, cell: Cell, source: Scan, folder: Path, people: People) -> Mapped:
    given, kind = origin(cell, source, folder)
    if given == NOTHING:
        return Mapped(column, NOTHING, NOTHING)
    x, join = given_as(column.name), ""
    named: Callable[[str], str] = people.pseudonym if column.name == PERSON else str
    if column.name == PERSON:
        given, join = _by_pseudonym(given, kind, cell, source, people)
    changed = change(x, kind, cell, source, folder, named)
    pair = ("text" if changed else family(kind), column.type)
    cast = EPOCHS[cell.epoch] if cell.epoch else CASTS.get(pair) or _no_values(given, column, source)
    fallible = bool(changed or cell.epoch or cell.zone or cell.factors) or pair in FALLIBLE
    value = cast.format(x=changed or x)
    if cell.zone:
        value = in_zone(changed or x, value, pair[0], cell.zone)
    factors = tuple(repr(f) if isinstance(f, float) else part_of(f, source, folder)[0] for f in cell.factors)
    if factors:
        value = product(value, [factor_as(column, i) for i in range(len(factors))], len(cell.times))
    return Mapped(column, given, value, fallible, factors, join)


def _by_pseudonym(given: str, kind: str, cell: Cell, source: Scan, people: People) -> tuple[str, str]:
    """What was given for a person, e-mail addresses by their pseudonyms, and the join that brings those."""
    if family(kind) != "text":
        return given, ""
    plain = cell.column and not (cell.only or cell.none)
    pseudonym, join = pseudonyms_beside(
        f"CAST({quoted(str(cell.column)) if plain else given} AS VARCHAR)", source, people
    )
    return (f"coalesce({pseudonym}, {given})" if join else given), join


def _no_values(given: str, column: Column, source: Scan) -> str:
    """The cast of a column of a wrong type: fine where it is empty, for exports write such in any type."""
    asked = f"SELECT CAST({given} AS VARCHAR) FROM {source.sql} WHERE {given} IS NOT NULL LIMIT 1"
    for (first,) in rows_of(asked, source.where):
        raise Problem(
            f"{source.where}: {column.name} must be {column.type}, and what is mapped there is not (first: "
            f"{shown(first)}); map another column, or convert it in the export."
        )
    return f"CAST(NULL AS {SQL_TYPES[column.type]})"
