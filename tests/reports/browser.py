"""A page in a browser without a screen: how wide it is at several widths, in one start."""

import re
import shutil
import subprocess
from pathlib import Path

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTHS = (390, 768, 1440)
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --virtual-time-budget=5000 --dump-dom"
)
MEASURE = """<script>
parent.postMessage(document.documentElement.scrollWidth + " of " + innerWidth, "*");
</script></body>"""
# A phone's width is had in a frame: a browser's own window has a least width.
FRAMES = """<script>onmessage = (said) => document.title += "measured " + said.data + ";";</script>"""
FRAME = """<iframe src="page.html" style="width: {width}px; height: 2000px; border: 0"></iframe>"""


def widths_in_browser(folder: Path, html: str) -> list[int]:
    """How wide the page comes out in windows of 390, 768 and 1440 pixels."""
    (folder / "page.html").write_text(html.replace("</body>", MEASURE), encoding="utf-8")
    frames = folder / "frames.html"
    frames.write_text(FRAMES + "".join(FRAME.format(width=width) for width in WIDTHS), encoding="utf-8")
    command = [str(BROWSER), *QUIET.split(), "--window-size=1600,2100", f"--user-data-dir={folder / 'profile'}"]
    answer = subprocess.run([*command, frames.as_uri()], capture_output=True, text=True, check=True, timeout=120)
    found = {int(inner): int(page) for page, inner in re.findall(r"measured (\d+) of (\d+);", answer.stdout)}
    assert sorted(found) == list(WIDTHS), answer.stderr
    return [found[width] for width in WIDTHS]
