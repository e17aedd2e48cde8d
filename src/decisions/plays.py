"""Plays: what a person does, read from a YAML that a team edits without code."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Literal, Self

import pandas as pd
from pydantic import BeforeValidator, Field, model_validator

from leadline.decisions.wording import Language
from leadline.experiment import Settings, read_yaml, validated
from leadline.problem import Problem

Stage = Literal["onboarding", "adoption", "renewal"]
Cause = Literal["business", "product", "unknown"]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Text(Settings):
    """The same words in both languages."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Play(Settings):
    """What to do: its strategy, name, what to look at first and how to open the conversation."""

    strategy: Literal["people", "value", "renewal"]
    name: Text
    look_at: Text
    talk_track: Text


class Rule(Settings):
    """When a play fits; what a rule leaves out fits everything."""

    stage: Annotated[tuple[Stage, ...], BeforeValidator(_as_list)] = ()
    cause: Annotated[tuple[Cause, ...], BeforeValidator(_as_list)] = ()
    family: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    play: str

    def fits(self, stage: str, cause: str, family: str) -> bool:
        """Whether stage, cause and reason family are all among those named."""
        wanted = ((stage, self.stage), (cause, self.cause), (family, self.family))
        return all(not names or value in names for value, names in wanted)


class Playbook(Settings):
    """All plays, the rules that choose among them in order, the fallback, and the play for expansion."""

    fallback: str
    expansion: str
    plays: dict[str, Play]
    rules: tuple[Rule, ...] = ()

    @model_validator(mode="after")
    def _names_known_plays(self) -> Self:
        named = {"fallback": self.fallback, "expansion": self.expansion}
        named |= {f"rules.{i}": rule.play for i, rule in enumerate(self.rules)}
        unknown = [f"{where} names the play '{play}'" for where, play in named.items() if play not in self.plays]
        if unknown:
            raise ValueError(f"{', '.join(unknown)}, and plays: holds only {', '.join(sorted(self.plays))}")
        return self

    def play_for(self, stage: str, cause: str, family: str) -> str:
        """The play of the first rule that fits, else the fallback."""
        return next((rule.play for rule in self.rules if rule.fits(stage, cause, family)), self.fallback)


def read_plays(file: Path, families: Collection[str]) -> Playbook:
    """Read a playbook; `families` are those of the catalogue, and a rule that names another is a Problem."""
    playbook = validated(Playbook, read_yaml(file, "Plays"), file)
    for i, rule in enumerate(playbook.rules):
        unknown = sorted(set(rule.family) - set(families))
        if unknown:
            raise Problem(
                f"{file} has settings to mend: rules.{i}.family: no indicator is of the family "
                f"{', '.join(unknown)}; choose among {', '.join(sorted(families))}."
            )
    return playbook


def with_play_texts(listed: pd.DataFrame, playbook: Playbook, language: Language) -> pd.DataFrame:
    """The list with the words of each play beside it: play_name, look_at, talk_track."""
    plays = [playbook.plays[play] for play in listed["play"]]
    return listed.assign(
        play_name=[getattr(play.name, language) for play in plays],
        look_at=[getattr(play.look_at, language) for play in plays],
        talk_track=[getattr(play.talk_track, language) for play in plays],
    )
