"""Segments that stick and grow, as a leader reads them."""

import pytest
from page_text import section, words
from report_tables import experiment, report, segments

from leadline.reports.page import render
from leadline.reports.sticking import who_sticks_and_grows
from leadline.reports.voice import Voice


@pytest.fixture(scope="module")
def shown() -> str:
    return section(render(report(), (who_sticks_and_grows,)), "segments")


def test_the_title_names_them_the_largest_first(shown: str) -> None:
    assert words(shown).startswith("Who sticks and grows: Rail · Enterprise")


def test_each_segment_stands_beside_all_accounts(shown: str) -> None:
    first = words(shown.split("</tbody>")[0].split("<tbody>")[1])
    assert first == (
        "All accounts 60 31% 97% 88% 23 Small size 35 28% 91% 84% 26 Enterprise size 14 36% 108% 95% – "
        "Others size 11 33% – – 17 Rail industry 34 32% 99% 89% 19 not known industry 26 29% 94% 86% 29"
    )
    assert "<b>Rail</b>" in shown
    assert "<b>Enterprise</b>" in shown
    assert shown.count("<b>") == 2 + 4  # and their stickiness and NRR


def test_shares_stand_with_their_intervals_where_enough_accounts_tell(shown: str) -> None:
    folded = words(shown.split("<details>")[1].split("</details>")[0])
    assert "Enterprise 33% (16% – 57%) 5.5% (1.0% – 25%) Others – –" in folded


def test_without_contracts_growth_is_what_grew_and_what_left() -> None:
    without = segments().assign(nrr=float("nan"), grr=float("nan"))
    page = words(section(render(report(segments=without), (who_sticks_and_grows,)), "segments"))
    assert "Stickiness Grew Left Days to first value" in page
    assert "NRR" not in page


def test_none_above_all_is_said_and_a_pooled_rest_is_never_named() -> None:
    rest = segments().assign(sticks_and_grows=segments()["group"] == "other")
    page = words(section(render(report(segments=rest), (who_sticks_and_grows,)), "segments"))
    assert page.startswith("No segment is above all accounts in both use and growth by more than luck")


def test_more_than_three_are_counted() -> None:
    many = segments().assign(sticks_and_grows=True, dimension="industry", group=[f"I{k}" for k in range(6)])
    page = words(section(render(report(segments=many), (who_sticks_and_grows,)), "segments"))
    assert page.startswith("Who sticks and grows: I0 · I1 · I4, and 3 more segments")


@pytest.mark.parametrize("found", [None, segments().head(1)])
def test_accounts_in_no_segments_have_no_section(found: object) -> None:
    assert who_sticks_and_grows(report(segments=found), Voice("en", "USD")) is None


def test_the_chinese_section_is_chinese() -> None:
    page = words(section(render(report(experiment=experiment("zh")), (who_sticks_and_grows,)), "segments"))
    assert page.startswith("既有黏性又在增长的客群：Rail · 大型")
