"""How far the data behind an account's row can be trusted."""

import pandas as pd

from leadline.decisions.wording import Language, say
from leadline.features.indicator import Column


def data_quality(
    accounts: pd.DataFrame, declines: pd.DataFrame, columns: tuple[Column, ...], language: Language
) -> pd.Series:
    """A short word on each account (account_id, announced), the gravest first.

    Leaving announced; no past value of any watched column; nothing in any watched column of 28 days; ok.
    """
    recent = [column.name for column in columns if column.watched and column.window == 28]
    alive = declines.loc[declines["indicator"].isin(recent) & (declines["now"] > 0), "account_id"].unique()
    with_past = declines.loc[declines["baseline"].notna(), "account_id"].unique()
    word = pd.Series("ok", index=accounts.index, dtype="str")
    if recent:
        word = word.where(accounts["account_id"].isin(alive), "silent")
    word = word.where(accounts["account_id"].isin(with_past), "no_past")
    word = word.mask(accounts["announced"], "announced")
    return word.map(lambda key: say(key, language)).astype("str")
