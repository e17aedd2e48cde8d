"""Rows that repeat the key of another: of each key the row that was known first stays."""
# ruff: noqa: S608

from dataclasses import replace
from typing import Any

from leadline.features.candidate import Candidate, example
from leadline.features.scan import keep, readable, rows_of
from leadline.features.sql_text import instant

ONCE = "export each row once"


def without_repeats(candidate: Candidate, good: str) -> tuple[str, list[tuple[Any, ...]]]:
    """Keep one row of each key: the first known, then by time and every column, whatever the order of the file."""
    table, where = candidate.table, candidate.source.where
    if not table.key or not all(m.is_given for m in candidate.mapped if m.column.name in table.key):
        return good, []
    keys, columns = ", ".join(table.key), ", ".join(table.names)
    counted = f"SELECT {keys}, count(*) AS rows FROM ({good}) WHERE {table.key[-1]} IS NOT NULL GROUP BY ALL"
    with readable(where):
        repeated = keep(f"{counted} HAVING count(*) > 1 ORDER BY ALL", "repeated")
    rows = rows_of(f"SELECT {keys}, (sum(rows - 1) OVER ())::BIGINT FROM {repeated} LIMIT 1", where)
    if not rows:
        return good, []
    ranked = f"row_number() OVER (PARTITION BY {keys} ORDER BY {candidate.known}, {table.time}, {columns})"
    several = f"SELECT {columns} FROM ({good}) SEMI JOIN {repeated} USING ({keys})"
    with readable(where):
        first = keep(f"{several} QUALIFY {ranked} = 1", "first")
    *key, extra = rows[0]
    reason = f"is repeated (of each {table.key[-1]} the first row stays)"
    repeat = (table.name, table.key[-1], reason, extra, example(table.key, tuple(key)), ONCE)
    others = f"SELECT {columns} FROM ({good}) ANTI JOIN {repeated} USING ({keys})"
    return f"{others} UNION ALL FROM {first}", [repeat]


def without_known(candidate: Candidate, good: str) -> tuple[str, list[tuple[Any, ...]]]:
    """Leave out rows whose key an earlier row had, which is not read again.

    Keys are compared as given where the contract only casts them: that is quicker, of a hundred million numbers.
    """
    table, where = candidate.table, candidate.source.where
    if candidate.since is None or not all(m.is_given for m in candidate.mapped if m.column.name in table.key):
        return good, []
    key = table.key[-1]
    given = next(m for m in candidate.mapped if m.column.name == key)
    compared = given.alias if given.is_cast else given.name
    everything = replace(candidate, later="").sql
    earlier = f"FROM ({everything}) SEMI JOIN {candidate.later} USING ({compared})"
    before = f"{candidate.known} < {instant(candidate.since)}"
    with readable(where):
        known = keep(f"SELECT DISTINCT {key} {earlier} WHERE {before}", "known")
    counted = f"SELECT {key}, count(*) OVER () FROM ({good}) SEMI JOIN {known} USING ({key})"
    rows = rows_of(f"{counted} ORDER BY 1 LIMIT 1", where)
    if not rows:
        return good, []
    reason = f"is repeated (of each {key} the first row stays)"
    repeat = (table.name, key, reason, rows[0][1], example((key,), rows[0][:1]), ONCE)
    return f"SELECT * FROM ({good}) ANTI JOIN {known} USING ({key})", [repeat]
