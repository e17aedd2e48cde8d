import pandas as pd
import pytest
from decision_tables import NOW, context, experiment, fall, falls, scores

from leadline.decisions.facts import account_facts
from leadline.decisions.talk import PLACEHOLDERS, placeholders, told

KNOWN = {"arr": 12000.0, "expected_loss": 6000.4, "driver_1_sentence": "It fell", "driver_2_sentence": None}
NUMBERS = {"active_users_28": 12.0, "seats": 30.0, "modules_used_28": 0.0, "last_nps": float("nan")}


def facts(language: str = "en", rows: list | None = None, numbers: dict = NUMBERS, **state: object) -> dict[str, str]:
    given = context(["a"], **{"term_end": NOW + pd.Timedelta(days=20), **state})
    table = given[["account_id", "as_of", "name", "csm", "stage"]].merge(
        scores({"a": 0.5}, **KNOWN).drop(columns="as_of")
    )
    now = pd.DataFrame({"account_id": ["a"], "as_of": [NOW], **{name: [n] for name, n in numbers.items()}})
    fell = falls([fall("a", 0.38, own=0.43)] if rows is None else rows)
    return account_facts(table, given, now, fell, experiment(language=language))["a"]


def test_the_facts_by_eye() -> None:
    assert facts() == {
        "name": "Company a",
        "csm": "Anna Li",
        "stage": "adoption",
        "reason_1": "It fell",
        "arr": "$12,000",
        "expected_loss": "$6,000",
        "risk": "50%",
        "term_end": "March 24, 2024",
        "days_to_term_end": "20",
        "people": "12",
        "seats": "30",
        "fall": "active users (28 days) fell 43% below their usual level",
    }


def test_and_in_chinese() -> None:
    found = facts("zh")
    assert found["fall"] == "活跃人数（28 天）较平时下降 43%"
    assert found["term_end"] == "2024年3月24日"
    assert found["stage"] == "使用期"


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"term_end": pd.NaT}, {"term_end", "days_to_term_end"}),
        ({"term_end": NOW}, {"term_end", "days_to_term_end"}),
        ({"rows": [fall("a", 0.05, own=0.09)]}, {"fall"}),
        ({"rows": []}, {"fall"}),
        ({"numbers": {}}, {"people", "seats"}),
    ],
    ids=["no term", "a term over", "no fall by a tenth", "no past", "no snapshot of it"],
)
def test_what_is_not_known_is_no_fact(changes: dict, missing: set[str]) -> None:
    assert set(facts()) - set(facts(**changes)) == missing


def test_every_fact_has_a_placeholder() -> None:
    known = facts(numbers={**NUMBERS, "modules_used_28": 3.0, "last_nps": 7.0, "open_tickets": 2.0})
    assert set(PLACEHOLDERS) - set(known) == {"reason_2", "reason_3"}


def test_a_sentence_is_told_whole_or_not_at_all() -> None:
    sentences = ("Dear {name}.", "You pay {arr} for {seats} seats.", "{{ok}}")
    assert told(sentences, {"name": "Acme", "arr": "$5"}, "en") == "Dear Acme. {ok}"
    assert (
        told(sentences, {"name": "Acme", "arr": "$5", "seats": "3"}, "en") == "Dear Acme. You pay $5 for 3 seats. {ok}"
    )
    assert told(("您好。", "再见。"), {}, "zh") == "您好。再见。"
    assert placeholders("{name} {arr} {{x}}") == {"name", "arr"}
