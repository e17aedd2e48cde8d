"""The report as a PDF, where a Chromium is there to print it."""

import re
import shutil
import subprocess
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryDirectory

import pandas as pd

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The page is ours and runs no script; in a container, or as root, Chromium has no sandbox to start in.
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--no-pdf-header-footer",
)  # fmt: skip
SECONDS = 120
MOMENT = re.compile(rb"\(D:\d{14}")
OUTWARD = re.compile(r' href="(?!#)[^"]*"')


def not_printed(page: Path, pdf: Path, as_of: pd.Timestamp) -> str:
    """Print a page to a PDF, on A4 and light as its style sheet says; empty, or why there is none.

    No Chromium, or one that fails or takes more than two minutes, is no reason to publish nothing: then there is no
    PDF. The moment of printing, which Chromium notes in the file, is replaced by the as-of date: the same page gives
    the same bytes with the same Chromium and fonts, and others with others. Links to other files are left out, for
    Chromium would write down where they lay on this machine.
    """
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        return "there is no Chromium here; install it to have the report printed as well"
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "report.html"
        copy.write_text(OUTWARD.sub("", page.read_text(encoding="utf-8")), encoding="utf-8")
        command = [browser, *QUIET, f"--user-data-dir={folder}/profile", f"--print-to-pdf={pdf}", copy.as_uri()]
        try:
            # no pipes, which its children would hold open
            subprocess.run(command, stdout=DEVNULL, stderr=DEVNULL, check=True, timeout=SECONDS)  # noqa: S603
            pdf.write_bytes(MOMENT.sub(f"(D:{as_of:%Y%m%d%H%M%S}".encode(), pdf.read_bytes()))
        except (subprocess.SubprocessError, OSError) as error:
            pdf.unlink(missing_ok=True)
            return f"{Path(browser).name} could not print it ({type(error).__name__})"
    return ""
