"""Shall a newly trained model replace the champion? By what both would have published in their forward tests."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from leadline.models.paired import Difference, differences
from leadline.models.promotion_words import WORDS
from leadline.models.rows import KEYS

# Draws of accounts that hold none of 5 are e^-5 = 0.7% of all, less than the 2.5% that an interval cuts off; of 3, 5%.
ENOUGH = 5
SAME = 1e-9  # chances closer than this are the same


@dataclass(frozen=True)
class Contender:
    """A version as the rule sees it.

    - `predictions`: account_id, as_of, observed and p, the chance it would have published (see `published`).
    - `recipe`: fingerprints of settings and code; `question`: what its outcome means.
    - `as_of`: the day until which it has learned; `leak`: the column its forward test suspects of a leak.
    - `forgotten`: which list of people and accounts was left out of what it learned from.
    - `missing`: columns it needs that are no longer built; `readable`: whether its files could be read.
    """

    predictions: pd.DataFrame
    recipe: tuple[str, ...]
    question: str
    as_of: str
    version: str = ""
    leak: str | None = None
    missing: tuple[str, ...] = ()
    readable: bool = True
    forgotten: str = ""


@dataclass(frozen=True)
class Decision:
    """Whether a training becomes champion; the rule that said so, by its key in WORDS, and why in a sentence."""

    promoted: bool
    rule: str
    sentence: str


@dataclass(frozen=True)
class Comparison:
    """New and old on the same rows; `apart` is the largest difference of two chances."""

    apart: float
    loss: Difference
    precision: Difference

    @property
    def same(self) -> bool:
        """Whether no chance differs."""
        return self.apart <= SAME

    @property
    def better(self) -> bool:
        """Whether log-loss is lower beyond chance."""
        return self.loss.high < 0

    @property
    def worse(self) -> bool:
        """Whether log-loss is higher, or average precision lower, beyond chance."""
        return not self.same and (self.loss.low > 0 or self.precision.high < 0)


def published(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """One outcome's predictions with the chance `p` that was published: the model's, or that of the rule `kind`."""
    column = "p" if kind == "model" else kind
    chances = rows[column] if column in rows else pd.Series(np.nan, index=rows.index)
    found = rows[[*KEYS, "observed"]].assign(p=chances)
    return found[found["p"].notna()].reset_index(drop=True)


def shared(new: pd.DataFrame, old: pd.DataFrame) -> pd.DataFrame:
    """The `published` rows that both hold, with p_new and p_old; what was observed is as the new one knows it."""
    rows = new.merge(old[[*KEYS, "p"]], on=KEYS, suffixes=("_new", "_old"), validate="one_to_one")
    return rows.sort_values(KEYS[::-1], kind="stable", ignore_index=True)


def compare(rows: pd.DataFrame, seed: int) -> Comparison:
    """Compare new and old on `shared` rows, of which there is at least one.

    Log-loss judges the chance itself, which is multiplied by money, and average precision the top of the list, which
    is acted on; the intervals are of the paired difference, whole accounts redrawn.
    """
    found = differences(rows, ("log_loss", "average_precision"), seed)
    apart = float((rows["p_new"] - rows["p_old"]).abs().max())
    return Comparison(apart, found["log_loss"], found["average_precision"])


def fewer_accounts(rows: pd.DataFrame) -> int:
    """How many accounts show the rarer of the two outcomes; accounts, for rows of the same one repeat one another."""
    return min(int(rows.loc[rows["observed"] == value, "account_id"].nunique()) for value in (0, 1))


def decide(new: Contender, champion: Contender | None, seed: int, language: str = "en") -> Decision:
    """Whether the new training becomes champion.

    It does where there is no champion, or one that is of no use today or was never tested. A new recipe must be better
    out of time: log-loss lower by the interval, and average precision not lower by its own. The champion's own recipe
    fitted anew, or one that gives the same chances, was tested already: it must only not be worse. Where too few
    accounts are shared to tell, the champion stays.
    """
    if champion is None:
        return _decision(True, "first", language)
    known = {
        "version": champion.version,
        "as_of": new.as_of,
        "enough": ENOUGH,
        "missing": len(champion.missing),
        "column": next(iter(champion.missing), new.leak),
    }
    rule = _useless(new, champion)
    if rule:
        return _decision(True, rule, language, **known)
    rows = shared(new.predictions, champion.predictions)
    fewer = fewer_accounts(rows)
    known |= {"rows": len(rows), "positives": rows["observed"].sum(), "fewer": fewer}
    if fewer < ENOUGH:
        return _decision(False, "incomparable", language, **known)
    found = compare(rows, seed)
    promoted, rule = _judged(found, new, champion)
    numbers = WORDS["numbers"][language].format(loss=found.loss, precision=found.precision, **known)
    return _decision(promoted, rule, language, **known, numbers=numbers)


def _useless(new: Contender, champion: Contender) -> str:
    """Why the champion cannot stay, whatever its forward test says; empty where it can."""
    if not champion.readable:
        return "unreadable"
    if champion.missing:
        return "missing"
    if champion.question != new.question:
        return "question"
    if champion.forgotten != new.forgotten:
        return "forgotten"
    if fewer_accounts(champion.predictions) >= ENOUGH:
        return ""
    tested = fewer_accounts(new.predictions) >= ENOUGH
    return "untested" if tested else "untested_refresh" if new.recipe == champion.recipe else ""


def _judged(found: Comparison, new: Contender, champion: Contender) -> tuple[bool, str]:
    """Whether to promote, and the rule, where both could be compared."""
    refreshed = new.recipe == champion.recipe
    if refreshed and found.worse:
        return False, "refresh_worse"
    if refreshed or found.same:
        return True, "refresh" if refreshed else "same"
    if new.leak and not champion.leak:
        return False, "leak"
    if found.worse:
        return False, "lower_precision" if found.better else "worse"
    return found.better, "better" if found.better else "not_better"


def _decision(promoted: bool, rule: str, language: str, **facts: object) -> Decision:
    heading = WORDS["promoted" if promoted else "stays"][language].format(**facts)
    return Decision(promoted, rule, heading + WORDS[rule][language].format(**facts))
