"""Changing what people read in a page or a drawing, its texts and attributes, and no other byte of it."""
# ruff: noqa: ARG002

import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser
from itertools import accumulate, groupby
from typing import NamedTuple

Change = Callable[[str], str]
VALUE = re.compile(r"""(?P<name>[^\s"'=<>/]+)=(?P<quote>["'])(?P<value>.*?)(?P=quote)""", re.DOTALL)
# what these attributes say is for programs: a company may be called cell, as a role is
PROGRAMS = {
    "class",
    "role",
    "style",
    "type",
    "scope",
    "lang",
    "charset",
    "rel",
    "aria-roledescription",
    "d",
    "transform",
}
UNREAD = ("style", "script")


class Token(NamedTuple):
    """A piece of markup: "text", "tag", "end of link" or "other", as it stands; `link` is where a link leads."""

    kind: str
    raw: str
    link: str = ""


def changed_markup(text: str, change: Change, forget_link: Callable[[str], bool] = lambda _: False) -> str:
    """HTML or SVG with its texts and attributes changed; links that are to be forgotten leave their words."""
    parts, forgotten = [], False
    for kind, tokens in groupby(_tokens(text), lambda token: token.kind):
        if kind == "text":  # in pieces where there are entities
            parts.append(_changed("".join(token.raw for token in tokens), change))
            continue
        for token in tokens:
            if token.link and forget_link(token.link):
                forgotten = True
            elif forgotten and kind == "end of link":
                forgotten = False
            else:
                parts.append(_changed_tag(token.raw, change) if kind == "tag" else token.raw)
    return "".join(parts)


def _changed(raw: str, change: Change) -> str:
    told = unescape(raw)
    new = change(told)
    return raw if new == told else escape(new)


def _changed_tag(raw: str, change: Change) -> str:
    def value(found: re.Match[str]) -> str:
        if found["name"].lower() in PROGRAMS:
            return found[0]
        return f"{found['name']}={found['quote']}{_changed(found['value'], change)}{found['quote']}"

    return VALUE.sub(value, raw)


def _tokens(text: str) -> list[Token]:
    """The pieces of a text, which together are the text."""
    parser = _Parser(text)
    parser.feed(text)
    parser.close()
    ends = [start for _, start, _ in parser.found[1:]] + [len(text)]
    return [Token(kind, text[start:end], link) for (kind, start, link), end in zip(parser.found, ends, strict=True)]


class _Parser(HTMLParser):
    """Where each piece begins."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self.found = [("other", 0, "")]

    def _begins(self, kind: str, link: str = "") -> None:
        line, column = self.getpos()
        self.found.append((kind, self.lines[line - 1] + column, link))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._begins("tag", dict(attrs).get("href") or "" if tag == "a" else "")

    def handle_endtag(self, tag: str) -> None:
        self._begins("end of link" if tag == "a" else "other")

    def handle_data(self, data: str) -> None:
        self._begins("other" if self.cdata_elem in UNREAD else "text")

    def handle_entityref(self, name: str) -> None:
        self._begins("text")

    def handle_charref(self, name: str) -> None:
        self._begins("text")

    def handle_comment(self, data: str) -> None:
        self._begins("other")

    def handle_decl(self, decl: str) -> None:
        self._begins("other")

    def handle_pi(self, data: str) -> None:
        self._begins("other")

    def unknown_decl(self, data: str) -> None:
        self._begins("other")
