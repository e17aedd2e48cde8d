"""Corruptions of CSV text: lines, heads and forms that do not fit, or only seem not to."""

import csv
import gzip
from collections.abc import Callable

from spoilt_export import Export, Harmless, Kept, Kind, Quarantined, Spoil, refused
from spoilt_text import text

LINE = 400  # a line in the middle


def line(change: Callable[[str], str], number: int = LINE) -> Spoil:
    """Change one line of the events."""

    def changed(whole: str) -> str:
        lines = whole.split("\n")
        lines[number - 1] = change(lines[number - 1])
        return "\n".join(lines)

    return text(changed)


def form(**how: object) -> Spoil:
    """Write the events in another form of CSV."""

    def spoil(export: Export) -> None:
        export.only("events")
        export.put("events", export.rows("events"), **how)

    return spoil


def head(change: Callable[[str], str]) -> Spoil:
    """Change the first line of the events."""
    return line(change, 1)


LINES = [
    Kind("a line with a field too few", line(lambda s: s.rsplit(",", 1)[0]), refused("events.csv", f"Line: {LINE}")),
    Kind(
        "the first line with a field too few", line(lambda s: s.rsplit(",", 1)[0], 2), refused("events.csv", "Line: 2")
    ),
    Kind("a line with a field too many", line(lambda s: s + ",x"), refused("events.csv", f"Line: {LINE}")),
    Kind("a line of one field", line(lambda s: "broken"), refused("events.csv", f"Line: {LINE}")),
    Kind("a line of blanks", line(lambda s: "   "), refused("events.csv", f"Line: {LINE}")),
    Kind("a quote that never closes", line(lambda s: '"' + s), refused("events.csv", f"Line: {LINE}")),
    Kind("a quote that closes too early", line(lambda s: '"a"' + s), refused("events.csv", f"Line: {LINE}")),
    Kind("quotes escaped by backslashes", line(lambda s: '"a\\"b"' + s), refused("events.csv", f"Line: {LINE}")),
    Kind(
        "a line of 3 MB",
        line(lambda s: "x" * 3_000_000 + s),
        refused("events.csv", f"Line: {LINE}", "Maximum line size"),
    ),
    Kind(
        "a byte that is no UTF-8",
        text(lambda s: s.replace("a00001", "a\udcff0001", 9).encode(errors="surrogateescape")),
        refused("events.csv", "Line:", "not utf-8"),
    ),
    Kind(
        "the first line again in the middle",
        text(lambda s: s.replace("\n", "\n" + s.partition("\n")[0] + "\n", 1)),
        Quarantined("events.occurred_at", "is no instant, or not in its mapping", 1),
    ),
    Kind("a total below the last line", text(lambda s: s + "Total,7263\n"), refused("events.csv", "Line: ")),
    Kind("cut in its last line", text(lambda s: s[: len(s) // 2].rsplit(",", 3)[0]), refused("events.csv", "Line: ")),
    Kind("zeros after the last line", text(lambda s: s + "\0" * 4096), refused("events.csv", "Line: ")),
    Kind("blank lines", text(lambda s: s.replace("\n", "\n\n", 9) + "\n\n"), Harmless()),
    Kind("no line end after the last line", text(str.rstrip), Harmless()),
    Kind("a delimiter after every line", text(lambda s: s.replace("\n", ",\n")), Harmless()),
    Kind("lines that end with CR LF", text(lambda s: s.replace("\n", "\r\n")), Harmless()),
    Kind("lines that end with CR", text(lambda s: s.replace("\n", "\r")), Harmless()),
    Kind(
        "lines that end in two ways",
        text(lambda s: s.replace("\n", "\r\n", LINE)),
        refused("events.csv", "end in different ways"),
    ),
]

HEADS = [
    Kind(
        "no first line",
        text(lambda s: s.partition("\n")[2]),
        refused("events.csv", "names the column 0 twice", "a00001"),
    ),
    Kind(
        "a sentence before the first line",
        text(lambda s: "Exported 2023\n\n" + s),
        refused("events.csv", "there is Exported 2023"),
    ),
    Kind(
        "a comment before the first line",
        text(lambda s: "# Exported\n" + s),
        refused("events.csv", "there is # Exported"),
    ),
    Kind(
        "a column named twice",
        head(lambda s: s.replace("user_id", "account_id")),
        refused("events.csv", "names the column account_id twice"),
    ),
    Kind(
        "a column named twice but for its case",
        head(lambda s: s.replace("user_id", "Account_ID")),
        refused("events.csv", "names the column Account_ID twice"),
    ),
    Kind("columns in capitals", head(str.upper), refused("events.csv", "no account_id (did you mean ACCOUNT_ID?)")),
    Kind("blanks between the columns", head(lambda s: s.replace(",", " , ")), Harmless()),
    Kind("a column without a name", head(lambda s: s.replace("user_id", "")), Kept()),
]

FORMS = [
    Kind("semicolons", form(delimiter=";"), Harmless()),
    Kind("tabs", form(delimiter="\t"), Harmless()),
    Kind("bars", form(delimiter="|"), Harmless()),
    Kind("carets", form(delimiter="^"), refused("events.csv", "gives events no account_id", "account_id^user_id")),
    Kind(
        "single quotes", form(quotechar="'", quoting=csv.QUOTE_ALL), refused("events.csv", "did you mean 'account_id'?")
    ),
    Kind("everything in quotes", form(quoting=csv.QUOTE_ALL), Harmless()),
    Kind("a byte-order mark", text(lambda s: s.encode("utf-8-sig")), Harmless()),
    Kind("UTF-16", text(lambda s: s.encode("utf-16")), refused("events.csv", "not utf-8")),
    Kind("UTF-16 without a mark", text(lambda s: s.encode("utf-16-le")), refused("events.csv", "no text in UTF-8")),
    Kind("Latin-1", text(lambda s: s.replace("view", "visitée").encode("latin-1")), refused("events.csv", "not utf-8")),
    Kind("compressed", text(lambda s: gzip.compress(s.encode()), name="events.csv.gz"), Harmless()),
    Kind(
        "compressed and cut",
        text(lambda s: gzip.compress(s.encode())[:9000], name="events.csv.gz"),
        refused("events.csv.gz"),
    ),
    Kind("compressed, and not named so", text(lambda s: gzip.compress(s.encode())), refused("events.csv")),
    Kind(
        "a page that asks for a password",
        text(lambda _: "<!DOCTYPE html>\n<html><body>Sign in</body></html>\n"),
        refused("events.csv", "there is <!DOCTYPE html>"),
    ),
    Kind("an error as JSON", text(lambda _: '{"error": "expired"}'), refused("events.csv", "there is {")),
    Kind("no bytes", text(lambda _: ""), refused("events.csv", "is empty")),
    Kind("one line end", text(lambda _: "\n"), refused("events.csv", "is empty")),
    Kind("only a first line", text(lambda s: s.partition("\n")[0]), refused("events.csv holds no rows for events")),
    Kind(
        "only a first line in a table that may be absent",
        text(lambda s: s.partition("\n")[0], "tickets"),
        refused("tickets.csv holds no rows for tickets"),
    ),
    Kind("junk", text(lambda _: bytes(range(256)) * 99), refused("events.csv")),
    Kind("Parquet named CSV", text(lambda _: b"PAR1\x15\x04" + bytes(range(256)) * 9 + b"PAR1"), refused("events.csv")),
]

KINDS = [*LINES, *HEADS, *FORMS]
