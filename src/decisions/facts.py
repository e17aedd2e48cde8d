"""What the sentences of plays may say of an account, in words."""

from collections.abc import Hashable
from typing import Any

import pandas as pd
from babel.dates import format_date

from leadline.decisions.decline import deepest
from leadline.decisions.wording import Language, money, named, percent, say
from leadline.experiment import Experiment

Facts = dict[str, str]
Row = dict[Hashable, Any]

FALL = 0.1
COUNTS = {
    "people": "active_users_28",
    "seats": "seats",
    "modules": "modules_used_28",
    "open_tickets": "open_tickets",
    "last_nps": "last_nps",
}


def account_facts(
    table: pd.DataFrame,
    context: pd.DataFrame,
    snapshots: pd.DataFrame,
    declines: pd.DataFrame,
    experiment: Experiment,
) -> dict[str, Facts]:
    """The facts of each account of a list by account_id, each by the placeholder it fills; unknown ones have no key.

    `table` is the list with its scores and reasons; context, snapshots and declines are of its as-of date. A count of
    0 is left out too, for no sentence is about nothing. `fall` is the deepest fall beyond peers of those by a tenth or
    more of the account's own past.
    """
    beside = context[["account_id", "term_end"]].merge(snapshots, on="account_id", how="left")
    rows = table[["account_id"]].merge(beside.drop(columns="as_of", errors="ignore"), on="account_id", how="left")
    fallen = declines[declines["own"] >= FALL].dropna(subset=["decline"])
    falls = deepest(fallen, "indicator").to_dict("index")
    of_list = zip(table.to_dict("records"), rows.to_dict("records"), strict=True)
    return {
        row["account_id"]: {
            **_standing(row, experiment),
            **_term(row["as_of"], other["term_end"], experiment.language),
            **{name: f"{other[c]:.0f}" for name, c in COUNTS.items() if other.get(c, 0) > 0},
            **_said("fall", _fall(falls.get(row["account_id"]), experiment.language)),
        }
        for row, other in of_list
    }


def _standing(row: Row, experiment: Experiment) -> Facts:
    """Who it is, what is at stake, and the reasons of its score."""
    language, currency = experiment.language, experiment.value.currency
    found = _said("name", row["name"]) | _said("csm", row["csm"]) | {"stage": stage_name(row["stage"], language)}
    for i in (1, 2, 3):
        found |= _said(f"reason_{i}", row[f"driver_{i}_sentence"])
    for name in ("arr", "expected_loss"):
        if row.get(name, 0) > 0:
            found[name] = money(row[name], currency, language)
    return found | ({"risk": percent(row["p_churn"])} if pd.notna(row["p_churn"]) else {})


def _term(as_of: pd.Timestamp, end: pd.Timestamp, language: Language) -> Facts:
    """When the term ends, where that lies ahead."""
    if pd.isna(end) or end <= as_of:
        return {}
    day = str(format_date(end.date(), format="long", locale=language))
    return {"term_end": day, "days_to_term_end": str((end - as_of).days)}


def _fall(fall: Row | None, language: Language) -> str:
    if fall is None:
        return ""
    return say("fall", language, indicator=named(str(fall["indicator"]), language), by=percent(fall["own"]))


def _said(name: str, text: Any) -> Facts:
    """A text under its name; nothing where it is missing or empty."""
    return {name: str(text)} if pd.notna(text) and str(text).strip() else {}


def stage_name(stage: object, language: Language) -> str:
    """A lifecycle stage as a word."""
    return say(f"stage.{stage}", language)
