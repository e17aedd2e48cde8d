"""The page in a browser: nothing stands out over the side."""

from pathlib import Path

import pytest
from browser import BROWSER, WIDTHS, widths_in_browser
from report_tables import report, scored_accounts, without_money

from leadline.reports.page import render
from leadline.reports.report_input import ReportInput


def long_names() -> ReportInput:
    """The small week with names that cannot be broken at a space."""
    accounts = scored_accounts()
    return report(scored_accounts=accounts.assign(name=accounts["name"] + "schifffahrtsgesellschaft" * 4))


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium to look with")
@pytest.mark.parametrize("week", [long_names(), without_money()], ids=["money", "count"])
def test_nothing_overflows_sideways(tmp_path: Path, week: ReportInput) -> None:
    assert widths_in_browser(tmp_path, render(week)) == list(WIDTHS)
