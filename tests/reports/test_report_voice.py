"""Words, numbers, dates and money in two languages."""

import re
from string import Formatter

import pytest
from report_tables import ATTACK

from leadline.reports.voice import Voice, wording

SAFE = "&lt;script&gt;alert(1)&lt;/script&gt;"
EN, ZH = Voice("en", "USD"), Voice("zh", "CNY")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(wording()))
def test_every_text_exists_in_both_languages_with_the_same_places(key: str) -> None:
    texts = wording()[key]
    assert set(texts) == {"en", "zh"}
    english = texts["en"].values() if isinstance(texts["en"], dict) else [texts["en"]]
    assert all(places(text) | {"n"} == places(texts["zh"]) | {"n"} for text in english)
    assert not isinstance(texts["en"], dict) or set(texts["en"]) == {"one", "other"}


def test_no_text_claims_an_effect() -> None:
    english = " ".join(str(texts["en"]) for texts in wording().values())
    assert not re.search(r"\bbecause\b|\bcauses?\b|\bdue to\b", english)


@pytest.mark.parametrize(("n", "expected"), [(1, "1 account"), (2, "2 accounts"), (1.4, "1.4 accounts")])
def test_plurals(n: float, expected: str) -> None:
    assert EN("accounts", n) == expected


@pytest.mark.parametrize(
    ("amount", "english", "chinese"),
    [
        (1_234_567, "$1.23M", "¥123万"),
        (123_456, "$123K", "¥12.3万"),
        (950, "$950", "¥950"),
        (0, "$0", "¥0"),
        (float("nan"), "–", "–"),
    ],
)
def test_money_is_told_to_three_digits(amount: float, english: str, chinese: str) -> None:
    assert (EN.money(amount), ZH.money(amount)) == (english, chinese)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, "50%"), (0.034, "3.4%"), (0.0999, "10%"), (0, "0%"), (float("nan"), "–")]
)
def test_shares_below_a_tenth_keep_a_decimal(share: float, expected: str) -> None:
    assert EN.percent(share) == expected


def test_dates_and_months() -> None:
    assert (EN.date("2024-03-04"), ZH.date("2024-03-04")) == ("March 4, 2024", "2024年3月4日")
    assert (EN.month("2024-03-04"), ZH.month("2024-03-04")) == ("Mar 2024", "2024年3月")


def test_what_is_filled_into_html_is_escaped() -> None:
    said = EN.strong("first.count", name=ATTACK, risk="5%")
    assert str(said) == f"<strong>{SAFE}</strong> comes first, at a risk of <strong>5%</strong>."
    assert str(EN.sentences(said, ATTACK)) == f"{said} {SAFE}"


def test_a_code_without_a_word_is_shown_as_it_is() -> None:
    assert (EN.code("stage", "renewal"), ZH.code("stage", "renewal")) == ("Renewal", "续约期")
    assert EN.label("stage", "paused") == "Paused"
