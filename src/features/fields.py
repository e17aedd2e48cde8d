"""Fields inside fields: dotted names that lead into JSON, and lists of which each element is a row."""
# ruff: noqa: S608

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from leadline.features.scan import Scan, near_miss, rows_of
from leadline.features.sql_text import literal, quoted
from leadline.problem import Problem

LOOKED_AT = 10_000  # rows in which the names that a file has are looked for
ELEMENT = quoted("element of the list")
HOLDERS = ("VARCHAR", "JSON", "STRUCT", "MAP")

Documents = dict[tuple[str, ...], str]


def steps(name: str) -> tuple[str, ...]:
    """A dotted name in parts; double quotes hold a part together that has dots of its own."""
    return tuple(held or bare for held, bare in re.findall(r'"([^"]+)"|([^."]+)', name))


def holder(name: str) -> str:
    """The first part of a dotted name: the column, or the field of a row, that holds the others."""
    return next(iter(steps(name)), name)


def with_fields(source: Scan, names: Iterable[str], each: str | None = None) -> Scan:
    """The same with the fields that names lead to as columns of text; with `each`, a row for each element of a list.

    Names that lead nowhere stay out; a Problem where `each` is one of them.
    """
    documents = _documents(source)
    if each:
        source, documents = _by_element(source, documents, each)
    wanted = sorted(name for name in set(names) if name not in source.types)
    places = {name: place for name in wanted if (place := _place(name, documents))}
    there = _there(source, places)
    source = replace(source, beside=_names(source)) if source.document else source
    return _extracted(source, {name: places[name] for name in there})


def _documents(source: Scan) -> Documents:
    """Where fields may lie inside others, with its SQL: the whole row of a JSON file, or columns of a table."""
    if source.document:
        return {(): source.document}
    holders = (name for name, kind in source.types.items() if kind.startswith(HOLDERS) or kind.endswith("]"))
    return {(name,): _as_json(quoted(name), source.types[name]) for name in holders}


def _as_json(x: str, kind: str) -> str:
    return f"CAST(nullif({x}, '') AS JSON)" if kind == "VARCHAR" else f"to_json({x})"


def _place(name: str, documents: Documents) -> tuple[str, str] | None:
    """The document that holds a field, and the JSON pointer to it (RFC 6901); the longest name that fits wins."""
    path = steps(name)
    start = max((start for start in documents if path[: len(start)] == start), key=len, default=None)
    return None if start is None else (documents[start], _pointer(path[len(start) :]))


def _pointer(path: Iterable[str]) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path) or "$"


def _by_element(source: Scan, documents: Documents, each: str) -> tuple[Scan, Documents]:
    """A row for each element of a list, beside what the row that holds it has."""
    place = _place(each, documents)
    if place is None or not _there(source, {each: place}):
        names = (*source.types, *_names(source))
        raise Problem(f"{source.where} has no list {each}{near_miss(each, names)}; mend each in its YAML.")
    element = f"unnest(CAST(json_extract({place[0]}, {literal(place[1])}) AS JSON[])) AS {ELEMENT}"
    exploded = replace(source, sql=f"(SELECT *, {element} FROM {source.sql})")
    return exploded, {**documents, steps(each): ELEMENT}


def _there(source: Scan, places: dict[str, tuple[str, str]]) -> list[str]:
    """The names that lead somewhere in any row, all of them where there is none; the first rows tell most, and only for
    the others all are read."""
    found: list[str] = []
    for rows in (f"(FROM {source.sql} LIMIT {LOOKED_AT})", source.sql):
        missing = [name for name in places if name not in found]
        if missing:
            has = ", ".join(f"bool_or(json_exists({d}, {literal(p)}))" for d, p in map(places.__getitem__, missing))
            any_row, *answers = rows_of(f"SELECT count(*) > 0, {has} FROM {rows}", source.where)[0]
            if not any_row:
                return missing
            found += [name for name, is_there in zip(missing, answers, strict=True) if is_there]
    return found


def _extracted(source: Scan, places: dict[str, tuple[str, str]]) -> Scan:
    """The source with fields as columns; those of one document in one go, for each reading parses it anew."""
    if not places:
        return source
    held: dict[str, list[tuple[str, str]]] = {}
    for name, (document, pointer) in places.items():
        held.setdefault(document, []).append((name, pointer))
    lists, columns = [], [quoted(name) for name in source.types]
    for number, (document, fields) in enumerate(held.items()):
        pointers = ", ".join(literal(pointer) for _, pointer in fields)
        lists.append(f", json_extract_string({document}, [{pointers}]) AS {quoted(f'fields {number}')}")
        columns += [f"{quoted(f'fields {number}')}[{i}] AS {quoted(name)}" for i, (name, _) in enumerate(fields, 1)]
    sql = f"(SELECT {', '.join(columns)} FROM (SELECT *{''.join(lists)} FROM {source.sql}))"
    return replace(source, sql=sql, types=source.types | dict.fromkeys(places, "VARCHAR"))


def _names(source: Scan) -> tuple[str, ...]:
    """The dotted names that the first rows of a JSON file have."""
    if not source.document:
        return ()
    structure = f"SELECT json_group_structure({source.document}) FROM (FROM {source.sql} LIMIT {LOOKED_AT})"
    found = rows_of(structure, source.where)[0][0]
    return tuple(_leaves(json.loads(found))) if found else ()


def _leaves(structure: Any, start: str = "") -> Iterator[str]:
    if not isinstance(structure, dict):
        yield from [start] if start else []
        return
    for key, inside in structure.items():
        part = f'"{key}"' if "." in key else key
        yield from _leaves(inside, f"{start}.{part}" if start else part)
