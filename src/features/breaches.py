"""Every way a row can break the contract, in words and in SQL."""
# ruff: noqa: S608

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from leadline.features.contract_columns import EARLIEST, LATEST, Column, Table
from leadline.features.expressions import Mapped
from leadline.features.sql_text import literal, quoted

FORMS = {
    "text": "text",
    "instant": "2024-01-31 or 2024-01-31T08:00:00Z",
    "number": "a plain number such as 1234.5",
    "boolean": "true or false",
}


@dataclass(frozen=True)
class Breach:
    """One way to break the contract; `condition` is SQL over contract columns and "given NAME"; `shows`: the
    columns that make an example."""

    column: str
    reason: str
    condition: str
    mend: str
    shows: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """What a row is held against: now (naive UTC), the accounts there are (an SQL table), the actions."""

    now: datetime
    accounts: str | None = None
    actions: tuple[str, ...] | None = None


def breaches_of(table: Table, mapped: Iterable[Mapped], known: Known) -> tuple[Breach, ...]:
    """Every way a row of this table can break the contract, in the order of its columns."""
    given = [m for m in mapped if m.is_given]
    return tuple(b for m in given for b in (*_of_value(m, known), *_of_others(table, m, known)))


def _of_value(mapped: Mapped, known: Known) -> Iterator[Breach]:
    """Breaches that a column's own rules forbid."""
    c, x = mapped.column, mapped.name

    def breach(reason: str, condition: str, mend: str, *also: str) -> Breach:
        return Breach(c.name, reason, condition, mend, (c.name, *also))

    if mapped.fallible:
        lost = f"{mapped.alias} IS NOT NULL AND {x} IS NULL"
        yield breach(f"is no {c.type}, or not in its mapping", lost, f"write {FORMS[c.type]}, or list it under map")
    if c.required:
        yield breach("has no value", f"{x} IS NULL", "fill it in the export")
    if c.past:
        future = f"{x} > TIMESTAMP {literal(str(known.now))}"
        yield breach("lies in the future", future, "mend the clock or the time zone of the export")
    if c.type == "instant":
        range_ = f"TIMESTAMP {literal(EARLIEST)} AND TIMESTAMP {literal(f'{LATEST} 23:59:59.999999')}"
        mend = "write the date it was, leave it empty, or leave such rows out with exclude"
        yield breach(f"lies outside {EARLIEST} to {LATEST}", f"{x} NOT BETWEEN {range_}", mend)
    if not c.negative:
        yield breach("is negative", f"{x} < 0", "mend the sign, or leave such rows out with exclude")
    if c.type == "number":
        size = f"abs({x})" if c.negative else x
        yield breach(f"is above {c.at_most:g}", f"{size} > {c.at_most!r}", "mend it or its unit in the export")
    if c.not_before:
        yield breach(_early(c), f"{x} < {quoted(c.not_before)}", "mend one of the two in the export", c.not_before)
    if c.one_of:
        listed = ", ".join(map(literal, c.one_of))
        yield breach(f"is none of {', '.join(c.one_of)}", f"{x} NOT IN ({listed})", "list it under map")


def _early(column: Column) -> str:
    if column.name == "received_at":
        return "records a fact before it happened"
    return f"lies before {column.not_before}"


def _of_others(table: Table, mapped: Mapped, known: Known) -> Iterator[Breach]:
    """Breaches of what the other tables and the YAML say."""
    c, x = mapped.column, mapped.name
    if c.name == "account_id" and known.accounts and table.name != "accounts":
        unknown = f"{x} NOT IN (SELECT account_id FROM {known.accounts})"
        mend = "add the account, or leave such rows out with exclude"
        yield Breach(c.name, "is not among the accounts", unknown, mend, (c.name,))
    if c.name == "action" and known.actions is not None:
        unlisted = f"{x} NOT IN ({', '.join(map(literal, known.actions))})"
        mend = "list it under actions, or leave such rows out with exclude"
        yield Breach(c.name, "is not listed under actions", unlisted, mend, (c.name,))
