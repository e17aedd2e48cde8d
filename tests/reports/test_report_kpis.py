"""The KPIs of the team as a leader reads them, and their one meaning in code and glossary."""

import re
from pathlib import Path

import pytest
from page_text import section, words
from report_tables import experiment, kpis, report, without_money

from leadline.features.kpi import KPIS
from leadline.reports.kpis import team_quarter
from leadline.reports.page import render
from leadline.reports.voice import Voice, wording

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shown() -> str:
    return section(render(report(), (team_quarter,)), "kpis")


def rows(html: str) -> dict[str, list[str]]:
    """The first table: first cell -> the others, as text."""
    found = re.findall(r"<tr>(.*?)</tr>", html.split("</table>")[0], re.DOTALL)
    cells = [
        [words(f"<p>{cell}</p>") for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL)] for row in found
    ]
    return {first: rest for first, *rest in cells}


def test_each_kpi_in_its_unit_beside_the_quarter_before_and_out_of_how_many(shown: str) -> None:
    assert rows(shown) == {
        "KPI": ["This quarter", "Quarter before", "Out of"],
        "Accounts due": ["8", "9", ""],
        "Renewal rate": ["75%", "70%", "8 accounts"],
        "Renewal rate by money": ["60%", "–", "$100K of ARR"],
        "NRR": ["90%", "95%", "$1M of ARR"],
        "GRR": ["86%", "90%", "$1M of ARR"],
        "Expansion ARR": ["$12.3K", "$0", "$1M of ARR"],
        "Adoption rate": ["100%", "50%", "6 accounts"],
        "Expansion chances found no expansion list published in this period names an account": ["–", "4", ""],
        "Save rate": ["80%", "50%", "5 accounts"],
        "Holdout renewal rate": ["100%", "–", "1 account"],
        "Growth-tier share": ["33%", "50%", "6 accounts"],
        "Referrals made": ["3", "0", ""],
        "Referral revenue": ["$500", "$0", "1 referral won"],
        "NPS": ["-12", "30", "40 answers"],
    }


def test_what_cannot_be_told_is_named_with_its_reason(shown: str) -> None:
    text = words(shown)
    assert "Not counted (the source does not say when a renewal was signed): Early renewal rate." in text
    assert "Not counted (nothing to count it from in this period): First-value rate." in text


def test_the_meaning_and_the_days_of_each_stand_beneath(shown: str) -> None:
    text = words(shown)
    assert "Renewal rate Share of the accounts due whose cover went on" in text
    assert "November 4, 2023 to February 2, 2024" in text
    assert "Growth-tier share" in text
    assert "by today's tier. March 4, 2024 Referrals made" in text


def test_nothing_is_shown_where_nothing_was_counted() -> None:
    say = Voice("en", "USD")
    assert team_quarter(without_money(), say) is None
    assert team_quarter(report(kpis=kpis().assign(value=float("nan"))), say) is None


def test_without_contracts_there_is_no_nrr_at_the_top() -> None:
    frame = kpis()
    gone = frame["kpi"].isin(["nrr", "grr"])
    page = render(
        report(kpis=frame.assign(value=frame["value"].mask(gone), because=frame["because"].mask(gone, "nobody")))
    )
    assert "12 months to" not in page.split("</header>")[0]


def test_the_chinese_page_tells_them_in_chinese() -> None:
    text = words(section(render(report(experiment=experiment("zh")), (team_quarter,)), "kpis"))
    assert "续约率 75% 70% 8 个客户" in text
    assert "未统计（数据源没有说明续约的签署时间）：提前续约率。" in text


def test_every_reason_has_a_wording() -> None:
    told = {key.removeprefix("kpis.because.") for key in wording() if key.startswith("kpis.because.")}
    given = re.findall(
        r'Counted\(NAN, [^"]+"(\w+)"\)', "".join(f.read_text() for f in (ROOT / "src/features").glob("*.py"))
    )
    needed = {f"no_{table}" for kpi in KPIS for table in kpi.needs if table not in ("accounts", "events")}
    assert len(set(given)) > 4
    assert told == {*given, *needed}


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.key)
def test_the_glossary_says_what_the_declaration_says(kpi) -> None:
    row = [kpi.name["en"], kpi.name["zh"], kpi.meaning["en"], kpi.meaning["zh"]]
    assert f"\n| {' | '.join(row)} |\n" in (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
