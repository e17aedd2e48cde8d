import pytest

from leadline.decisions.wording import SENTENCES, money, moved, named


@pytest.mark.parametrize(
    ("fall", "en", "zh"),
    [
        (0.43, "fell 43%", "下降 43%"),
        (-0.05, "grew 5%", "上升 5%"),
        (0.001, "held steady", "持平"),
        (-0.001, "held steady", "持平"),
    ],
)
def test_a_fall_in_words(fall: float, en: str, zh: str) -> None:
    assert (moved(fall, "en"), moved(fall, "zh")) == (en, zh)


@pytest.mark.parametrize(
    ("column", "words"),
    [("active_users_28", "active users (28 days)"), ("tenure", "tenure"), ("l7_streak", "l7 streak")],
)
def test_a_column_in_words(column: str, words: str) -> None:
    assert named(column, "en") == words


@pytest.mark.parametrize(
    ("amount", "currency", "language", "words"),
    [(1234.4, "USD", "en", "$1,234"), (1234.4, "USD", "zh", "US$1,234"), (1e6, "CNY", "zh", "¥1,000,000")],
)
def test_money_in_words(amount: float, currency: str, language: str, words: str) -> None:
    assert money(amount, currency, language) == words


def test_every_sentence_has_both_languages_with_the_same_parts() -> None:
    for sentence in SENTENCES.values():
        parts = [{p.split("}")[0] for p in sentence[lang].split("{")[1:]} for lang in ("en", "zh")]
        assert parts[0] == parts[1]
