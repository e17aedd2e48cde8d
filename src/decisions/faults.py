"""Modules at fault: those that fell for everybody, and accounts that have not come back since a module broke."""

from collections.abc import Iterable

import pandas as pd
from scipy.stats import poisson

from leadline.decisions.decline import deepest
from leadline.decisions.spell import Spell
from leadline.decisions.wording import Language, percent, say

FALL = 0.1
PRODUCT_FALL = 0.2
MANY_ACCOUNTS = 5
REMEMBERED = pd.Timedelta(weeks=52)
HALF = 0.5
WELL_BELOW = 0.6
BY_CHANCE = 0.2
DAYS = 28  # of a module's use looked at
LONG = pd.Timedelta(days=84)


def faults(modules: pd.DataFrame, spells: Iterable[Spell], as_of: pd.Timestamp, language: Language) -> pd.Series:
    """By account whose fall goes with a module at fault, a sentence that says which; what broke for all goes first.

    `modules` are the module_declines of `as_of` and of earlier dates, of which the latest before each fault is used.
    """
    broken = [s for s in spells if s.kind == "product" and as_of - REMEMBERED <= s.began < as_of]
    lost = [spell.module for spell in spells if spell.kind == "data" and spell.touches(as_of, DAYS)]
    now = modules[modules["as_of"] == as_of]
    found = [_fallen_for_all(now[~now["module"].isin(lost)], language)]
    found += [
        _not_back(modules, spell, as_of, language) for spell in sorted(broken, key=lambda s: s.began, reverse=True)
    ]
    sentences = pd.concat(found)
    return sentences[~sentences.index.duplicated()]


def _fallen_for_all(now: pd.DataFrame, language: Language) -> pd.Series:
    """Accounts whose deepest falling module is at fault.

    A module is at fault when its median fall, over 5 accounts or more, is at least 20 points deeper than the median of
    the other modules: what all modules share is the market, and with one module nothing can be told.
    """
    known = now.dropna(subset=["decline"])
    falls = known.groupby("module")["decline"].agg(median="median", accounts="size")
    others = pd.Series({m: falls["median"].drop(m).median() for m in falls.index}, dtype=float)
    at_fault = falls[(falls["median"] - others >= PRODUCT_FALL) & (falls["accounts"] >= MANY_ACCOUNTS)]
    hit = deepest(known[known["decline"] >= FALL], "module").join(at_fault, on="module", how="inner")
    said = [
        say("product", language, module=module, accounts=accounts, by=percent(median))
        for module, accounts, median in zip(hit["module"], hit["accounts"], hit["median"], strict=True)
    ]
    return pd.Series(said, index=hit.index, dtype="str")


def _not_back(modules: pd.DataFrame, fault: Spell, as_of: pd.Timestamp, language: Language) -> pd.Series:
    """Accounts whose use of a module that was at fault is still far below what it was before.

    Before = the 84 days up to the latest of the dates before the fault; now = the last 84 days where all of them lie
    after it, else the last 28. Half or less is left of this module; that is no more than 60% of what is left of the
    account's others; and had it fared as the others did, so little use would come about by chance (Poisson) less than
    one time in five.
    """
    table = _against_before(modules, fault, as_of)
    own = table[table["module"] == fault.module].set_index("account_id")
    rest = table[table["module"] != fault.module].groupby("account_id")[["usual", "events"]].sum().reindex(own.index)
    left, left_of_rest = own["events"] / own["usual"], rest["events"] / rest["usual"]
    by_chance = poisson.cdf(own["events"], own["usual"] * left_of_rest)
    hit = (left <= HALF) & (left <= WELL_BELOW * left_of_rest) & (by_chance < BY_CHANCE)
    words = {"module": fault.module, "first": f"{fault.first_day:%Y-%m-%d}", "last": f"{fault.last_day:%Y-%m-%d}"}
    said = [say("product_since", language, by=percent(1 - share), **words) for share in left[hit]]
    return pd.Series(said, index=own.index[hit], dtype="str")


def _against_before(modules: pd.DataFrame, fault: Spell, as_of: pd.Timestamp) -> pd.DataFrame:
    """account_id, module, events now, and usual: those to expect of as many days by what was before the fault."""
    dates, long = modules["as_of"], as_of - LONG >= fault.ended
    whole = modules[["account_id", "module"]].assign(events=modules["events"] + 2 * modules["before"])
    before = whole[dates == dates[dates <= fault.began].max()].rename(columns={"events": "usual"})
    now = whole[dates == as_of] if long else modules.loc[dates == as_of, ["account_id", "module", "events"]]
    table = before.assign(usual=before["usual"] / (1 if long else 3))
    return table.merge(now, on=["account_id", "module"], how="left").fillna({"events": 0})
