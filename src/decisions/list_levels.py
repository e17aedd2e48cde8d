"""Levels of value at which accounts enter the list, and leave it early: set on last week's values, book by book."""

import numpy as np
import pandas as pd

from leadline.decisions.books import group_of
from leadline.decisions.schema import THRESHOLDS
from leadline.decisions.standing import listed
from leadline.decisions.tracking_capacity import next_correction
from leadline.decisions.wording import Language, say

EXIT_SHARE = 0.25


def exits(before: pd.DataFrame, places: pd.Series) -> pd.Series:
    """By book the level below which an account leaves early: a quarter of the value at which the book would be full,
    had nobody been listed yet; minus infinity where that is not above 0, or a book has more places than accounts.

    `before` holds book and priority of the week before, best first; `places` those of each book.
    """
    full = pd.Series({book: _nth(before, book, int(n)) for book, n in places.items()}, dtype="float64")
    return (EXIT_SHARE * full).where(full.between(0, np.inf, inclusive="neither"), -np.inf)


def enters(before: pd.DataFrame, rooms: pd.Series, moved: pd.Series) -> pd.DataFrame:
    """By book its room, correction so far (`moved`), and the level that new accounts must reach: `enter`, the value of
    number `rank` = room + correction of those free, best first.

    `before` holds book and priority, of the week before, of accounts free today. Minus infinity where fewer are free,
    infinity where there is no room.
    """
    table = pd.DataFrame({"room": rooms, "moved": moved.reindex(rooms.index).fillna(0.0)})
    rank = (rooms + table["moved"]).round().clip(lower=1).where(rooms > 0, 0).astype("int64")
    levels = [_nth(before, book, int(n)) for book, n in rank.items()]
    return table.assign(rank=rank, enter=pd.Series(levels, index=rooms.index, dtype="float64"))


def corrections(last: pd.DataFrame, books: pd.Index) -> pd.Series:
    """What last week's thresholds say is to be added to each book's rank; 0 where there were none."""
    if last.empty:
        return pd.Series(0.0, index=books)
    groups = last[last["indicator"].isin(("value", "p_churn"))].set_index("group")["correction"]
    return pd.Series({book: groups.get(group_of(str(book), books), 0.0) for book in books}, dtype="float64")


def as_rows(
    levels: pd.DataFrame, today: pd.DataFrame, standing: pd.DataFrame, unit: str, language: Language
) -> pd.DataFrame:
    """The levels as rows of thresholds, one a book, in their unit (value, p_churn).

    `levels` holds by book places, room, rank, moved, enter, exit and reached (how many new ones did); `today` all
    accounts with account_id and book. As published, `reached` counts those that stay too: the list before it is cut
    to the places.
    """
    on_list = today.loc[today["account_id"].isin(listed(standing)), "book"].value_counts()
    tracked = next_correction(levels["moved"], levels["room"], levels["reached"])
    table = levels.replace([np.inf, -np.inf], np.nan).assign(
        group=[group_of(str(book), levels.index) for book in levels.index],
        indicator=unit,
        capacity=levels["places"],
        alerts=on_list.reindex(levels.index).fillna(0),
        precision=np.nan,
        captured_arr=np.nan,
        correction=tracked.where(levels["room"] > 0, levels["moved"]),
        reached=levels["places"] - levels["room"] + levels["reached"],
        changed_because=[_because(row, language) for row in levels.to_dict("records")],
    )
    return table.reset_index(drop=True)[[name for name in THRESHOLDS.columns if name != "as_of"]]


def _nth(rows: pd.DataFrame, book: object, rank: int) -> float:
    """The priority of number `rank` of a book, best first."""
    values = rows.loc[rows["book"] == book, "priority"]
    if rank <= 0:
        return np.inf
    return float(values.iloc[rank - 1]) if rank <= len(values) else -np.inf


def _because(row: dict, language: Language) -> str:
    if row["room"] <= 0:
        return say("no_room", language, places=int(row["places"]))
    words = {name: int(row[name]) for name in ("room", "places", "rank")}
    return say("room" if np.isfinite(row["enter"]) else "room_for_all", language, **words)
