from pathlib import Path

import pandas as pd
import pytest
import yaml
from decision_tables import playbook

from leadline.decisions.plays import Case, Rule, read_plays, with_play_texts
from leadline.decisions.talk import PLACEHOLDERS
from leadline.features.catalogue import catalogue, declared
from leadline.problem import Problem

SHIPPED = Path(__file__).parents[2] / "experiments" / "plays.yaml"
CATALOGUE = [*declared(), *catalogue().values()]


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ({}, True),
        ({"stage": "renewal"}, True),
        ({"stage": ["onboarding", "renewal"], "cause": "business", "family": "trend"}, True),
        ({"stage": "adoption"}, False),
        ({"cause": "product"}, False),
        ({"stage": "renewal", "family": ["depth", "voice"]}, False),
        ({"tier": ["benchmark", "growth"], "indicator": "users_trend"}, True),
        ({"tier": "standard"}, False),
        ({"indicator": "events_trend"}, False),
    ],
)
def test_what_a_rule_leaves_out_fits_everything(rule: dict, fits: bool) -> None:
    assert (
        Rule.model_validate({**rule, "play": "x"}).fits(Case("renewal", "business", "growth", "trend", "users_trend"))
        is fits
    )


def test_the_first_rule_that_fits_is_taken_else_the_fallback() -> None:
    rules = [{"cause": "product", "play": "mend"}, {"stage": "renewal", "play": "reconnect"}]
    book = playbook(rules=rules)
    assert book.play_for(Case("renewal", "product", "")) == "mend"
    assert book.play_for(Case("renewal", "unknown", "")) == "reconnect"
    assert book.play_for(Case("adoption", "unknown", "")) == "check_in"


@pytest.mark.parametrize(
    ("stage", "cause", "family", "play"),
    [
        ("adoption", "product", "key users", "mend"),
        ("onboarding", "business", "key users", "reconnect"),
        ("onboarding", "unknown", "activity", "reonboard"),
        ("adoption", "business", "depth", "train"),
        ("adoption", "business", "trend", "reconnect"),
        ("adoption", "unknown", "trend", "check_in"),
        ("renewal", "business", "trend", "settle"),
        ("renewal", "business", "commercial", "settle"),
        ("renewal", "unknown", "trend", "settle"),
        ("renewal", "business", "voice", "resolve"),
    ],
)
def test_the_shipped_plays(stage: str, cause: str, family: str, play: str) -> None:
    assert read_plays(SHIPPED, CATALOGUE).play_for(Case(stage, cause, "growth", family)) == play


def test_the_shipped_plays_send_an_executive_to_benchmark_accounts_only() -> None:
    book = read_plays(SHIPPED, CATALOGUE)
    plays = [book.play_for(Case("renewal", "business", tier, "trend")) for tier in ("benchmark", "growth", "standard")]
    assert plays == ["executive", "settle", "settle"]


@pytest.mark.parametrize(
    ("family", "indicator", "play"),
    [
        ("activity", "seat_utilisation", "more_seats"),
        ("flow", "people_still_here", "more_seats"),
        ("flow", "new_users", "roll_out"),
        ("breadth", "modules_adopted", "add_on"),
        ("modules", "module_events_reports", "add_on"),
        ("activity", "events", "expand"),
    ],
)
def test_the_shipped_plays_for_growth(family: str, indicator: str, play: str) -> None:
    case = Case("adoption", "unknown", "growth", family, indicator)
    assert read_plays(SHIPPED, CATALOGUE).growth_play_for([case]) == play


def test_every_shipped_play_can_be_drawn_and_all_strategies_are_there() -> None:
    book = read_plays(SHIPPED, CATALOGUE)
    assert {book.fallback, book.expansion, *(rule.play for _, rule in book.all_rules())} == set(book.plays)
    assert {play.strategy for play in book.plays.values()} == {"people", "value", "renewal"}


def edited(tmp_path: Path, **changes: object) -> Path:
    content = {**yaml.safe_load(SHIPPED.read_text(encoding="utf-8")), **changes}
    file = tmp_path / "plays.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fallback": "sleep"}, "fallback names the play 'sleep', and plays: holds only add_on, check_in"),
        ({"rules": [{"play": "sleep"}]}, "rules.0 names the play 'sleep'"),
        ({"rules": [{"stage": "retired", "play": "train"}]}, "rules.0.stage.0: Input should be 'onboarding'"),
        (
            {"rules": [{"family": "dept", "play": "train"}]},
            "rules.0.family: the catalogue has no family dept; choose among activity",
        ),
        (
            {"rules": [{"stages": "renewal", "play": "train"}]},
            "rules.0.stages: Extra inputs are not permitted",
        ),
        (
            {"expansion_rules": [{"indicator": "seats_full", "play": "expand"}]},
            "expansion_rules.0.indicator: the catalogue has no indicator seats_full; choose among active_days",
        ),
        ({"expansion_rules": [{"play": "sleep"}]}, "expansion_rules.0 names the play 'sleep'"),
        ({"rules": [{"tier": "gold", "play": "train"}]}, "rules.0.tier.0: Input should be 'benchmark'"),
        ({"plays": {"train": {"strategy": "value"}}}, "plays.train.name: Field required"),
    ],
)
def test_a_mistake_is_a_sentence(tmp_path: Path, changes: dict, said: str) -> None:
    with pytest.raises(Problem, match="settings to mend") as problem:
        read_plays(edited(tmp_path, **changes), CATALOGUE)
    assert said in str(problem.value)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"Plays file .*nowhere.yaml does not exist"):
        read_plays(tmp_path / "nowhere.yaml", CATALOGUE)


