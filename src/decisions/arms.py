"""Who is left alone, at random, to learn what would have happened: drawn at the first listing, and never again."""

from hashlib import sha256
from math import floor
from typing import Literal

import pandas as pd

Arm = Literal["treat", "holdout"]
BLOCK = 10  # places of a stratum among which the holdouts of a block are drawn
COLUMNS = {
    "account_id": "str", "listed_as_of": "datetime64[us]", "arm": "str", "exempt": "bool", "stratum": "str",
    "number": "int64", "share": "float64", "play": "str", "cause": "str", "tier": "str", "stage": "str",
}  # fmt: skip


def even(*names: str) -> float:
    """A number in [0, 1), even over names, that hangs on nothing but them."""
    return int.from_bytes(sha256("\0".join(names).encode()).digest()[:8], "big") / 2**64


def nobody() -> pd.DataFrame:
    """Arms of no account.

    account_id; listed_as_of (first); arm; exempt (treated for its tier, and no part of the trial); stratum; number
    (place within its stratum, from 0; -1 where the arm was not drawn here); share (held out when it was drawn);
    play, cause, tier and stage as first listed.
    """
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in COLUMNS.items()})


def with_told(drawn: pd.DataFrame, interventions: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The arms drawn so far, and those of accounts that only the table of interventions knows as listed by then."""
    told = interventions[interventions["listed_as_of"] < as_of].dropna(subset=["arm"])
    told = told[~told["account_id"].isin(drawn["account_id"])]
    first = told.sort_values(["listed_as_of", "account_id"], kind="stable").drop_duplicates("account_id")
    rows = first[["account_id", "listed_as_of", "arm"]].assign(
        exempt=False, stratum="told", number=-1, share=float("nan"), play="", cause="", tier="", stage=""
    )
    return _all(drawn, rows)


def compared(arms: pd.DataFrame) -> pd.DataFrame:
    """The accounts whose arms may be compared (rows with listed_as_of, exempt and share; NaN: told, not drawn here).

    Those drawn while some were held out; and those told of lists before any such draw: told ones of later lists are the
    team's own. Exempt accounts never may.
    """
    drawing = ~arms["exempt"] & (arms["share"] > 0)
    later = arms["listed_as_of"] >= arms.loc[drawing, "listed_as_of"].min()
    told = ~arms["exempt"] & arms["share"].isna() & ~later
    return arms[drawing | told]


def drawn(
    before: pd.DataFrame, listed: pd.DataFrame, experiment: str, holdout_share: float, exempt_tiers: tuple[str, ...]
) -> pd.DataFrame:
    """The arms of all accounts listed so far: those of `before`, and of accounts listed for the first time.

    `listed`: account_id, as_of, play, cause, tier, stage. Accounts of one stratum (tier x stage at the first listing)
    take places in it, those of one week in the order of a hash of experiment and account. Of every 10 places so many
    are holdouts as bring the stratum nearest to the share, and a hash of experiment, stratum and block says which:
    permuted blocks (Zelen, 1974, "The randomization and stratification of patients to clinical trials").
    """
    new = listed[~listed["account_id"].isin(before["account_id"])].reset_index(drop=True)
    new = new.assign(
        exempt=new["tier"].isin(exempt_tiers),
        turn=[even(experiment, "account", account) for account in new["account_id"]],
        stratum="tier=" + new["tier"].fillna("none") + ", stage=" + new["stage"].fillna("none"),
    ).sort_values(["stratum", "turn"], kind="stable")
    taken = before.loc[before["number"] >= 0, "stratum"].value_counts()
    number = new["stratum"].map(taken).fillna(0).astype("int64") + new[~new["exempt"]].groupby("stratum").cumcount()
    new = new.assign(number=number.fillna(-1).astype("int64"), listed_as_of=new["as_of"])
    places = zip(new["stratum"], new["number"], strict=True)
    arms = pd.Series([arm_of(experiment, *place, holdout_share) for place in places], index=new.index, dtype="str")
    return _all(before, new.assign(arm=arms.mask(new["exempt"], "treat"), share=holdout_share))


def arm_of(experiment: str, stratum: str, number: int, holdout_share: float) -> Arm:
    """The arm of one place of a stratum."""
    block, place = divmod(number, BLOCK)
    start = even(experiment, "start", stratum)
    held = floor(holdout_share * BLOCK * (block + 1) + start) - floor(holdout_share * BLOCK * block + start)
    order = sorted(range(BLOCK), key=lambda k: even(experiment, "place", stratum, str(block), str(k)))
    return "holdout" if place in order[:held] else "treat"


def _all(before: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    both = pd.concat([before, new])[list(COLUMNS)].astype(COLUMNS)
    return both.sort_values(["listed_as_of", "account_id"], kind="stable", ignore_index=True)
