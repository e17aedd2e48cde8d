"""Whom a cleaning looks for: the words by which texts name an account or a person, and nobody else."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from leadline.decisions.csv_safe import safe_cell
from leadline.features.forgotten import COLUMN, Kind

REMOVED = "(removed on request)"
SHORTEST_STUMP = 6  # letters of a name that a chart cut off: fewer would be anybody's
# a letter or digit of a script that puts blanks between words; Chinese, Japanese and Korean put none
LETTER = r"[^\W\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"


@dataclass(frozen=True)
class Whom:
    """An account or person to be removed.

    `words` are what texts call it; an id that is but a number, or a name that two accounts bear, is none, and is found
    by `id` in columns of ids alone. `others` are the ids and names of everybody else: a longer one among them that
    holds a word (acc-1-b, that of acc-1) is left as it is.
    """

    kind: Kind
    id: str
    words: tuple[str, ...]
    others: frozenset[str] = frozenset()

    @property
    def column(self) -> str:
        """The column that holds ids of its kind."""
        return COLUMN[self.kind]

    def is_key(self, cells: Iterable[str]) -> bool:
        """Whether a column without a name of ours holds ids or names of accounts, and nothing else."""
        return self.kind == "account" and set(cells) - {""} <= self._known

    def is_meant(self, cell: str) -> bool:
        """Whether a cell of such a column is the one to be removed."""
        return cell in {self.id, safe_cell(self.id), *self.words, *map(safe_cell, self.words)}

    def without(self, text: str) -> str:
        """A text with every mention replaced."""
        return self._pattern.sub(lambda found: REMOVED if found.lastgroup else found[0], text) if self.words else text

    def mentions(self, text: str) -> int:
        """How often a text mentions it."""
        return sum(found.lastgroup is not None for found in self._pattern.finditer(text)) if self.words else 0

    @cached_property
    def _known(self) -> set[str]:
        known = {self.id, *self.words, *self.others}
        return known | {str(safe_cell(name)) for name in known}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Names of others come first: what they match is theirs; mentions are the group `meant`."""
        longer = {other for other in self.others for word in self.words if word in other and other != word}
        theirs = [_whole(other) for other in sorted(longer, key=len, reverse=True)]
        own = [form for word in sorted(self.words, key=len, reverse=True) for form in (_whole(word), *_cut_off(word))]
        return re.compile("|".join([*theirs, f"(?P<meant>{'|'.join(own)})"]), re.IGNORECASE * ("@" in self.words[0]))


def _whole(word: str) -> str:
    """A word that is no part of a longer one, however its blanks are broken."""
    before = f"(?<!{LETTER})" if re.match(LETTER, word) else ""
    after = f"(?!{LETTER})" if re.match(LETTER, word[-1]) else ""
    return before + r"\s+".join(map(re.escape, word.split())) + after


def _cut_off(word: str) -> list[str]:
    """A word as a chart or a table shortens it: Irisline Hea…"""
    if len(word) <= SHORTEST_STUMP:
        return []
    rest = "".join(f"(?:{re.escape(letter)}" for letter in word[SHORTEST_STUMP:]) + ")?" * (len(word) - SHORTEST_STUMP)
    return [f"(?<!{LETTER}){re.escape(word[:SHORTEST_STUMP])}{rest}\\s*(?:…|\\.\\.\\.)"]
