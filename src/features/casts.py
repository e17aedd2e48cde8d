"""How values of a file become values of the contract's types, losing nothing."""

from leadline.features.contract_columns import Type

# What is no value, though it is there: blanks alone, and NaN. Few texts begin below "!", so that few are looked into.
# NaN is what is neither finite nor infinite: Parquet's statistics leave it out, and DuckDB, believing them, takes
# `= 'NaN'` and isnan() for false.
NUMBER = "CASE WHEN isfinite({x}) OR isinf({x}) THEN {x} END"
VALUES = {
    "VARCHAR": "CASE WHEN {x} >= '!' OR trim({x}, e' \\t\\r\\n') <> '' THEN {x} END",
    "FLOAT": NUMBER,
    "DOUBLE": NUMBER,
}

FAR = ":[0-9.]+ ?[+-](1[5-9]|[2-9][0-9])[:0-9]*$"  # an offset from UTC that no place on earth has

# From a family of DuckDB types to a type of the contract, as SQL over {x}; a pair not here is a wrong type.
CASTS: dict[tuple[str, Type], str] = {
    ("text", "text"): "CAST({x} AS VARCHAR)",
    ("whole", "text"): "CAST({x} AS VARCHAR)",
    ("boolean", "text"): "CAST({x} AS VARCHAR)",
    ("instant", "text"): "CAST({x} AS VARCHAR)",
    # pandas turns whole numbers with gaps into 12.0; as an id that is 12
    (
        "decimal",
        "text",
    ): "CASE WHEN {x} = TRY_CAST({x} AS BIGINT) THEN CAST(TRY_CAST({x} AS BIGINT) AS VARCHAR) "
    "ELSE CAST({x} AS VARCHAR) END",
    ("text", "instant"): f"CASE WHEN isfinite(TRY_CAST({{x}} AS TIMESTAMPTZ)) AND NOT regexp_matches({{x}}, '{FAR}') "
    "THEN TRY_CAST({x} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END",
    ("instant", "instant"): "CAST({x} AS TIMESTAMP)",
    ("coarse", "text"): "CAST({x} AS VARCHAR)",
    ("coarse", "instant"): "TRY_CAST({x} AS TIMESTAMP)",
    ("zoned", "instant"): "{x} AT TIME ZONE 'UTC'",
    ("text", "number"): "CASE WHEN isfinite(TRY_CAST({x} AS DOUBLE)) THEN TRY_CAST({x} AS DOUBLE) END",
    ("whole", "number"): "CAST({x} AS DOUBLE)",
    ("decimal", "number"): "CASE WHEN isfinite(CAST({x} AS DOUBLE)) THEN CAST({x} AS DOUBLE) END",
    ("text", "boolean"): "TRY_CAST({x} AS BOOLEAN)",
    ("whole", "boolean"): "CASE {x} WHEN 0 THEN false WHEN 1 THEN true END",
    ("boolean", "boolean"): "CAST({x} AS BOOLEAN)",
}

# The pairs in which something that was given may turn out to be no value of the type.
FALLIBLE = {
    ("text", "instant"),
    ("coarse", "instant"),
    ("text", "number"),
    ("text", "boolean"),
    ("decimal", "number"),
    ("whole", "boolean"),
}

_FAMILIES = {
    "VARCHAR": "text",
    "ENUM": "text",
    "UUID": "text",
    "FLOAT": "decimal",
    "DOUBLE": "decimal",
    "DECIMAL": "decimal",
    "DATE": "coarse",
    "TIMESTAMP_": "coarse",
    "TIMESTAMP": "instant",
    "BOOLEAN": "boolean",
}


def family(kind: str) -> str:
    """The family of a DuckDB type; 'other' for what the contract has no use for (lists, blobs, intervals)."""
    if kind.endswith("]"):
        return "other"
    if kind.endswith(("INT", "INTEGER")):
        return "whole"
    if kind.endswith("WITH TIME ZONE"):
        return "zoned"
    return next((name for start, name in _FAMILIES.items() if kind.startswith(start)), "other")
