"""What a section of the report is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup


@dataclass(frozen=True)
class Table:
    """A small table; the columns in `words` hold words, all others numbers set flush right. A title may stand above."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: frozenset[int] = frozenset({0})
    title: str = ""
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Folded:
    """A table the reader may open."""

    title: str
    table: Table
    kind: ClassVar[str] = "folded"


@dataclass(frozen=True)
class Figure:
    """A figure titled by its answer: drawn wide and narrow, or once if small, with its numbers behind it."""

    title: str
    note: str
    drawings: tuple[Markup, ...]
    table: Table
    kind: ClassVar[str] = "figure"

    @property
    def small(self) -> bool:
        """Whether one drawing serves every width."""
        return len(self.drawings) == 1


@dataclass(frozen=True)
class Drawing:
    """A drawing with its caption, which is its text alternative too."""

    caption: str
    drawing: Markup


@dataclass(frozen=True)
class Row:
    """Small figures side by side."""

    figures: tuple[Figure, ...]
    kind: ClassVar[str] = "row"


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    kind: ClassVar[str] = "text"


@dataclass(frozen=True)
class Account:
    """One account to talk about."""

    name: str
    href: str
    about: tuple[str, ...]
    arr: str
    risk: Markup
    beside: tuple[str, ...]
    usage: Markup
    reasons: tuple[str, ...]
    listed_because: str
    play: str
    quality: str


@dataclass(frozen=True)
class Accounts:
    """The accounts to talk about, the most at stake first; `head`: column -> word."""

    head: dict[str, str]
    accounts: tuple[Account, ...]
    kind: ClassVar[str] = "accounts"


@dataclass(frozen=True)
class Terms:
    """Words and what they mean."""

    terms: tuple[tuple[str, str], ...]
    kind: ClassVar[str] = "terms"


Block = Table | Folded | Figure | Row | Text | Accounts | Terms


@dataclass(frozen=True)
class Section:
    """One section: `name` is its anchor, `short` its word in the contents."""

    name: str
    short: str
    title: str
    lead: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class HeadFigure:
    """One figure at the top of the page."""

    label: str
    value: str
    note: str


def bar(share: float, text: str) -> Markup:
    """A number with a small bar of its share (0 to 1) beneath."""
    width = round(100 * min(max(share, 0.0), 1.0), 1) if share == share else 0.0
    return Markup('<span class="measure">{}<span class="bar"><i style="width:{}%"></i></span></span>').format(
        text, width
    )
