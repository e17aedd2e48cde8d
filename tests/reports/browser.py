"""A page in a browser without a screen: how wide it is at several widths, what it fetches, what it complains of."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTHS = (390, 768, 1440)
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --virtual-time-budget=5000 --enable-logging=stderr "
    "--dump-dom"
)
MEASURE = """<script>
parent.postMessage(document.documentElement.scrollWidth + " of " + innerWidth, "*");
</script></body>"""
# The page's own policy lets it fetch nothing and run nothing; here it may measure itself as well.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
MEASURED = f"{POLICY}; script-src 'unsafe-inline'"
# A phone's width is had in a frame: a browser's own window has a least width.
FRAMES = """<script>onmessage = (said) => document.title += "measured " + said.data + ";";</script>"""
FRAME = """<iframe src="page.html" style="width: {width}px; height: 2000px; border: 0"></iframe>"""


class Seen(NamedTuple):
    """How wide a page comes out in windows of 390, 768 and 1440 pixels, and what the console said, such as that it
    wanted to fetch something."""

    widths: list[int]
    complaints: list[str]


def seen_in_browser(folder: Path, html: str) -> Seen:
    """Open a page, whose policy must be the strict one, in frames of several widths."""
    assert POLICY in html
    page = html.replace(POLICY, MEASURED).replace("</body>", MEASURE)
    (folder / "page.html").write_text(page, encoding="utf-8")
    frames = folder / "frames.html"
    frames.write_text(FRAMES + "".join(FRAME.format(width=width) for width in WIDTHS), encoding="utf-8")
    command = [str(BROWSER), *QUIET.split(), "--window-size=1600,2100", f"--user-data-dir={folder / 'profile'}"]
    answer = subprocess.run([*command, frames.as_uri()], capture_output=True, text=True, check=True, timeout=120)
    found = {int(inner): int(page) for page, inner in re.findall(r"measured (\d+) of (\d+);", answer.stdout)}
    assert sorted(found) == list(WIDTHS), answer.stderr
    return Seen([found[width] for width in WIDTHS], re.findall(r"CONSOLE.*", answer.stderr))
