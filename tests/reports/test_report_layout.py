"""The page in a browser: nothing stands out over the side, nothing is fetched, nothing is complained of."""

from pathlib import Path

import pytest
from browser import BROWSER, WIDTHS, Seen, seen_in_browser
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
def test_nothing_overflows_sideways_nor_is_fetched(tmp_path: Path, week: ReportInput) -> None:
    assert seen_in_browser(tmp_path, render(week)) == Seen(list(WIDTHS), [])


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium to look with")
def test_a_page_too_wide_that_would_fetch_is_noticed(tmp_path: Path) -> None:
    html = render(long_names()).replace(
        "<main>", '<main><div style="width: 900px"><img src="https://example.com/a.png"></div>'
    )
    seen = seen_in_browser(tmp_path, html)
    assert min(seen.widths) > 900
    assert "https://example.com/a.png" in "".join(seen.complaints)
