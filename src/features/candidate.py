"""A table before inspection: its contract, its file, its columns in SQL."""
# ruff: noqa: S608

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from leadline.features.contract_columns import Table
from leadline.features.expressions import NONE_LEFT_OUT, Mapped
from leadline.features.scan import Scan, keep, readable
from leadline.features.sql_text import instant, quoted
from leadline.problem import shown

LEFT_OUT = quoted("left out")


@dataclass(frozen=True)
class Candidate:
    """A table before inspection: its contract, its file, its columns and which rows are left out in SQL.

    Rows are left out by what the file says of them, and by `forgotten`, a condition over the columns of the contract.

    With `since`, only the rows known from that instant on, which the table `later` holds; a row that does not say when
    is always read.
    """

    table: Table
    source: Scan
    mapped: tuple[Mapped, ...]
    left_out: str = NONE_LEFT_OUT
    forgotten: str = ""
    since: datetime | None = None
    later: str = ""

    @property
    def sql(self) -> str:
        """Every row in contract columns, with what was given beside."""
        if self.later:
            return f"SELECT * FROM {self.later}"
        given = named([*(pair for m in self.mapped for pair in m.read), (self.left_out, LEFT_OUT)])
        every = f"SELECT *, {self.values(self.mapped)} FROM (SELECT {given} FROM {self.source.sql})"
        if not self.forgotten:
            return every
        return f"SELECT * REPLACE ({LEFT_OUT} OR {self.forgotten} AS {LEFT_OUT}) FROM ({every})"

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
        return named((m.value, m.name) for m in mapped)

    @property
    def judged_by_value(self) -> tuple[Mapped, ...]:
        """Columns of few values, judged once a value instead of once a row."""
        texts = (m for m in self.mapped if m.is_given and m.column.type == "text")
        return tuple(m for m in texts if m.fallible or m.column.one_of or m.column.name in ("account_id", "action"))


def named(pairs: Iterable[tuple[str, str]]) -> str:
    """SQL expressions, each with its name."""
    return ", ".join(f"{sql} AS {name}" for sql, name in pairs)


def example(names: Iterable[str], row: tuple[Any, ...]) -> str:
    """Columns of a row and what was given for them, for a person to look up."""
    return ", ".join(f"{n}={'(empty)' if v is None else shown(v)}" for n, v in zip(names, row, strict=True))
