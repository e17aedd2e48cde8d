"""What makes an instant of a number or of a local time, and an amount of several numbers; as SQL."""

from leadline.features.sql_text import literal

# Seconds or milliseconds since 1970, counted in decimals, so that nothing is rounded before the microsecond.
EPOCHS = {
    unit: "TRY(make_timestamp(CAST(TRY_CAST(CAST({x} AS VARCHAR) AS DECIMAL(38, 9)) * " + factor + " AS BIGINT)))"
    for unit, factor in (("s", "1000000"), ("ms", "1000"))
}
SAYS_ITS_ZONE = literal(r":\d\d([.,]\d+)?\s*([Zz]|UTC|[+-]\d\d(:?\d\d)?)$")


def in_zone(x: str, local: str, kind: str, zone: str) -> str:
    """A local time in UTC; none where clocks were put forward over it. One that says its own zone keeps it."""
    if kind == "zoned":
        return local
    there = f"({local}) AT TIME ZONE {literal(zone)}"
    told = f"CASE WHEN ({there}) AT TIME ZONE {literal(zone)} = ({local}) THEN ({there}) AT TIME ZONE 'UTC' END"
    return f"CASE WHEN regexp_matches({x}, {SAYS_ITS_ZONE}) THEN {local} ELSE {told} END" if kind == "text" else told


def product(value: str, factors: list[str], times: int) -> str:
    """A value by some factors, then divided by the others at once; none where a factor is no number or it is by 0."""
    numbers = [f"TRY_CAST({factor} AS DOUBLE)" for factor in factors]
    over = " * ".join(["1", *numbers[times:]])
    made = f"({' * '.join([value, *numbers[:times]])}) / nullif({over}, 0)"
    return f"CASE WHEN isfinite({made}) THEN {made} END"
