"""The list in words: a sentence on each account, why it is asked for."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from leadline.decisions.books import group_of
from leadline.decisions.decline import deepest
from leadline.decisions.wording import Language, day, joined, money, moved, named, percent, say
from leadline.experiment import Experiment


def told(
    today: pd.DataFrame, standing: pd.DataFrame, crossed: pd.DataFrame, rows: pd.DataFrame, experiment: Experiment
) -> pd.DataFrame:
    """The list with a sentence on each account."""
    since = standing.loc[standing["state"] == "listed", ["account_id", "since"]]
    table = today.merge(since, on="account_id", how="inner").reset_index(drop=True)
    falls = deepest(crossed, "indicator")
    fell = table[["account_id"]].join(falls[["group", "indicator"]], on="account_id")
    books = pd.Index(sorted(today["book"].unique()))
    group = table["book"].map({book: group_of(book, books) for book in books})
    level, deep = rows.set_index("group")["indicator"], falls.to_dict("index")
    reasons = [_because(deep.get(row["account_id"]), row, experiment) for row in table.to_dict("records")]
    return table[["account_id", "value", "since"]].assign(
        group=fell["group"].fillna(group),
        indicator=fell["indicator"].fillna(group.map(level)),
        listed_because=pd.Series(reasons, index=table.index, dtype="str"),
    )


def _because(fall: dict[Hashable, Any] | None, row: dict[Hashable, Any], experiment: Experiment) -> str:
    language = experiment.language
    reasons = [_crossed(fall, language)] if fall else []
    if row["value"] > 0:
        reasons.append(
            say(
                "worth",
                language,
                p=percent(row["p_churn"]),
                money=money(row["value"], experiment.value.currency, language),
            )
        )
    elif pd.isna(row["value"]) or not fall:
        reasons.append(say("risk", language, p=percent(row["p_churn"])))
    if row["since"] < row["as_of"]:
        reasons.append(say("followed", language, since=day(row["since"], experiment.calendar, language)))
    return joined(reasons, language)


def _crossed(fall: dict[Hashable, Any], language: Language) -> str:
    words = {name: moved(fall[name], language) for name in ("own", "peers")}
    enter = percent(fall["enter"])
    return say("crossed", language, indicator=named(fall["indicator"], language), enter=enter, **words)
