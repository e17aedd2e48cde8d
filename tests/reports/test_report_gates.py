"""The gates of a run as a leader reads them: near ones in a sentence, all in a table."""

import pytest
from page_text import section, words
from report_tables import experiment, gates, report

from leadline.reports.gates import sentence
from leadline.reports.page import render
from leadline.reports.sources import data_behind
from leadline.reports.voice import Voice

EN = Voice("en", "USD")


def test_one_near_its_limit_is_warned_of_and_all_stand_in_the_table() -> None:
    page = words(section(render(report(), (data_behind,)), "data"))
    assert (
        "Near its limit, beyond which nothing would have been published: crm has been silent for 5 days "
        "(limit 7 days) since Feb 28, 2024. 3 checks before publishing Check Where Found Limit "
        "Freshness crm 5 days 7 days Shift of the scores (PSI) p_churn 0.21 0.50 Rows set apart events 1.5% 10%"
    ) in page


def test_far_from_every_limit_there_is_no_warning() -> None:
    page = words(section(render(report(gates=gates().assign(strain=0.4)), (data_behind,)), "data"))
    assert "limit, beyond" not in page
    assert "3 checks before publishing" in page


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("volume", "the last week of crm was 20% of a usual one (limit 30%, or one over it)"),
        ("schema", "crm: 20% (limit 30%)"),
        ("missing", "column crm has 20% more missing values than before (limit 30%)"),
        ("indicators", "20% of the indicators have shifted, most of all crm (limit 30%)"),
        ("scores", "scores have shifted by a PSI of 0.20 (limit 0.30)"),
        ("quarantine", "20% of the rows of crm were set apart (limit 30%)"),
    ],
)
def test_each_kind_has_its_sentence(kind: str, said: str) -> None:
    assert sentence({"gate": kind, "place": "crm", "value": 0.2, "limit": 0.3, "since": None}, EN) == said


def test_the_chinese_warning_is_chinese() -> None:
    page = words(section(render(report(experiment=experiment("zh")), (data_behind,)), "data"))
    assert "接近上限（超过即不发布）：crm 已静默 5 天（上限 7 天），始于2024年2月28日。" in page
