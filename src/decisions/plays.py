"""Plays: what a person does, read from a YAML that a team edits without code."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

import pandas as pd
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from leadline.decisions.facts import Facts
from leadline.decisions.talk import always_told, told
from leadline.decisions.wording import Language
from leadline.features.indicator import Column, Indicator
from leadline.problem import Problem
from leadline.settings import Settings, read_yaml, validated

Stage = Literal["onboarding", "adoption", "renewal"]
Cause = Literal["business", "product", "unknown"]
Tier = Literal["benchmark", "growth", "standard"]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _one_of_every_account(sentences: tuple[str, ...]) -> tuple[str, ...]:
    if not always_told(sentences):
        raise ValueError("write at least one sentence that holds for every account: without placeholders, or of {name}")
    return sentences


Sentences = Annotated[tuple[str, ...], BeforeValidator(_as_list), AfterValidator(_one_of_every_account)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class Text(Settings):
    """The same words in both languages."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Talk(Settings):
    """The same sentences in both languages; one whose number an account lacks is left out for it."""

    en: Sentences
    zh: Sentences


class Play(Settings):
    """What to do: its strategy, name, what to look at first, how to open the conversation, and what it costs (by
    default value.cost of the experiment)."""

    strategy: Literal["people", "value", "renewal"]
    name: Text
    look_at: Talk
    talk_track: Talk
    cost: float | None = Field(None, ge=0)


class Rule(Settings):
    """When a play fits; what a rule leaves out fits everything."""

    stage: Annotated[tuple[Stage, ...], BeforeValidator(_as_list)] = ()
    cause: Annotated[tuple[Cause, ...], BeforeValidator(_as_list)] = ()
    tier: Annotated[tuple[Tier, ...], BeforeValidator(_as_list)] = ()
    family: Names = ()
    indicator: Names = ()
    play: str

    def fits(self, case: "Case") -> bool:
        """Whether all that the rule names are among the case's."""
        return all(not getattr(self, of) or value in getattr(self, of) for of, value in case._asdict().items())


class Case(NamedTuple):
    """What rules choose by: an account's stage, cause and tier, and one of its reasons."""

    stage: str
    cause: str
    tier: str
    family: str = ""
    indicator: str = ""


def cases_of(table: pd.DataFrame, columns: tuple[Column, ...], reason: int = 1) -> list[Case]:
    """The case that rules look at for each account of a list, with its first, second or third reason."""
    family = {name: c.indicator.family for c in columns for name in (c.name, c.indicator.name)}
    indicator = {name: c.indicator.name for c in columns for name in (c.name, c.indicator.name)}
    of = table[f"driver_{reason}_indicator"]
    parts = [table["stage"], table["cause"], table["tier"], of.map(family), of.map(indicator)]
    return [Case(*case) for case in zip(*(part.fillna("") for part in parts), strict=True)]


class Playbook(Settings):
    """All plays; for either list the rules that choose among them in order, and the play where none fits."""

    fallback: str
    expansion: str
    plays: dict[str, Play]
    rules: tuple[Rule, ...] = ()
    expansion_rules: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _names_known_plays(self) -> Self:
        named = {"fallback": self.fallback, "expansion": self.expansion}
        named |= {where: rule.play for where, rule in self.all_rules()}
        unknown = [f"{where} names the play '{play}'" for where, play in named.items() if play not in self.plays]
        if unknown:
            raise ValueError(f"{', '.join(unknown)}, and plays: holds only {', '.join(sorted(self.plays))}")
        return self

    def all_rules(self) -> list[tuple[str, Rule]]:
        """The rules of both lists, each with the place where it stands."""
        of = {"rules": self.rules, "expansion_rules": self.expansion_rules}
        return [(f"{name}.{i}", rule) for name, rules in of.items() for i, rule in enumerate(rules)]

    def cost_of(self, play: str, default: float) -> float:
        """What a play costs."""
        cost = self.plays[play].cost
        return default if cost is None else cost

    def play_for(self, case: Case) -> str:
        """The play of the first rule that fits, else the fallback."""
        return _first(self.rules, case) or self.fallback

    def growth_play_for(self, cases: Iterable[Case]) -> str:
        """The play of the first reason to grow that any rule fits, by its first rule; else that for expansion."""
        return next(filter(None, (_first(self.expansion_rules, case) for case in cases)), self.expansion)


def _first(rules: tuple[Rule, ...], case: Case) -> str:
    return next((rule.play for rule in rules if rule.fits(case)), "")


def read_plays(file: Path, catalogue: Collection[Indicator]) -> Playbook:
    """Read a playbook; a rule that names a family or an indicator the catalogue has not is a Problem."""
    playbook = validated(Playbook, read_yaml(file, "Plays"), file)
    known = {"family": {i.family for i in catalogue}, "indicator": {i.name for i in catalogue}}
    for where, rule in playbook.all_rules():
        for of, names in known.items():
            unknown = sorted(set(getattr(rule, of)) - names)
            if unknown:
                raise Problem(
                    f"{file} has settings to mend: {where}.{of}: the catalogue has no {of} {', '.join(unknown)}; "
                    f"choose among {', '.join(sorted(names))}."
                )
    return playbook


def with_play_texts(
    listed: pd.DataFrame, playbook: Playbook, facts: Mapping[str, Facts], language: Language
) -> pd.DataFrame:
    """The list with the words of each play beside it, in the account's own numbers: play_name, look_at, talk_track."""
    pairs = [(playbook.plays[p], facts[a]) for p, a in zip(listed["play"], listed["account_id"], strict=True)]
    words = {
        "play_name": [getattr(play.name, language) for play, _ in pairs],
        "look_at": [told(getattr(play.look_at, language), of, language) for play, of in pairs],
        "talk_track": [told(getattr(play.talk_track, language), of, language) for play, of in pairs],
    }
    return listed.assign(**{name: pd.Series(texts, listed.index, dtype="str") for name, texts in words.items()})
