"""Which actions are the point of the product, and which only look."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from leadline.features.scan import near_miss
from leadline.problem import Problem
from leadline.settings import Settings

REST = "rest"


class Actions(Settings):
    """Which actions are the point of the product, which only look; with `other`, that is all there may be.

    With `core: rest` every action is core that the others do not name, of which the log need not have any.
    """

    core: Literal["rest"] | Annotated[tuple[str, ...], Field(min_length=1)]
    view: tuple[str, ...] = ()
    other: tuple[str, ...] | None = None

    @property
    def every(self) -> tuple[str, ...]:
        """All actions named."""
        return (*(() if self.core == REST else self.core), *self.view, *(self.other or ()))

    @property
    def closed(self) -> tuple[str, ...] | None:
        """All actions there may be, or None if any may come."""
        return None if self.other is None or self.core == REST else self.every

    def core_of(self, seen: Iterable[str]) -> tuple[str, ...]:
        """The core actions, in a log that has these actions."""
        return tuple(sorted(set(seen) - set(self.every))) if self.core == REST else tuple(self.core)

    def refuse_absent(self, name: str, seen: list[str]) -> None:
        """Raise a Problem where the log of a source lacks an action that is named, or has none that is core."""
        there = ", ".join(sorted(seen))
        if self.core == REST:
            if not self.core_of(seen):
                raise Problem(f"Source {name} has no core action in its log, only {there}: mend actions in its YAML.")
            return
        absent = [a for a in (*self.core, *self.view) if a not in seen]
        if absent:
            raise Problem(
                f"Source {name} names the action {absent[0]}{near_miss(absent[0], seen)}, which its log "
                f"never has; there is {there}: mend actions in its YAML."
            )

    @model_validator(mode="after")
    def _named_once(self) -> "Actions":
        twice = sorted({a for a in self.every if self.every.count(a) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} is named twice; an action is core, view or other")
        return self
