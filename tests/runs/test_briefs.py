"""Where the pages of accounts lie, whose there are, and what they tell of the past."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import pandas as pd
import pytest

from leadline.experiment import Experiment, Outcomes, Report
from leadline.features.happenings import TYPES
from leadline.reports.brief_input import BriefInput
from leadline.runs import briefs
from leadline.runs.fingerprint import settings_fingerprint

AS_OF = pd.Timestamp("2024-03-04")
IDS = ["a/b", "a.b", "..", "客户/一", "<script>alert(1)</script>", "plain", "held"]
SETTINGS = Experiment(name="demo", question="?", source="demo", outcomes=Outcomes(mode="contract"))


def scored(ids: list[str], date: pd.Timestamp = AS_OF, p: float = 0.5) -> pd.DataFrame:
    """A list of these accounts, of which `held` is left alone."""
    sentences = {f"driver_{k}_sentence": ["Users fell.", None, None][k - 1] for k in (1, 2, 3)}
    return pd.DataFrame({"account_id": ids}).assign(
        name=ids, as_of=date, p_churn=p, arr=1000.0, expected_loss=500.0, tier="growth", stage="renewal", csm="Ann",
        arm=["holdout" if i == "held" else "treat" for i in ids], listed_because="it fell", data_quality="ok",
        score_change=float("nan"), change_because=None, **sentences,
    )  # fmt: skip


def page_of(account: str) -> BriefInput:
    row = scored([account]).assign(segment=None, term_end=pd.NaT, play_name="", look_at="", talk_track="").iloc[0]
    blank = {"modules": ["module", "weekly"], "people": ["role", "name", "count", "weekly", "last_at"]}
    blank |= {"happenings": list(TYPES), "history": ["as_of", "p_churn", "reason", "published"]}
    return BriefInput(SETTINGS, AS_OF, row.to_dict(), **{k: pd.DataFrame(columns=v) for k, v in blank.items()})


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], dict[str, str]]:
    monkeypatch.setattr(briefs, "briefs", lambda job, talk: (page_of(account) for account in talk["account_id"]))

    def write(ids: list[str]) -> dict[str, str]:
        scored(ids).to_parquet(tmp_path / "scored_accounts.parquet")
        return briefs.briefs_written(SimpleNamespace(file=lambda name: tmp_path / name))  # type: ignore[arg-type]

    return write


def test_every_account_to_talk_to_has_a_page_of_its_own(tmp_path: Path, written: Callable) -> None:
    found = written(IDS)
    assert set(found) == set(IDS) - {"held"}
    files = {account: tmp_path / unquote(href) for account, href in found.items()}
    assert all(file.is_file() and file.parent == tmp_path / "accounts" for file in files.values())
    assert len(set(files.values())) == len(files) == len(list((tmp_path / "accounts").iterdir()))
    assert found["plain"] == "accounts/plain.html"
    assert all("<h1>客户/一</h1>" in file.read_text("utf-8") for a, file in files.items() if a == "客户/一")
    assert all("<script" not in file.read_text("utf-8") for file in files.values())


def test_pages_of_an_earlier_list_are_gone(tmp_path: Path, written: Callable) -> None:
    written(["one", "two"])
    before = (tmp_path / "accounts" / "two.html").read_bytes()
    written(["two"])
    assert [file.name for file in (tmp_path / "accounts").iterdir()] == ["two.html"]
    assert (tmp_path / "accounts" / "two.html").read_bytes() == before


def test_nobody_to_talk_to_has_no_page(tmp_path: Path, written: Callable) -> None:
    assert written(["held"]) == {}
    assert list((tmp_path / "accounts").iterdir()) == []


def test_the_past_is_what_was_published_and_before_that_what_was_tested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list of the week before; tests of half a year ago, of more than a year ago, and of a published week."""
    week_before = AS_OF - pd.Timedelta(weeks=1)
    (tmp_path / "earlier").mkdir()
    scored(["a", "gone"], week_before, 0.3).to_parquet(tmp_path / "earlier" / "scored_accounts.parquet")
    monkeypatch.setattr(briefs, "published_before", lambda *_: [tmp_path / "earlier"])
    dates = pd.to_datetime(["2023-01-02", "2023-10-02", "2024-02-26"]).as_unit("us")
    tests = pd.DataFrame({"account_id": "a", "as_of": dates, "observed": 0, "p": [0.1, 0.2, 0.9], "recency": 0.4})
    test = SimpleNamespace(predictions=tests, verdict=SimpleNamespace(kind="model"))
    monkeypatch.setattr(briefs, "champions", lambda _: {"churn": None})
    monkeypatch.setattr(briefs, "forward_test", lambda *_: test)
    job = SimpleNamespace(experiment=SETTINGS, as_of=AS_OF)
    said = briefs._said(job, scored(["a"]))  # type: ignore[arg-type]
    history = briefs._history(job, said)  # type: ignore[arg-type]
    assert history["p_churn"].tolist() == [0.2, 0.3, 0.5]
    assert history["published"].tolist() == [False, True, True]
    assert history["reason"].tolist() == ["", "Users fell.", "Users fell."]
    test.verdict.kind = "recency"
    assert briefs._history(job, said)["p_churn"].tolist()[0] == 0.4  # type: ignore[arg-type]


def test_what_pages_show_of_people_trains_nothing_anew() -> None:
    named = SETTINGS.model_copy(update={"report": Report(people="names")})
    source = SimpleNamespace(model_dump=lambda **_: {})
    assert settings_fingerprint(named, source) == settings_fingerprint(SETTINGS, source)  # type: ignore[arg-type]
    other = SETTINGS.model_copy(update={"seed": 8})
    assert settings_fingerprint(other, source) != settings_fingerprint(SETTINGS, source)  # type: ignore[arg-type]
