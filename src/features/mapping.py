"""The mapping language of a source's YAML: where each contract table and column comes from."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from leadline.features.contract import CONTRACT
from leadline.features.contract_columns import Table
from leadline.features.scan import near_miss
from leadline.settings import Inside, Settings, known_zone

UNITS = {"epoch": "instant", "zone": "instant", "times": "number", "over": "number"}


def _as_text(value: Any) -> Any:
    """YAML reads 1 and yes as a number and a boolean; here both are values of a column, so text."""
    if isinstance(value, dict):
        return {_as_text(k): _as_text(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_as_text(v) for v in value]
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


class Lookup(Settings):
    """A second file that says what the values of a column stand for."""

    file: Inside
    key: str
    value: str
    table: str | None = None


def _as_cells(value: Any) -> Any:
    """A name where a cell may stand is a column; one of them needs no list."""
    listed = value if isinstance(value, list) else [value]
    return [{"column": one} if isinstance(one, str) else one for one in listed]


class Cell(Settings):
    """Where one contract column comes from: column, first, join or constant, then none, only, lookup, map, otherwise,
    and what makes an instant or an amount of it."""

    column: str | None = None
    first: tuple["Cell", ...] = ()
    join: tuple[str, ...] = ()
    between: str = Field(default="/", alias="with")
    constant: str | None = None
    optional: bool = False
    none: tuple[str, ...] = ()
    only: dict[str, tuple[str | None, ...]] = Field(default_factory=dict)
    lookup: Lookup | None = None
    map: dict[str, str] = Field(default_factory=dict)
    otherwise: str | None = None
    epoch: Literal["s", "ms"] | None = None
    zone: str | None = None
    times: tuple["float | Cell", ...] = ()
    over: tuple["float | Cell", ...] = ()

    _texts = field_validator("none", "only", "map", "constant", "otherwise", mode="before")(_as_text)
    _cells = field_validator("first", "times", "over", mode="before")(_as_cells)

    @field_validator("zone")
    @classmethod
    def _zone(cls, name: str | None) -> str | None:
        return None if name is None else known_zone(name)

    @model_validator(mode="after")
    def _one_origin(self) -> "Cell":
        if sum((self.column is not None, bool(self.first), bool(self.join), self.constant is not None)) != 1:
            raise ValueError("give exactly one of column, first, join or constant")
        if self.otherwise is not None and not (self.map or self.lookup):
            raise ValueError("otherwise goes with map or lookup")
        return self

    @property
    def factors(self) -> tuple["float | Cell", ...]:
        """What it is multiplied by, then what it is divided by."""
        return (*self.times, *self.over)

    def parts(self) -> Iterator["Cell"]:
        """It, and every cell inside it."""
        yield self
        for inside in (*self.first, *self.factors):
            if isinstance(inside, Cell):
                yield from inside.parts()

    @property
    def reads(self) -> tuple[str, ...]:
        """The source columns it reads."""
        return tuple(n for p in self.parts() for n in (*((p.column,) if p.column else ()), *p.join, *p.only))


class Database(Settings):
    """A table of a database; its connection string is in an environment variable, and nowhere else."""

    env: str
    table: str
    driver: str = "postgresql"

    @field_validator("env", "driver")
    @classmethod
    def _a_name(cls, name: str) -> str:
        if not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise ValueError("write a name: of the variable that holds the connection string, of the driver")
        return name


class TableMapping(Settings):
    """Where one contract table comes from; without columns, those of the same names are taken."""

    file: Inside = ""
    database: Database | None = None
    table: str | None = None
    each: str | None = None
    columns: dict[str, Cell] = Field(default_factory=dict)
    only: dict[str, tuple[str | None, ...]] = Field(default_factory=dict)
    exclude: dict[str, tuple[str | None, ...]] = Field(default_factory=dict)
    latest: Cell | None = None
    complete: bool = True
    optional: bool = False

    _texts = field_validator("only", "exclude", mode="before")(_as_text)

    @model_validator(mode="after")
    def _one_place(self) -> "TableMapping":
        if bool(self.file) == bool(self.database):
            raise ValueError("give a file or a database")
        return self

    @field_validator("columns", mode="before")
    @classmethod
    def _names_are_columns(cls, columns: Any) -> Any:
        if not isinstance(columns, dict):
            return columns
        return {name: {"column": cell} if isinstance(cell, str) else cell for name, cell in columns.items()}

    @field_validator("latest", mode="before")
    @classmethod
    def _name_is_column(cls, latest: Any) -> Any:
        return {"column": latest} if isinstance(latest, str) else latest

    def reads(self, table: Table) -> set[str]:
        """The source columns it reads; those it leaves rows out by may be columns of the contract instead."""
        mapped = {name for cell in self.columns.values() for name in cell.reads} or set(table.names)
        return mapped | {*self.only, *self.exclude} | set(self.latest.reads if self.latest else ())

    @property
    def lookups(self) -> list[Lookup]:
        """The second files it reads."""
        return [part.lookup for cell in self.columns.values() for part in cell.parts() if part.lookup]

    def grows_by(self, table: Table) -> str | None:
        """The source column that says when a row of the log was known, if one does: later rows are later by it."""
        cell = self.columns.get(table.known or "") if self.columns else Cell(column=table.known or table.time)
        plain = cell is not None and table.name == "events" and not cell.epoch
        return cell.column if plain and cell is not None else None

    def absent(self, folder: Path) -> bool:
        """Whether it is optional and not there."""
        return self.optional and not any(folder.glob(self.file))


def unknown_names(mappings: dict[str, TableMapping]) -> str | None:
    """What is wrong with the table and column names of a YAML, if anything."""
    for name, mapping in mappings.items():
        if name not in CONTRACT:
            return f"the contract has no table {name}{near_miss(name, CONTRACT)}; it has {', '.join(CONTRACT)}"
        wrong = _wrong_columns(CONTRACT[name], mapping.columns) or _wrong_rows(CONTRACT[name], mapping)
        if wrong:
            return wrong
    return None


def _wrong_columns(table: Table, columns: dict[str, Cell]) -> str | None:
    for column, cell in columns.items():
        if column not in table.names:
            miss = near_miss(column, table.names)
            return f"table {table.name} has no column {column}{miss}; it has {', '.join(table.names)}"
        kind = table.column(column).type
        if misplaced := next((key for key, of in UNITS.items() if getattr(cell, key) and kind != of), None):
            where = f"{table.name}.{column} is of type {kind}"
            return f"{misplaced} is for columns of type {UNITS[misplaced]}, and {where}; take it out"
    return None


def _wrong_rows(table: Table, mapping: TableMapping) -> str | None:
    """Keys about rows that go with some tables only."""
    if mapping.latest and (not table.key or table.known):
        return f"latest keeps the last row of an account or a person; {table.name} keeps every row: take it out"
    if not mapping.complete and table.name != "accounts":
        return f"complete says whether accounts names every account; {table.name} has no use for it: take it out"
    return None
