"""The page of one account: what it says is what it was given, and it stands alone."""

import re
from pathlib import Path

import pandas as pd
import pytest
from brief_tables import AS_OF, BUSY, account, bare, brief, happenings, history, modules, people
from browser import BROWSER, WIDTHS, Seen, seen_in_browser
from page_text import Text, words
from report_tables import ATTACK

from leadline.reports.account_brief import render_brief
from leadline.reports.brief_input import BriefInput, modules_of, people_of
from leadline.runs.printing_pdf import not_printed

SAFE = "&lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.fixture(scope="module")
def page() -> str:
    return render_brief(brief())


def rows(html: str, title: str) -> list[str]:
    """The lines of a table of use."""
    table = html.split(f"<h2>{title}</h2>")[1].split("</table>")[0]
    return [words(row) for row in re.findall(r'<tr><th scope="row">.*?</tr>', table, re.DOTALL)]


def test_the_top_says_who_what_is_at_stake_and_until_when(page: str) -> None:
    top = words(page.split("<header>")[1].split("</header>")[0])
    assert top == (
        "Leadline demo as of March 4, 2024 The report Northwind "
        "large · Benchmark · Renewal · looked after by Amara "
        "Risk 50% within 104 days · +21 pts ARR $200K ARR at risk $100K Term ends May 3, 2024 in 60 days"
    )


def test_reasons_why_listed_and_the_words_of_the_play(page: str) -> None:
    pair = words(page.split("<main>")[1].split("Use by module")[0])
    assert pair == (
        "What it is associated with Active users fell from 42 to 17. A contact left. Why it is listed users fell 48% "
        "How its chance moved risk up 21 points: users What to try "
        "Find a new sponsor Look at first Who logs in still. How to begin Who took over?"
    )


def test_use_of_four_weeks_is_held_against_the_twelve_before(page: str) -> None:
    # 3 x 4 against 9 x 12 / 3; 2 x 4 against nothing
    assert rows(page, "Use by module") == ["reports 12 -67%", "elsewhere 8 new"]


def test_people_are_told_by_role_and_number(page: str) -> None:
    assert rows(page, "Key people") == [
        "admin 1 last seen Dec 18, 2023 0 –",
        "user 1 20 -17%",
        "user 2 not seen in 26 weeks 0 –",
        "11 others 16 +0%",
    ]


def test_people_are_named_where_their_names_are_given() -> None:
    named = people().assign(name=["Ada", "Bo", "Cy", None])
    assert [row.split()[0] for row in rows(render_brief(brief(people=named)), "Key people")] == [
        "Ada",
        "Bo",
        "Cy",
        "11",
    ]


def test_the_year_in_words_the_newest_first(page: str) -> None:
    shown = words(page.split("<details>")[1].split("</details>")[0])
    assert shown == (
        "The numbers Date What In detail "
        "Mar 4, 2024 On the list Feb 20, 2024 Ticket normal · still open Feb 8, 2024 Survey score 8 "
        "Feb 6, 2024 Survey score 3 Jan 10, 2024 Ticket urgent · until Jan 12, 2024 "
        "Oct 11, 2023 Stepping in Find a new sponsor · until Oct 30, 2023 "
        "May 3, 2023 Contract platform · $16.7K a month · until May 3, 2024"
    )


def test_the_lists_of_the_past_say_chance_and_reason(page: str) -> None:
    shown = words(page.split("What the lists said</h3>")[1].split("</table>")[0])
    assert shown == (
        "Date Risk What it is associated with Mar 4, 2024 50% Active users fell from 42 to 17. "
        "Feb 26, 2024 29% Sessions fell."
    )


def test_the_drawing_of_the_year_holds_each_happening_once(page: str) -> None:
    wide = re.findall(r'<svg class="year".*?</svg>', page, re.DOTALL)[0]
    marks = ["contract", "ticket urgent", "ticket", "intervention", "listing", "dot", "dot hollow"]
    assert {mark: wide.count(f'class="{mark}"') for mark in marks} == {
        "contract": 1, "ticket urgent": 1, "ticket": 1, "intervention": 1, "listing": 1, "dot": 2, "dot hollow": 1,
    }  # fmt: skip
    assert ">3–8</text>" in wide


def test_every_number_shown_is_one_that_was_given(page: str) -> None:
    """Dates, the row of the list, sums over weeks and their change; ticks of the drawing: 0%, 60% and the year."""
    dates = [AS_OF, account()["term_end"], *history()["as_of"], *happenings()["start"], *happenings()["end"]]
    days = {str(part) for date in [*dates, *people()["last_at"]] if pd.notna(date) for part in (date.day, date.year)}
    of_account = {"50", "104", "21", "200", "100", "60", "42", "17", "48"}  # 104 days ahead; the term ends in 60
    of_use = {"26", "4", "12", "67", "8", "0", "1", "2", "20", "17", "11", "16"}
    of_year = {"3", "8", "16.7", "29", "0", "60", "10"}
    shown = set(re.findall(r"\d[\d,.]*\d|\d", words(page)))
    assert shown - (days | of_account | of_use | of_year) == set()
    assert {"50", "200", "67", "20", "16.7", "29"} <= shown


