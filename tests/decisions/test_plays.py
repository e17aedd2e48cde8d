from pathlib import Path

import pandas as pd
import pytest
import yaml
from decision_tables import playbook

from leadline.decisions.plays import Rule, read_plays, with_play_texts
from leadline.features.catalogue import declared
from leadline.problem import Problem

SHIPPED = Path(__file__).parents[2] / "experiments" / "plays.yaml"
FAMILIES = {indicator.family for indicator in declared()}


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ({}, True),
        ({"stage": "renewal"}, True),
        ({"stage": ["onboarding", "renewal"], "cause": "business", "family": "trend"}, True),
        ({"stage": "adoption"}, False),
        ({"cause": "product"}, False),
        ({"stage": "renewal", "family": ["depth", "voice"]}, False),
    ],
)
def test_what_a_rule_leaves_out_fits_everything(rule: dict, fits: bool) -> None:
    assert Rule.model_validate({**rule, "play": "x"}).fits("renewal", "business", "trend") is fits


def test_the_first_rule_that_fits_is_taken_else_the_fallback() -> None:
    rules = [{"cause": "product", "play": "mend"}, {"stage": "renewal", "play": "reconnect"}]
    book = playbook(rules=rules)
    assert book.play_for("renewal", "product", "") == "mend"
    assert book.play_for("renewal", "unknown", "") == "reconnect"
    assert book.play_for("adoption", "unknown", "") == "check_in"


@pytest.mark.parametrize(
    ("stage", "cause", "family", "play"),
    [
        ("adoption", "product", "key users", "mend"),
        ("onboarding", "business", "key users", "reconnect"),
        ("onboarding", "unknown", "activity", "reonboard"),
        ("adoption", "business", "depth", "train"),
        ("adoption", "business", "trend", "reconnect"),
        ("adoption", "unknown", "trend", "check_in"),
        ("renewal", "business", "trend", "executive"),
        ("renewal", "business", "commercial", "settle"),
        ("renewal", "unknown", "trend", "settle"),
        ("renewal", "business", "voice", "resolve"),
    ],
)
def test_the_shipped_plays(stage: str, cause: str, family: str, play: str) -> None:
    assert read_plays(SHIPPED, FAMILIES).play_for(stage, cause, family) == play


def test_every_shipped_play_can_be_drawn_and_all_strategies_are_there() -> None:
    book = read_plays(SHIPPED, FAMILIES)
    assert {book.fallback, book.expansion, *(rule.play for rule in book.rules)} == set(book.plays)
    assert {play.strategy for play in book.plays.values()} == {"people", "value", "renewal"}


def edited(tmp_path: Path, **changes: object) -> Path:
    content = {**yaml.safe_load(SHIPPED.read_text(encoding="utf-8")), **changes}
    file = tmp_path / "plays.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fallback": "sleep"}, "fallback names the play 'sleep', and plays: holds only check_in"),
        ({"rules": [{"play": "sleep"}]}, "rules.0 names the play 'sleep'"),
        ({"rules": [{"stage": "retired", "play": "train"}]}, "rules.0.stage.0: Input should be 'onboarding'"),
        (
            {"rules": [{"family": "dept", "play": "train"}]},
            "no indicator is of the family dept; choose among activity",
        ),
        (
            {"rules": [{"stages": "renewal", "play": "train"}]},
            "rules.0.stages: Extra inputs are not permitted",
        ),
        ({"plays": {"train": {"strategy": "value"}}}, "plays.train.name: Field required"),
    ],
)
def test_a_mistake_is_a_sentence(tmp_path: Path, changes: dict, said: str) -> None:
    with pytest.raises(Problem, match="settings to mend") as problem:
        read_plays(edited(tmp_path, **changes), FAMILIES)
    assert said in str(problem.value)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"Plays file .*nowhere.yaml does not exist"):
        read_plays(tmp_path / "nowhere.yaml", FAMILIES)


def test_the_words_of_a_play_stand_beside_the_list() -> None:
    book = read_plays(SHIPPED, FAMILIES)
    listed = pd.DataFrame({"account_id": ["a", "b"], "play": ["train", "settle"]})
    assert with_play_texts(listed, book, "en")["play_name"].tolist() == [
        "Train on what lies unused",
        "Settle the renewal",
    ]
    assert with_play_texts(listed, book, "zh")["play_name"].tolist() == ["针对未用功能做培训", "敲定续约"]
    assert with_play_texts(listed.iloc[:0], book, "en").columns.tolist()[-3:] == [
        "play_name",
        "look_at",
        "talk_track",
    ]
