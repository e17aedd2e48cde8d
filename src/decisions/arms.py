"""Who is left alone, at random, to learn what would have happened."""

from hashlib import sha256
from typing import Literal

import pandas as pd

Arm = Literal["treat", "holdout"]


def arm_of(experiment: str, account_id: str, holdout_share: float) -> Arm:
    """The arm of an account in an experiment: always the same, for it hangs on nothing but these names.

    The hash of both is a number in [0, 1), even over accounts; those below the share are held out. A larger
    share therefore only adds to the holdout.
    """
    digest = sha256(f"{experiment}\0{account_id}".encode()).digest()
    drawn = int.from_bytes(digest[:8], "big") / 2**64
    return "holdout" if drawn < holdout_share else "treat"


def arms(experiment: str, account_ids: pd.Series, holdout_share: float) -> pd.Series:
    """The arm of each account, on the same index."""
    drawn = [arm_of(experiment, account, holdout_share) for account in account_ids]
    return pd.Series(drawn, index=account_ids.index, dtype="str")
