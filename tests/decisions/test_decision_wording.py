import pytest

from leadline.decisions.wording import SENTENCES, money, moved, named
from leadline.features.catalogue import declared


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
    [
        ("active_users_28", ("active users (28 days)", "活跃人数（28 天）")),
        ("events_7", ("actions (7 days)", "操作次数（7 天）")),
        ("tenure", ("tenure", "tenure")),
        ("l7_streak", ("l7 streak", "l7 streak")),
    ],
)
def test_a_column_in_words(column: str, words: tuple[str, str]) -> None:
    assert (named(column, "en"), named(column, "zh")) == words


def test_every_watched_indicator_has_a_name_in_both_languages() -> None:
    without = [i.name for i in declared() if i.decline and set(i.called) != {"en", "zh"}]
    assert without == []
    assert not any(character.isascii() for i in declared() if i.decline for character in i.called["zh"])


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
