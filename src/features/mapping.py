"""The mapping language of a source's YAML: where each contract table and column comes from."""

from pathlib import Path
from typing import Any

from pydantic import Field, field_validator, model_validator

from leadline.features.contract import CONTRACT
from leadline.features.contract_columns import Table
from leadline.features.scan import near_miss
from leadline.settings import Inside, Settings


def _as_text(value: Any) -> Any:
    """YAML reads 1 and yes as a number and a boolean; here both are values of a column, so text."""
    if isinstance(value, dict):
        return {_as_text(k): _as_text(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_as_text(v) for v in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


class Lookup(Settings):
    """A second file that says what the values of a column stand for."""

    file: Inside
    key: str
    value: str
    table: str | None = None


class Cell(Settings):
    """Where one contract column comes from: column, join or constant, then only, lookup, map, otherwise."""

    column: str | None = None
    join: tuple[str, ...] = ()
    between: str = Field(default="/", alias="with")
    constant: str | None = None
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    lookup: Lookup | None = None
    map: dict[str, str] = Field(default_factory=dict)
    otherwise: str | None = None

    _texts = field_validator("only", "map", "constant", "otherwise", mode="before")(_as_text)

    @model_validator(mode="after")
    def _one_origin(self) -> "Cell":
        if sum((self.column is not None, bool(self.join), self.constant is not None)) != 1:
            raise ValueError("give exactly one of column, join or constant")
        if self.otherwise is not None and not (self.map or self.lookup):
            raise ValueError("otherwise goes with map or lookup")
        return self

    @property
    def reads(self) -> tuple[str, ...]:
        """The source columns it reads."""
        return (*((self.column,) if self.column else ()), *self.join, *self.only)


class TableMapping(Settings):
    """Where one contract table comes from; without columns, those of the same names are taken."""

    file: Inside
    table: str | None = None
    columns: dict[str, Cell] = Field(default_factory=dict)
    exclude: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    optional: bool = False

    _texts = field_validator("exclude", mode="before")(_as_text)

    @field_validator("columns", mode="before")
    @classmethod
    def _names_are_columns(cls, columns: Any) -> Any:
        if not isinstance(columns, dict):
            return columns
        return {name: {"column": cell} if isinstance(cell, str) else cell for name, cell in columns.items()}

    def reads(self, table: Table) -> set[str]:
        """The source columns it reads."""
        mapped = {name for cell in self.columns.values() for name in cell.reads}
        return (mapped or set(table.names)) | set(self.exclude)

    def absent(self, folder: Path) -> bool:
        """Whether it is optional and not there."""
        return self.optional and not any(folder.glob(self.file))


def unknown_names(mappings: dict[str, TableMapping]) -> str | None:
    """What is wrong with the table and column names of a YAML, if anything."""
    for name, mapping in mappings.items():
        if name not in CONTRACT:
            return f"the contract has no table {name}{near_miss(name, CONTRACT)}; it has {', '.join(CONTRACT)}"
        known = CONTRACT[name].names
        for column in mapping.columns:
            if column not in known:
                miss = near_miss(column, known)
                return f"table {name} has no column {column}{miss}; it has {', '.join(known)}"
    return None
