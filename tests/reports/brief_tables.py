"""One account's brief, by hand: 26 weeks of use, three people and others, a year of happenings."""

from dataclasses import replace
from typing import Any

import pandas as pd
from report_tables import AS_OF, NAN, experiment, scored_accounts

from leadline.reports.brief_input import BriefInput

# 22 weeks of so many a week, then four of so many
REPORTS = (*[9] * 22, *[3] * 4)
BOARDS = (*[0] * 22, *[2] * 4)
QUIET = (*[7] * 10, *[0] * 16)
BUSY = (*[6] * 22, *[5] * 4)
CROWD = (*[4] * 22, *[4] * 4)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def account(**changed: Any) -> dict[str, Any]:
    """Northwind, listed, with the words of its play."""
    row = scored_accounts().iloc[0].to_dict()
    words = {
        "segment": "large",
        "term_end": day("2024-05-03"),
        "play_name": "Find a new sponsor",
        "look_at": "Who logs in still.",
        "talk_track": "Who took over?",
    }
    return {str(name): value for name, value in row.items()} | words | changed


def modules() -> pd.DataFrame:
    return pd.DataFrame({"module": ["reports", None], "weekly": [REPORTS, BOARDS]})


def people() -> pd.DataFrame:
    """An admin not seen since 18 December, two without a role of whom one was never seen, and eleven others."""
    return pd.DataFrame(
        {
            "role": ["admin", None, None, None],
            "name": None,
            "count": [1, 1, 1, 11],
            "weekly": [QUIET, BUSY, (0,) * 26, CROWD],
            "last_at": [day("2023-12-18"), day("2024-03-01"), pd.NaT, day("2024-03-03")],
        }
    )


def happenings() -> pd.DataFrame:
    rows = [
        ("contract", day("2023-05-03"), day("2024-05-03"), "platform", 16_700.0),
        ("ticket", day("2024-01-10"), day("2024-01-12"), "urgent", NAN),
        ("ticket", day("2024-02-20"), pd.NaT, "normal", NAN),
        ("survey", day("2024-02-06"), pd.NaT, "", 3.0),
        ("survey", day("2024-02-08"), pd.NaT, "", 8.0),
        ("intervention", day("2023-10-11"), day("2023-10-30"), "Find a new sponsor", NAN),
        ("listing", day("2024-03-04"), pd.NaT, "", NAN),
    ]
    return pd.DataFrame(rows, columns=["kind", "start", "end", "name", "amount"])


def history() -> pd.DataFrame:
    rows = [
        (day("2023-10-02"), 0.19, "", False),
        (day("2024-02-26"), 0.29, "Sessions fell.", True),
        (AS_OF, 0.5, "Active users fell from 42 to 17.", True),
    ]
    return pd.DataFrame(rows, columns=["as_of", "p_churn", "reason", "published"])


def brief(language: str = "en", **changed: Any) -> BriefInput:
    """The whole brief; pass a field to change it."""
    whole = BriefInput(experiment(language), AS_OF, account(), modules(), people(), happenings(), history())
    return replace(whole, **changed)


def bare(language: str = "en") -> BriefInput:
    """An account of which nothing is known but that it is listed: no use, no contract, no history, no money."""
    row = account(arr=NAN, expected_loss=NAN, term_end=pd.NaT, segment=None, score_change=NAN, change_because=None)
    frames = {"modules": modules(), "people": people(), "happenings": happenings(), "history": history()}
    return brief(language, account=row, **{name: frame.head(0) for name, frame in frames.items()})
