"""What a file says for one cell of a mapping, in SQL; names and values of the YAML are always quoted."""
# ruff: noqa: S608

from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

from leadline.features.casts import VALUES
from leadline.features.fields import with_fields
from leadline.features.mapping import Cell, Lookup
from leadline.features.scan import Scan, keep, near_miss, rows_of, scan
from leadline.features.sql_text import literal, quoted
from leadline.problem import Problem, shown

NOTHING = "NULL"


def origin(cell: Cell, source: Scan, folder: Path) -> tuple[str, str]:
    """What the file says before any change, with its DuckDB type; blanks alone and NaN are no values."""
    given, kind = _given(cell, source, folder)
    if cell.none:
        nothing = ", ".join(typed(cell.none, kind, source))
        given = f"CASE WHEN {given} NOT IN ({nothing}) THEN {given} END"
    if cell.only:
        told = (is_one_of(name, values, source) for name, values in cell.only.items())
        given = f"CASE WHEN {' AND '.join(told)} THEN {given} END"
    return given, kind


def _given(cell: Cell, source: Scan, folder: Path) -> tuple[str, str]:
    if cell.constant is not None:
        return literal(cell.constant), "VARCHAR"
    if cell.first:
        return _first(cell, source, folder)
    names = cell.join or (str(cell.column),)
    if cell.optional and any(name not in source.types for name in names):
        return NOTHING, "VARCHAR"
    kinds = [kind_of(name, source) for name in names]
    if cell.join:
        parts = (f"CAST({quoted(name)} AS VARCHAR)" for name in names)
        return f" || {literal(cell.between)} || ".join(parts), "VARCHAR"
    name, kind = quoted(names[0]), kinds[0]
    if kind.startswith("ENUM"):
        name, kind = f"CAST({name} AS VARCHAR)", "VARCHAR"
    return filled(name, kind), kind


def filled(x: str, kind: str) -> str:
    """A value, or none where it is blanks alone or NaN."""
    return VALUES.get(kind, "{x}").format(x=x)


def _first(cell: Cell, source: Scan, folder: Path) -> tuple[str, str]:
    """The first part that has a value; columns that the file lacks are passed over, unless it lacks all of them."""
    there = [part for part in cell.first if all(name in source.types for name in part.reads)]
    if not there:
        if not cell.optional:
            kind_of(next(name for name in cell.first[0].reads if name not in source.types), source)
        return NOTHING, "VARCHAR"
    parts = [part_of(part, source, folder) for part in there]
    kinds = {kind for _, kind in parts}
    if len(kinds) == 1:
        return f"coalesce({', '.join(sql for sql, _ in parts)})", kinds.pop()
    return f"coalesce({', '.join(f'CAST({sql} AS VARCHAR)' for sql, _ in parts)})", "VARCHAR"


def part_of(cell: Cell, source: Scan, folder: Path) -> tuple[str, str]:
    """What the file says for a cell inside another, with the changes made to it, and its type."""
    given, kind = origin(cell, source, folder)
    changed = change(given, kind, cell, source, folder)
    return (changed, "VARCHAR") if changed else (given, kind)


def kind_of(name: str, source: Scan) -> str:
    """The type of a source column; a Problem where there is none of that name."""
    if name not in source.types:
        there = f"there is {shown(', '.join(source.names), 400)}"
        raise Problem(f"{source.where} has no column {name}{near_miss(name, source.names)}; {there}: mend its YAML.")
    return source.types[name]


def is_one_of(name: str, values: tuple[str | None, ...], source: Scan, x: str = "") -> str:
    """Whether a source column (or what stands for it) has one of the values; None among them is no value."""
    kind = kind_of(name, source)
    x = filled(x or quoted(name), kind)
    listed = typed([v for v in values if v is not None], kind, source, name)
    told = [*([f"{x} IN ({', '.join(listed)})"] if listed else []), *([f"{x} IS NULL"] if None in values else [])]
    return f"coalesce({' OR '.join(told) or 'false'}, false)"


def typed(values: Iterable[str], kind: str, source: Scan, name: str = "a column") -> list[str]:
    """Values of the YAML in the type of the column they are compared with; a Problem where one cannot be."""
    texts = [literal(v) for v in values]
    listed = f"SELECT unnest([{', '.join(texts)}]) AS v"
    for (value,) in rows_of(f"SELECT v FROM ({listed}) WHERE TRY_CAST(v AS {kind}) IS NULL", source.where):
        raise Problem(f"{source.where}: {name} is {kind} and can never be '{value}'; mend its YAML.")
    return [f"CAST({text} AS {kind})" for text in texts]


def change(x: str, kind: str, cell: Cell, source: Scan, folder: Path, named: Callable[[str], str] = str) -> str | None:
    """The text that a lookup, a map or both make of a value, each as `named` writes it; None if there is neither."""
    if not (cell.lookup or cell.map):
        return None
    meanings = _looked_up(cell.lookup, kind, folder) if cell.lookup else cell.map
    if cell.lookup and cell.map:
        meanings = {key: cell.map[value] for key, value in meanings.items() if value in cell.map}
    meanings = {named(key): named(value) for key, value in meanings.items()}
    found = _meaning(x, typed(meanings, kind, source, str(cell.column)), list(map(literal, meanings.values())))
    if cell.otherwise is None:
        return found
    return f"CASE WHEN {x} IS NOT NULL THEN coalesce({found}, {literal(named(cell.otherwise))}) END"


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
    source = with_fields(scan(folder, lookup.file, lookup.table), (lookup.key, lookup.value))
    for name in (lookup.key, lookup.value):
        kind_of(name, source)
    key, value = (f"CAST({quoted(n)} AS VARCHAR)" for n in (lookup.key, lookup.value))
    usable = f"TRY_CAST({key} AS {kind}) IS NOT NULL"
    asked = f"SELECT DISTINCT {key}, {value} FROM {source.sql} WHERE {usable} ORDER BY ALL"
    rows = rows_of(asked, source.where)
    repeated = [k for (k, _), (after, _) in pairwise(rows) if k == after]
    if repeated:
        raise Problem(f"{source.where} gives {lookup.key} {repeated[0]} two meanings; keep one row for each.")
    return {k: v for k, v in rows if v is not None}
