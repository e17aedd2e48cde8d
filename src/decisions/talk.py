"""Sentences of plays with an account's own numbers in them."""

from collections.abc import Collection, Mapping
from string import Formatter

from leadline.decisions.wording import Language

PLACEHOLDERS = (
    "name", "csm", "arr", "expected_loss", "risk", "stage", "term_end", "days_to_term_end", "people", "seats",
    "modules", "open_tickets", "last_nps", "fall", "reason_1", "reason_2", "reason_3",
)  # fmt: skip
ALWAYS_KNOWN = ("name", "stage")
BETWEEN: dict[Language, str] = {"en": " ", "zh": ""}


def placeholders(sentence: str) -> set[str]:
    """The placeholders a sentence names; a ValueError for one that is unknown, formatted, or not closed."""
    try:
        parts = list(Formatter().parse(sentence))
    except ValueError:
        raise ValueError(f"a brace is open or stands alone in '{sentence}'; write {{name}}") from None
    named = {_whole(name, form, convert) for _, name, form, convert in parts if name is not None}
    unknown = sorted(named - set(PLACEHOLDERS))
    if unknown:
        raise ValueError(f"the placeholder {{{unknown[0]}}} is unknown; choose among {', '.join(PLACEHOLDERS)}")
    return named


def _whole(name: str, form: str | None, convert: str | None) -> str:
    return name + (f"!{convert}" if convert else "") + (f":{form}" if form else "")


def always_told(sentences: Collection[str]) -> bool:
    """Whether at least one sentence can be told of every account; a ValueError for a wrong placeholder in any."""
    named = [placeholders(sentence) for sentence in sentences]
    return any(names <= set(ALWAYS_KNOWN) for names in named)


def told(sentences: Collection[str], facts: Mapping[str, str], language: Language) -> str:
    """The sentences with an account's facts filled in, those left out whose fact is not known."""
    known = [sentence for sentence in sentences if placeholders(sentence) <= facts.keys()]
    return BETWEEN[language].join(sentence.format_map(facts) for sentence in known)
