"""The report as a PDF, where a Chromium is there to print it."""

import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The page is ours and runs no script; in a container, or as root, Chromium has no sandbox to start in.
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--no-pdf-header-footer",
)  # fmt: skip
SECONDS = 120
MOMENT = re.compile(rb"\(D:\d{14}")


def printed(page: Path, pdf: Path, as_of: pd.Timestamp) -> str:
    """Print a page to a PDF, light and on A4 as its style sheet says; a line that says where it is, or why there is none.

    No Chromium, or one that fails or takes more than two minutes, is no reason to publish nothing: there is no PDF then.
    The moment of printing, which Chromium notes in the file, is replaced by the as-of date; the same page gives the same
    bytes with the same Chromium and fonts, and others with others.
    """
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        return "none, for there is no Chromium here; install it to have report.pdf beside report.html"
    with TemporaryDirectory() as folder:
        command = [browser, *QUIET, f"--user-data-dir={folder}", f"--print-to-pdf={pdf}", page.resolve().as_uri()]
        try:
            subprocess.run(command, capture_output=True, check=True, timeout=SECONDS)  # noqa: S603 no shell, our own words
        except (subprocess.SubprocessError, OSError) as error:
            pdf.unlink(missing_ok=True)
            return f"none, for {Path(browser).name} could not print it ({type(error).__name__})"
    if not pdf.is_file():
        return f"none, for {Path(browser).name} printed nothing"
    pdf.write_bytes(MOMENT.sub(f"(D:{as_of:%Y%m%d%H%M%S}".encode(), pdf.read_bytes()))
    return ""
