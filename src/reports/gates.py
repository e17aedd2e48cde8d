"""The gates before publishing, in words: what each found, where, since when, and which are near their limit."""

from typing import Any

import pandas as pd

from leadline.reports.blocks import Block, Folded, Table, Text
from leadline.reports.voice import Voice

NEAR = 0.5  # strain from which a gate that was passed is warned of
DAYS, NUMBERS = ("freshness",), ("scores",)  # all other gates are shares


def gates_behind(gates: pd.DataFrame | None, say: Voice) -> list[Block]:
    """A sentence for each gate that is near its limit, and all of them in a table; nothing where none were asked."""
    if gates is None or gates.empty:
        return []
    told = [sentence(row, say) for row in near(gates).to_dict("records")]
    said = [Text(say("gates.near", len(told), what="; ".join(told)))] if told else []
    head = [say(f"gates.{name}") for name in ("gate", "place", "value", "limit")]
    rows = [[say(f"gates.name.{row['gate']}"), row["place"], *measured(row, say)] for row in gates.to_dict("records")]
    return [*said, Folded(say("gates.all", len(rows)), Table(head, rows, frozenset({0, 1})))]


def near(gates: pd.DataFrame) -> pd.DataFrame:
    """The gates that were passed, yet are near their limit."""
    return gates[gates["passed"] & (gates["strain"] > NEAR)]


def sentence(row: dict[Any, Any], say: Voice) -> str:
    """What one gate found, where, beside its limit, and since when it has been beyond it."""
    value, limit = measured(row, say)
    found = say(f"gates.found.{row['gate']}", place=row["place"], value=value, limit=limit)
    return found if pd.isna(row["since"]) else say("gates.since", found=found, date=say.day(row["since"]))


def measured(row: dict[Any, Any], say: Voice) -> tuple[str, str]:
    """A gate's value and its limit, in its unit."""
    if row["gate"] in DAYS:
        return say("days", round(row["value"])), say("days", round(row["limit"]))
    if row["gate"] in NUMBERS:
        return say.number(row["value"]), say.number(row["limit"])
    return say.percent(row["value"]), say.percent(row["limit"])
