"""Published lists that have settled, as a leader reads them."""

from page_text import section, words
from report_tables import report, track_record

from leadline.reports.page import render
from leadline.reports.trust import believe_churn


def page(**changed) -> str:
    return words(section(render(report(**changed), (believe_churn,)), "churn"))


def test_every_settled_list_stands_in_a_table_the_newest_first() -> None:
    assert (
        "2 published lists have settled; as many left as expected (99% interval): 1 "
        "As of Accounts scored Expected to leave 99% interval Left AUC 95% interval "
        "September 11, 2023 7 1.2 0 – 4 5 0.71 0.52 – 0.90 "
        "September 4, 2023 6 1.4 0 – 5 1 0.80 0.60 – 0.95"
    ) in page()


def test_while_none_has_settled_nothing_is_said() -> None:
    assert "settled;" not in page(track_record=track_record().head(0))
    assert "settled;" not in page(track_record=None)
