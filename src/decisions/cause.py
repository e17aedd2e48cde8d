"""Whose fall it is: the market's, the product's or the account's own."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from leadline.decisions.decline import deepest
from leadline.decisions.wording import Language, named, percent, say

Row = dict[Hashable, Any]

FALL = 0.1
PRODUCT_FALL = 0.2
MANY_ACCOUNTS = 5


def causes(declines: pd.DataFrame, modules: pd.DataFrame | None = None, language: Language = "en") -> pd.DataFrame:
    """The cause of each account's fall: account_id, cause (business, product, unknown), cause_because.

    Looked at is the indicator that fell most beyond peers, of those that fell by 10% or more of their own
    past. None: unknown. The account's deepest falling module fell for everybody: product. Its peers fell as
    much, within 10 points: unknown, market said. Otherwise the fall is its own: business. `modules`
    (account_id, module, decline: an account's fall in a module) is optional; without it no fall is put down
    to the product.
    """
    fallen = declines[declines["own"] >= FALL].dropna(subset=["decline"])
    worst = deepest(fallen, "indicator").to_dict("index")
    faults = _product_faults(modules).to_dict("index")
    rows = [
        (account, *_cause(worst.get(account), faults.get(account), language))
        for account in sorted(declines["account_id"].unique())
    ]
    return pd.DataFrame(rows, columns=["account_id", "cause", "cause_because"], dtype="str")


def _cause(fall: Row | None, fault: Row | None, language: Language) -> tuple[str, str]:
    if fall is None:
        return "unknown", say("no_fall", language)
    if fault is not None:
        words = {"module": fault["module"], "accounts": fault["accounts"], "by": percent(fault["median"])}
        return "product", say("product", language, **words)
    indicator = named(fall["indicator"], language)
    if fall["decline"] < FALL:
        return "unknown", say("market", language, indicator=indicator)
    return "business", say("business", language, indicator=indicator)


def _product_faults(modules: pd.DataFrame | None) -> pd.DataFrame:
    """Accounts whose deepest falling module is at fault, with the module, its median fall and its accounts.

    A module is at fault when its median fall, over 5 accounts or more, is at least 20 points deeper than the
    median of the other modules: what all modules share is the market, and with one module nothing can be
    told.
    """
    if modules is None:
        return pd.DataFrame(columns=["module", "median", "accounts"])
    known = modules.dropna(subset=["decline"])
    falls = known.groupby("module")["decline"].agg(median="median", accounts="size")
    others = pd.Series({m: falls["median"].drop(m).median() for m in falls.index}, dtype=float)
    at_fault = falls[(falls["median"] - others >= PRODUCT_FALL) & (falls["accounts"] >= MANY_ACCOUNTS)]
    return deepest(known[known["decline"] >= FALL], "module").join(at_fault, on="module", how="inner")
