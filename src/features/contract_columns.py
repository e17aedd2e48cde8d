"""What a table of the contract declares: its columns, their types, and the rules their values obey."""

from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "instant", "number", "boolean"]

SQL_TYPES: dict[Type, str] = {
    "text": "VARCHAR",
    "instant": "TIMESTAMP",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
}
EARLIEST, LATEST = "1970-01-02", "9999-12-31"  # a clock set to nothing says 1970-01-01, by some time zone
LARGEST = 1e15  # beyond it a double no longer tells cents


@dataclass(frozen=True)
class Column:
    """One column of a contract table, and the rules its values obey."""

    name: str
    type: Type
    meaning: str
    required: bool = False
    filled_by: str | None = None
    past: bool = False
    negative: bool = True
    at_most: float = LARGEST
    not_before: str | None = None
    one_of: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """Its rules in words, for documents."""
        said = (
            (self.required, "required"),
            (self.filled_by, f"left out: {self.filled_by}"),
            (self.past, "not in the future"),
            (self.type == "instant", f"{EARLIEST} to {LATEST}"),
            (not self.negative, "not negative"),
            (self.type == "number", f"at most {self.at_most:g}" + " in size" * self.negative),
            (self.not_before, f"not before {self.not_before}"),
            (self.one_of, f"one of {', '.join(self.one_of)}"),
        )
        return tuple(words for holds, words in said if holds)


@dataclass(frozen=True)
class Table:
    """One contract table; `key` may not repeat, `time` is when a fact was, `known` when it was known."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    time: str
    known: str | None = None
    key: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(c for c in self.columns if c.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns, in order."""
        return tuple(c.name for c in self.columns)