TEXT = {"en": "words", "zh": "词"}


@pytest.mark.parametrize(
    ("sentences", "said"),
    [
        (
            ["Hello.", "You pay {ar}."],
            "plays.train.talk_track.zh: Value error, the placeholder {ar} is unknown; choose",
        ),
        (["Hello.", "You pay {arr:.2f}."], "the placeholder {arr:.2f} is unknown"),
        (["Hello.", "You pay {arr!r}."], "the placeholder {arr!r} is unknown"),
        (["Hello.", "It is {name.upper}."], "the placeholder {name.upper} is unknown"),
        (["Hello.", "It is {}."], "the placeholder {} is unknown"),
        (["Hello {name"], "a brace is open or stands alone in 'Hello {name'"),
        (["You pay {arr}."], "write at least one sentence that holds for every account"),
        ([], "write at least one sentence that holds for every account"),
    ],
)
def test_a_wrong_placeholder_names_play_language_and_placeholder(tmp_path: Path, sentences: list, said: str) -> None:
    play = {"strategy": "value", "name": TEXT, "look_at": TEXT, "talk_track": {"en": "Hello.", "zh": sentences}}
    shipped = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))["plays"]
    with pytest.raises(Problem, match="settings to mend") as problem:
        read_plays(edited(tmp_path, plays={**shipped, "train": play}), CATALOGUE)
    assert said in str(problem.value)
    assert "plays.train.talk_track.zh" in str(problem.value)


def test_every_placeholder_is_explained_at_the_top_of_the_shipped_file() -> None:
    comments = "".join(line for line in SHIPPED.read_text(encoding="utf-8").splitlines() if line.startswith("#"))
    assert [name for name in PLACEHOLDERS if f"{{{name}}}" not in comments] == []


def test_the_shipped_sentences_name_the_same_numbers_in_both_languages() -> None:
    def numbers(sentences: tuple[str, ...]) -> set[str]:
        return {name for name in PLACEHOLDERS if name != "name" and f"{{{name}}}" in "".join(sentences)}

    texts = [talk for play in read_plays(SHIPPED, CATALOGUE).plays.values() for talk in (play.look_at, play.talk_track)]
    assert [text for text in texts if numbers(text.en) != numbers(text.zh)] == []


def test_a_sentence_whose_number_is_missing_is_left_out_and_the_others_stand() -> None:
    book = read_plays(SHIPPED, CATALOGUE)
    listed = pd.DataFrame({"account_id": ["a", "b"], "play": ["settle", "settle"]})
    facts = {"a": {"name": "Acme", "stage": "renewal"}, "b": {"name": "Bo", "term_end": "June 3, 2024"}}
    found = with_play_texts(listed, book, facts, "en")["talk_track"].tolist()
    rest = (
        "Here is what your team achieved with us, and what it uses. Which scope fits the year ahead, and who decides it"
    )
    assert found == [f"{rest} with you?", f"Your term runs until June 3, 2024. {rest} with you?"]


def test_what_an_account_is_called_is_never_read_as_a_placeholder() -> None:
    play = {"strategy": "value", "name": TEXT, "look_at": TEXT, "talk_track": {"en": "Dear {name}.", "zh": "词"}}
    book = playbook(plays={**dict.fromkeys(["check_in", "expand"], play)})
    listed = pd.DataFrame({"account_id": ["a"], "play": ["check_in"]})
    found = with_play_texts(listed, book, {"a": {"name": "{arr} =1+1 <b>"}}, "en")
    assert found["talk_track"].tolist() == ["Dear {arr} =1+1 <b>."]


def test_the_words_of_a_play_stand_beside_the_list() -> None:
    book = read_plays(SHIPPED, CATALOGUE)
    listed = pd.DataFrame({"account_id": ["a", "b"], "play": ["train", "settle"]})
    facts = {"a": {"name": "Acme"}, "b": {"name": "Bo"}}
    assert with_play_texts(listed, book, facts, "en")["play_name"].tolist() == [
        "Train on what lies unused",
        "Settle the renewal",
    ]
    assert with_play_texts(listed, book, facts, "zh")["play_name"].tolist() == ["针对未用功能做培训", "敲定续约"]
    assert with_play_texts(listed.iloc[:0], book, facts, "en").columns.tolist()[-3:] == [
        "play_name",
        "look_at",
        "talk_track",
    ]


def test_a_play_costs_what_it_says_else_what_any_does() -> None:
    book = playbook()
    dear = book.model_copy(update={"plays": {"mend": book.plays["mend"].model_copy(update={"cost": 0.0})} | {}})
    assert (book.cost_of("mend", 200), dear.cost_of("mend", 200)) == (200, 0)
