"""Whose fall it is: the market's, the product's or the account's own."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from leadline.decisions.decline import deepest
from leadline.decisions.faults import faults
from leadline.decisions.key_people import COLUMNS, gone, silent
from leadline.decisions.spell import Spell
from leadline.decisions.wording import Language, joined, named, say

FALL = 0.1


def _no_modules() -> pd.DataFrame:
    texts = {"account_id": "str", "module": "str", "as_of": "datetime64[us]"}
    return pd.DataFrame(columns=[*texts, "events", "before", "decline"]).astype(texts)


def _nobody() -> pd.DataFrame:
    return pd.DataFrame(columns=COLUMNS, dtype=float).astype({"account_id": "str", "as_of": "datetime64[us]"})


@dataclass(frozen=True)
class Evidence:
    """What tells causes apart; what is not given tells nothing.

    modules, people: module_declines and snapshots of the as-of date and of earlier dates, every four weeks or oftener
    over the last year. spells: those known by then.
    """

    modules: pd.DataFrame = field(default_factory=_no_modules)
    people: pd.DataFrame = field(default_factory=_nobody)
    spells: tuple[Spell, ...] = ()


def causes(declines: pd.DataFrame, evidence: Evidence | None = None, language: Language = "en") -> pd.DataFrame:
    """The cause of each account's fall: account_id, cause (business, product, unknown), cause_because.

    In this order, for what is on record weighs more than what is likely:

    - one of its admins, executives or champions left, and nobody took the place: business;
    - its deepest falling module fell for everybody, or has not come back to it since it was at fault: product;
    - no watched indicator fell by 10% or more of its own past: unknown;
    - of those that did, its peers (see `decline`) fell as much, within 10 points, in the one that fell most beyond
      them: unknown, market said;
    - otherwise the fall is its own: business, with what is known of its key people.
    """
    given, as_of = evidence or Evidence(), declines["as_of"].max()
    fallen = declines[declines["own"] >= FALL].dropna(subset=["decline"])
    worst = deepest(fallen, "indicator").to_dict("index")
    left, quiet = (told(given.people, as_of, language).to_dict() for told in (gone, silent))
    broken = faults(given.modules, given.spells, as_of, language).to_dict()
    rows = []
    for account in sorted(declines["account_id"].unique()):
        known = [("business", left.get(account)), ("product", broken.get(account))]
        told = next(((cause, said) for cause, said in known if said), None)
        rows.append((account, *(told or _by_fall(worst.get(account), quiet.get(account, ""), language))))
    return pd.DataFrame(rows, columns=["account_id", "cause", "cause_because"], dtype="str")


def _by_fall(fall: dict[Hashable, Any] | None, silence: str, language: Language) -> tuple[str, str]:
    if fall is None:
        return "unknown", say("no_fall", language)
    indicator = named(fall["indicator"], language)
    if fall["decline"] < FALL:
        return "unknown", say("market", language, indicator=indicator)
    return "business", joined([say("business", language, indicator=indicator), silence], language)
