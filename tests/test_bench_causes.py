"""Whether causes are right: which spells count as found, and which dates of a leaver are judged."""

import pandas as pd

from bench.causes import by_story, spells_found, spells_that_are_none
from leadline.decisions.spell import Spell

MONDAY = pd.Timestamp("2024-03-04")
WEEKS = [MONDAY + pd.Timedelta(weeks=k) for k in range(3)]
TRUTH = pd.DataFrame(
    [
        ("fault", None, "boards", WEEKS[0], WEEKS[0] + pd.Timedelta(days=11)),
        ("holiday", "APAC", None, WEEKS[1], WEEKS[1] + pd.Timedelta(days=4)),
    ],
    columns=["kind", "region", "module", "first_day", "last_day"],
).astype({"region": "str", "module": "str"})
LOW = Spell("product", "module_low", WEEKS[0], WEEKS[0] + pd.Timedelta(days=4), 0.4, "boards")
ELSEWHERE = Spell("data", "missing", WEEKS[0], WEEKS[0], 0.1, "files")


def test_a_spell_is_found_where_scope_and_days_meet() -> None:
    found = spells_found(TRUTH, {WEEKS[0]: (), WEEKS[1]: (ELSEWHERE,), WEEKS[2]: (LOW,)})
    assert found[["kind", "where", "first", "last"]].to_numpy().tolist() == [
        ["fault", "boards", "product", "product"],
        ["holiday", "APAC", "", ""],
    ]
    assert found["weeks"].tolist()[0] == 1
    assert spells_that_are_none(TRUTH, {WEEKS[1]: (LOW, ELSEWHERE)}) == {("data", "files", "", "2024-03-04")}


def test_a_leaver_is_judged_from_four_weeks_after_its_story_began() -> None:
    dates = pd.date_range(MONDAY, periods=8, freq="7D")
    causes = ["business"] * 5 + ["product", "product", "business"]
    named = pd.DataFrame({"account_id": "a", "as_of": dates, "cause": causes, "cause_because": "module x"})
    stayed = named.assign(account_id="b", cause=["product"] + ["unknown"] * 7)
    truth = pd.DataFrame(
        {"account_id": ["a"], "story": ["product_fault"], "started_at": [MONDAY], "left_at": [dates[7]]}
    )
    product, _ = by_story(pd.concat([named, stayed]), truth).to_dict("records")
    assert {name: product[name] for name in ("leavers", "majority", "last", "said", "others")} == {
        "leavers": 1, "majority": 1.0, "last": 1.0, "said": 1.0, "others": 0.125,
    }  # fmt: skip
