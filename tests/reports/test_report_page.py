"""The page as a whole: it stands alone, is well formed, and escapes whatever it is given."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from page_text import Text, section, words
from report_tables import (
    ATTACK,
    before,
    context,
    experiment,
    nobody_listed,
    report,
    scored_accounts,
    segments,
    thresholds,
    untested,
    without_money,
)

from leadline.reports.accounts import to_talk_about
from leadline.reports.page import render
from leadline.reports.trust import believe_churn

SAFE = "&lt;script&gt;alert(1)&lt;/script&gt;"
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


@pytest.fixture(scope="module")
def page() -> str:
    return render(report())


def head_figures(html: str) -> dict[str, tuple[str, str]]:
    """What stands at the top of the page: label -> value, note."""
    found = re.findall(r"<dt>(.*?)</dt><dd><b>(.*?)</b><span>(.*?)</span></dd>", html)
    return {label: (value, note) for label, value, note in found}


@pytest.fixture(scope="module")
def counted() -> str:
    return render(without_money())


@pytest.fixture(scope="module")
def quiet() -> str:
    return render(nobody_listed())


def test_every_tag_is_closed_in_order(page: str, counted: str, quiet: str) -> None:
    assert [Text(html).open for html in (page, counted, quiet)] == [[], [], []]


def test_nothing_is_fetched(page: str) -> None:
    assert set(re.findall(r"https?://[^\s\"'<)]+", page)) == NAMESPACES
    assert not re.search(r"<(script|link|img|iframe|object)\b|@import|url\(|src=", page)


def test_the_same_week_gives_the_same_bytes(page: str) -> None:
    assert render(report()) == page


def test_the_page_stays_small_with_many_accounts() -> None:
    one = scored_accounts()
    many = [one.assign(account_id=one["account_id"] + f"-{k}", arr=one["arr"] + k) for k in range(300)]
    html = render(report(scored_accounts=pd.concat(many, ignore_index=True)))
    assert len(html.encode()) < 1_500_000
    assert "Drawn are the 500 with most at risk." in html


def test_every_figure_has_a_text_alternative_and_a_table(page: str) -> None:
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert len(figures) == 18
    assert all(re.search(r'role="img" aria-label="[^"]{20,}"', figure) for figure in figures)
    assert all("<details>" in figure and "<td" in figure for figure in figures)


def test_the_head_figures_come_from_the_frames(page: str) -> None:
    # ARR 200 + 100 + 50 + 400 + 150 + 100 thousand; loss 100 + 40 + 15 + 40 + 7.5; to talk to a1 and a2.
    assert head_figures(page) == {
        "ARR": ("$1M", "6 accounts"),
        "ARR at risk": ("$202K", "20% of ARR, within 104 days"),
        "To talk to this week": ("2", "4 places on the team · 1 held out"),
        "Covered by the list": ("69%", "of what is at risk"),
        "NRR": ("90%", "12 months to February 2, 2024"),
        "GRR": ("86%", "12 months to February 2, 2024"),
    }


def test_without_money_counts_take_its_place(counted: str) -> None:
    assert head_figures(counted) == {
        "Expected churn": ("1.4", "of 6 accounts, within 104 days"),
        "To talk to this week": ("2", "4 places on the team · 1 held out"),
        "Covered by the list": ("67%", "of what is at risk"),
    }
    text = words(counted)
    assert not re.search(r"\bnan\b|NaN|\$|None", text)
    assert "Over the next 104 days we expect to lose 1.4 accounts ." in text
    assert 'id="movement"' not in counted


def test_nobody_on_the_list_is_said_and_draws_nothing(quiet: str) -> None:
    assert "<h1>None of 6 accounts needs a conversation this week</h1>" in quiet
    assert "No account crossed a threshold" in section(quiet, "list")
    assert '<table class="accounts"' not in quiet
    assert 'class="soundings"' not in quiet


def test_no_scores_and_no_tests_still_make_a_page() -> None:
    blank = scored_accounts().assign(p_churn=float("nan"), p_expand=float("nan"), expected_loss=float("nan"))
    html = render(untested(scored_accounts=blank.assign(listed_because="", arm=""), facts={}))
    assert re.findall(r'<section id="(\w+)">', html) == [
        "list",
        "movement",
        "outlook",
        "kpis",
        "segments",
        "churn",
        "expansion",
        "data",
        "words",
    ]
    assert "There are no forward tests yet" in section(html, "churn")


def test_whatever_the_data_says_is_shown_as_text() -> None:
    accounts = scored_accounts()
    texts = ["name", "tier", "stage", "csm", "listed_because", "driver_1_sentence", "play", "data_quality"]
    texts += ["change_because"]
    accounts[texts] = ATTACK
    quarantined = pd.DataFrame([[ATTACK] * 3 + [1]], columns=["table", "column", "reason", "rows"])
    week = report(
        scored_accounts=accounts.assign(csm=[ATTACK, "x"] * 3),
        thresholds=thresholds().assign(group=ATTACK, indicator=ATTACK, changed_because=ATTACK),
        verdicts={"churn": ATTACK, "expansion": ATTACK},
        metrics=report().metrics.replace({"model": {"recency": ATTACK}}),
        facts={ATTACK: ATTACK, "quarantined": quarantined},
        experiment=experiment().model_copy(update={"question": ATTACK}),
        context=context().assign(segment=[ATTACK, "x"] * 3),
        segments=segments().replace({"group": {"Rail": ATTACK}}),
        briefs={"a1": f'"{ATTACK}'},
    )
    html = render(week)
    assert "<script" not in html.lower()
    assert all(
        SAFE in section(html, name)
        for name in ("list", "movers", "risk", "segments", "churn", "rules", "data", "words")
    )
    assert SAFE in html.split("<footer>")[1]
    in_figures = "".join(re.findall(r"<svg.*?</svg>", html, re.DOTALL))
    assert SAFE in in_figures


def test_the_accounts_left_alone_are_counted_and_not_shown(page: str) -> None:
    assert "Northwind" in section(page, "list")
    assert "Quill" not in section(page, "list")
    assert "1 listed account is left alone at random" in section(page, "list")


def test_an_account_row_shows_risk_reasons_and_play(page: str) -> None:
    row = words(re.findall(r'<tr role="row">.*?</tr>', section(page, "list"), re.DOTALL)[1])
    assert row == (
        "Northwind Benchmark · Renewal Amara Term ends May 10, 2024 $200K 50% 1.9× average · +21 pts "
        "1,225 → 125 events a week "
        "Active users fell from 42 to 17. A contact left. Why it is listed users fell 48% Find a new sponsor"
    )


def test_a_listed_account_without_reasons_says_why_it_is_listed() -> None:
    blank = dict.fromkeys([f"driver_{k}_sentence" for k in (1, 2, 3)])
    week = untested(scored_accounts=scored_accounts().assign(**blank), usage=None)
    html = section(render(week, (to_talk_about,)), "list")
    assert "<span>users fell 48%</span>" in html
    assert "<details>" not in html


def test_an_account_with_a_page_of_its_own_is_linked_to_it() -> None:
    shown = section(render(untested(briefs={"a1": "accounts/a1.html"}), (to_talk_about,)), "list")
    assert '<b><a href="accounts/a1.html">Northwind</a></b>' in shown
    assert "<b>Larkspur</b>" in shown


def test_leavers_that_said_so_are_told_apart(page: str) -> None:
    assert "1 account with $100K of ARR is not scored: leaving announced ." in words(page)


def test_only_thresholds_in_force_are_shown(page: str) -> None:
    shown = words(section(page, "rules"))
    assert shown.startswith("0 accounts are on the list, by 2 thresholds")
    assert "Large · Adoption active users, 28 days 32% 26% 2 3 50% $90K" in shown
    assert "All accounts sessions, 28 days 45% 36% 1 3 – –" in shown
    assert "an older week" not in shown


def test_what_was_set_aside_is_counted_with_its_reason(page: str) -> None:
    shown = words(section(page, "data"))
    assert shown.startswith("9 rows set aside, and why")
    assert "events · occurred_at lies in the future 9" in shown


def test_no_effect_is_claimed(page: str) -> None:
    text = words(page).lower()
    assert "associated with" in text
    assert not re.search(r"\bbecause\b|\bcaused\b|\bdue to\b|\bthanks to\b", text)


def test_a_chinese_page_holds_no_english_but_names_and_codes() -> None:
    accounts = scored_accounts().assign(
        name=["海港", "北风", "雀石", "灯塔", "深寻", "花岗"],
        csm=["李雷", "韩梅梅"] * 3,
        listed_because=scored_accounts()["listed_because"].where(lambda s: s.eq(""), "用户下降"),
        driver_1_sentence="活跃用户从 42 降到 17。",
        driver_2_sentence="联系人离开。",
        change_because=scored_accounts()["change_because"].where(lambda s: s.eq(""), "活跃用户减少"),
        play="寻找新负责人",
        data_quality=["正常"] * 5 + ["已宣布离开"],
    )
    week = report(
        experiment=experiment("zh"),
        scored_accounts=accounts,
        thresholds=thresholds().assign(group="segment=大型, stage=adoption", changed_because="初次设定"),
        verdicts={"churn": "模型可信。", "expansion": "使用规则。"},
        context=context().replace({"segment": {"large": "大型", "small": "小型"}}),
        segments=segments().replace({"group": {"Rail": "铁路"}}),
    )
    facts = {**week.facts, "quarantined": week.facts["quarantined"].assign(reason="在未来")}
    text = words(render(replace(week, facts=facts)))
    codes = "Leadline demo ARR NRR GRR DAU MAU CSM AUC Brier US active users sessions events occurred_at churn"
    codes += " crm p_churn PSI NPS Net Gross Revenue Retention Promoter Score"
    left = set(re.findall(r"[A-Za-z_]{2,}", text)) - set(codes.split())
    assert left == set()
    assert "6 个客户中，本周有 2 个需要跟进" in text
    assert "2024年3月4日" in text
    assert "US$20.2万" in text


def test_the_opening_says_what_changed_since_the_list_before(page: str) -> None:
    # Larkspur is new, Fathom is gone; 182,250 then.
    text = words(page.split("<main>")[0])
    assert "New on the list since February 26, 2024 : 1 account ; off it: 1 account ." in text
    assert "ARR at risk rose from $182K to $202K ." in text


@pytest.mark.parametrize(("factor", "said"), [(1.2, "ARR at risk fell from $243K"), (1.0, "as it did then ( $202K )")])
def test_the_stake_is_told_to_have_fallen_or_stayed(factor: float, said: str) -> None:
    then = before().assign(expected_loss=scored_accounts()["expected_loss"] * factor)
    assert said in words(render(report(before=then), ()).split("<main>")[0])


def test_a_first_report_says_nothing_of_a_list_before() -> None:
    assert "New on the list" not in render(report(before=None), ())


def test_movers_stand_with_their_reasons_up_then_down(page: str) -> None:
    # 0.21 x 200,000 and 0.01 x 400,000 up; 0.02 x 150,000 down.
    shown = words(section(page, "movers"))
    assert "Up: the 2 that rose most, +$46K of ARR at risk together" in shown
    assert "Jonas risk up 1 points: seats 9.0% → 10% +$4K Down: 1 account, −$3K of ARR at risk" in shown


def test_the_matrix_counts_accounts_and_arr_by_band(page: str) -> None:
    # Northwind alone holds 100,000 of 202,500; Larkspur, at 100,000, is in the same cell.
    shown = words(section(page, "risk"))
    assert "2 accounts at high risk with ARR of $100K – $300K carry 69% of the ARR at risk" in shown
    assert "High $100K – $300K 2 2 $300K $140K Medium $30K – $100K 1 1 $50K $15K" in shown


def test_quarters_of_renewal_stand_in_their_order(page: str) -> None:
    shown = words(section(page, "risk"))
    assert "By renewal: Q2 2024 holds 69% of the ARR at risk." in shown
    assert "Q2 2024 2 2 $300K $140K Q3 2024 1 1 $50K $15K Q4 2024 1 0 $150K $7.5K Q1 2025 1 0 $100K $0" in shown


def test_the_forecast_is_told_with_its_interval(page: str) -> None:
    shown = words(section(page, "outlook"))
    assert "In 2 quarters we expect 93% of today's ARR, expansion counted (80% interval: 88% to 98%)." in shown
    assert "Customers kept in 1 quarter 96% 94% – 98%" in shown


def test_a_list_published_at_the_test_date_is_the_one_that_is_judged() -> None:
    lists = pd.DataFrame({"account_id": ["a40", "a41", "a0"], "as_of": pd.Timestamp("2023-10-02")})
    shown = words(section(render(report(lists=lists), (believe_churn,)), "churn"))
    assert "Of the 3 accounts listed as of October 2, 2023, 3 left; we had expected 0.9" in shown
    assert "the one published that day" in shown


def test_thresholds_that_moved_are_told_with_their_course(page: str) -> None:
    shown = words(section(page, "rules"))
    assert "All accounts · sessions, 28 days: from 90% to 45% in 2 weeks published." in shown
    assert "2 thresholds moved since February 26, 2024" in shown


def test_an_account_links_to_its_brief_where_there_is_one() -> None:
    html = section(render(report(briefs={"a1": "accounts/a1.html"}), (to_talk_about,)), "list")
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', html) == [("accounts/a1.html", "Northwind")]
