"""A week from scores to the files people read, on made-up accounts and with the shipped plays."""

from pathlib import Path
from typing import NamedTuple

import pandas as pd
from decision_tables import COLUMNS, NOW, chosen, column, context, fall, falls, scores

from leadline.decisions.arms import drawn, nobody
from leadline.decisions.cause import causes
from leadline.decisions.crm import crm_columns, crm_rows, read_crms
from leadline.decisions.csm_sheet import csm_sheet
from leadline.decisions.expansion import expansion_list
from leadline.decisions.facts import account_facts
from leadline.decisions.lists import scored_accounts, with_arms
from leadline.decisions.plays import read_plays, with_play_texts
from leadline.decisions.schema import EXPANSION, checked
from leadline.experiment import Experiment
from leadline.features.catalogue import catalogue, declared

EXPERIMENTS = Path(__file__).parents[2] / "experiments"
PLAYS = read_plays(EXPERIMENTS / "plays.yaml", [*declared(), *catalogue().values()])
CRMS = read_crms(EXPERIMENTS / "crm_fields.yaml")
ALL_COLUMNS = (*COLUMNS, column("seat_utilisation", family="activity"))


class WholeWeek(NamedTuple):
    """What a week publishes of its lists."""

    table: pd.DataFrame
    listed: pd.DataFrame
    sheet: pd.DataFrame
    crm: dict[str, pd.DataFrame]
    expansion: pd.DataFrame


def whole_week(asked: Experiment, scored: pd.DataFrame, state: pd.DataFrame, fell: pd.DataFrame) -> WholeWeek:
    """All lists of one week, as `leadline score` makes them."""
    table = scored_accounts(
        scored,
        state,
        fell,
        chosen(scored, state, fell, asked),
        causes(fell, language=asked.language),
        PLAYS,
        asked,
        ALL_COLUMNS,
        "7",
    )
    register = drawn(nobody(), table[table["listed_because"] != ""], asked.name, asked.holdout_share, ())
    table = with_arms(table, register)
    now = pd.DataFrame({"account_id": state["account_id"], "active_users_28": 12.0, "seats": 30.0, "open_tickets": 0.0})

    def in_words(rows: pd.DataFrame) -> pd.DataFrame:
        facts = account_facts(rows, state, now, fell, asked)
        return with_play_texts(rows, PLAYS, facts, asked.language)

    listed = in_words(table[table["listed_because"] != ""])
    columns = crm_columns(listed, state, asked.value.currency)
    reasons = scored.filter(regex="account_id|driver").assign(driver_1_indicator="seat_utilisation")
    grows = expansion_list(table, reasons, PLAYS, asked, ALL_COLUMNS)
    return WholeWeek(
        table,
        listed,
        csm_sheet(listed, state, asked),
        {name: crm_rows(columns, crm, name) for name, crm in CRMS.items()},
        checked(in_words(grows), EXPANSION, "expansion"),
    )


def accounts(n: int, p: list[float] | None = None, **columns: object) -> tuple[pd.DataFrame, ...]:
    """Scores, context and declines of n accounts."""
    names = [f"a{i:02}" for i in range(n)]
    risks = p or [0.05 + 0.9 * i / max(n, 1) for i in range(n)]
    fell = falls([fall(a, round(0.02 * i, 2), own=round(0.02 * i + 0.1, 2)) for i, a in enumerate(names)])
    return scores(dict(zip(names, risks, strict=True))), context(names, NOW, **columns), fell
