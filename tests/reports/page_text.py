"""A page of the report as its reader sees it: words without marks, one section at a time."""

from html.parser import HTMLParser


class Text(HTMLParser):
    """The words of a page as a reader sees or hears them, and the tags left open."""

    VOID = ("meta", "br", "link", "img", "input", "hr")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        self.words += [value for name, value in attrs if name == "aria-label" and value]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style" and data.strip():
            self.words.append(data.strip())

    @property
    def text(self) -> str:
        """All of it in one line."""
        return " ".join(" ".join(self.words).split())


def words(html: str) -> str:
    """A page as text."""
    return Text(html).text


def section(html: str, name: str) -> str:
    """The HTML of one section."""
    return html.split(f'<section id="{name}">')[1].split("</section>")[0]
