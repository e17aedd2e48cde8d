"""The page in a browser: nothing stands out over the side."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from report_tables import report, scored_accounts, without_money

from leadline.reports.page import render
from leadline.reports.report_input import ReportInput

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --virtual-time-budget=5000 --dump-dom"
)
MEASURE = """<script>
parent.postMessage(document.documentElement.scrollWidth + " of " + innerWidth, "*");
</script></body>"""
# A phone's width is had in a frame: a browser's own window has a least width.
FRAME = """<script>onmessage = (said) => document.title = "measured " + said.data;</script>
<iframe src="report.html" style="width: {width}px; height: 2000px; border: 0"></iframe>"""


def long_names() -> ReportInput:
    """The small week with names that cannot be broken at a space."""
    accounts = scored_accounts()
    return report(scored_accounts=accounts.assign(name=accounts["name"] + "schifffahrtsgesellschaft" * 4))


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium to look with")
@pytest.mark.parametrize("week", [long_names(), without_money()], ids=["money", "count"])
def test_nothing_overflows_sideways(tmp_path: Path, week: ReportInput) -> None:
    html = render(week).replace("</body>", MEASURE)
    (tmp_path / "report.html").write_text(html, encoding="utf-8")
    assert [measured(tmp_path, width) for width in (390, 768, 1440)] == [(390, 390), (768, 768), (1440, 1440)]


def measured(folder: Path, width: int) -> tuple[int, int]:
    """How wide the page is, and how wide its window."""
    frame = folder / "frame.html"
    frame.write_text(FRAME.format(width=width), encoding="utf-8")
    command = [str(BROWSER), *QUIET.split(), "--window-size=1600,2100", f"--user-data-dir={folder / 'profile'}"]
    answer = subprocess.run([*command, frame.as_uri()], capture_output=True, text=True, check=True, timeout=120)
    found = re.search(r"<title>measured (\d+) of (\d+)</title>", answer.stdout)
    assert found is not None, answer.stderr
    return int(found[1]), int(found[2])