def test_a_chinese_page_holds_no_english_but_names_and_codes() -> None:
    row = account(
        name="海港", csm="李雷", segment="大型", listed_because="用户下降", driver_1_sentence="活跃用户下降。",
        driver_2_sentence="联系人离开。", play_name="寻找负责人", look_at="谁还在用。", talk_track="谁接手？",
        data_quality="正常", change_because="风险上升 21 个百分点",
    )  # fmt: skip
    told = happenings().replace(
        {"name": {"platform": "平台", "urgent": "紧急", "normal": "普通", "Find a new sponsor": "寻找"}}
    )
    past = history().assign(reason="活跃下降")
    used = modules().assign(module=["报表", None])
    html = render_brief(brief("zh", account=row, happenings=told, history=past, modules=used))
    left = re.sub(r"Leadline|demo|ARR|US\$|[KM]\b", "", words(html))
    assert re.findall(r"[A-Za-z]{2,}", left) == []
    assert rows(html, "关键用户")[0].startswith("管理员 1")


def test_whatever_the_data_says_is_shown_as_text() -> None:
    texts = ("name", "csm", "segment", "tier", "stage", "listed_because", "driver_1_sentence", "data_quality",
             "change_because", "play_name", "look_at", "talk_track")  # fmt: skip
    html = render_brief(
        brief(
            account=account(**dict.fromkeys(texts, ATTACK)),
            modules=modules().assign(module=ATTACK),
            people=people().assign(name=ATTACK),
            happenings=happenings().assign(name=ATTACK),
            history=history().assign(reason=ATTACK),
        )
    )
    assert "<script" not in html.lower()
    assert html.count(SAFE) > 20
    assert Text(html).open == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_account_of_which_little_is_known_still_has_a_page(language: str) -> None:
    html = render_brief(bare(language))
    assert Text(html).open == []
    assert not re.search(r"\bnan\b|NaN|NaT|None|\$", words(html))
    assert '<svg class="year"' not in html
    if language == "en":
        text = words(html)
        assert "No use in the last 26 weeks." in text
        assert "The log names nobody here." in text
        assert "Nothing else is known of this account." in text


def test_nothing_is_fetched_and_bytes_are_the_same_twice(page: str) -> None:
    assert not re.search(r"<(script|link|img|iframe|object)\b|@import|url\(|src=|https?://", page)
    assert re.findall(r'href="([^"]*)"', page) == ["../report.html"]
    assert render_brief(brief()) == page
    assert Text(page).open == []


def test_no_effect_is_claimed(page: str) -> None:
    assert not re.search(r"\bbecause\b|\bcaused?\b|\bdue to\b|\bdrives\b", words(page).lower())


def use() -> pd.DataFrame:
    """Two modules, three people and nobody: events by weeks ago."""
    rows = [(0, "reports", "ada", 5), (25, "reports", "ada", 1), (0, "boards", "bo", 9), (1, None, None, 2)]
    frame = pd.DataFrame([*rows, (3, "boards", "cy", 1)], columns=["ago", "module", "user_id", "events"])
    return frame.assign(last_at=AS_OF - pd.to_timedelta(7 * frame["ago"] + 1, unit="D"))


def test_modules_and_people_are_counted_by_week() -> None:
    by_module = modules_of(use())
    assert by_module["module"].fillna("-").tolist() == ["boards", "reports", "-"]
    assert [(sum(w), w[-1], w[0], len(w)) for w in by_module["weekly"]] == [
        (10, 9, 0, 26),
        (6, 5, 1, 26),
        (2, 0, 0, 26),
    ]
    key = pd.DataFrame({"user_id": ["bo", "di", "ada"], "role": [None, "admin", "admin"]})
    told = people_of(use(), key, names=False)
    assert told["role"].fillna("-").tolist() == ["admin", "admin", "-", "-"]
    assert told["name"].isna().all()
    assert [sum(w) for w in told["weekly"]] == [6, 0, 9, 1]
    assert told["count"].tolist() == [1, 1, 1, 1]
    assert people_of(use(), key, names=True)["name"].fillna("-").tolist() == ["ada", "di", "bo", "-"]


def crowded() -> BriefInput:
    """As much as a page may hold, with names that cannot be broken at a space."""
    long = "schifffahrtsgesellschaft"
    sentence = "39% of the seats paid for were used in the last 28 days, against 57% of them four weeks earlier."
    row = account(name=long * 4, csm=long, **{f"driver_{k}_sentence": sentence for k in (1, 2, 3)})
    row |= {
        "listed_because": sentence * 2,
        "look_at": sentence * 3,
        "talk_track": sentence * 3,
        "change_because": sentence,
    }
    weeks = pd.DataFrame({"module": [f"{long}{k}" for k in range(9)], "weekly": [BUSY] * 9})
    crowd = pd.concat([people().iloc[[0]]] * 9 + [people().iloc[[3]]], ignore_index=True)
    weekly = [AS_OF - pd.Timedelta(weeks=k) for k in range(20)]
    past = pd.DataFrame({"as_of": weekly, "p_churn": 0.3, "reason": sentence, "published": True})
    return brief(account=row, modules=weeks, people=crowd, history=past)


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium to look with")
def test_nothing_overflows_sideways_in_a_browser(tmp_path: Path) -> None:
    assert seen_in_browser(tmp_path, render_brief(crowded())) == Seen(list(WIDTHS), [])


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no Chromium to print with")
def test_a_crowded_page_prints_to_one_sheet(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(render_brief(crowded()), encoding="utf-8")
    assert not_printed(tmp_path / "page.html", tmp_path / "page.pdf", AS_OF) == ""
    assert len(re.findall(rb"/Type /Page\b", (tmp_path / "page.pdf").read_bytes())) == 1
