"""Settings read from a YAML: frozen, checked, and refused with a sentence where they are wrong."""

from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from leadline.problem import Problem


class Settings(BaseModel):
    """Frozen settings in which an unknown key is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


S = TypeVar("S", bound=Settings)


def _inside(path: str) -> str:
    if Path(path).is_absolute() or ".." in Path(path).parts:
        raise ValueError("it must lie inside its folder: write no / at the start, and no ..")
    return path


Inside = Annotated[str, AfterValidator(_inside)]  # a path that may not leave the folder it is relative to


def read_yaml(file: Path, kind: str) -> dict[str, Any]:
    """Read a YAML file as a mapping; a Problem names the file and line where it cannot be read."""
    if not file.is_file():
        raise Problem(f"{kind} file {file} does not exist; check the path, or see the examples beside it.")
    try:
        text = file.read_text(encoding="utf-8")
        content, repeated = yaml.safe_load(text), _repeated_key(yaml.compose(text, Loader=yaml.SafeLoader))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Problem(f"{kind} file {file} is not valid YAML: {' '.join(str(error).split())}.") from None
    if not isinstance(content, dict):
        raise Problem(f"{kind} file {file} holds no 'key: value' lines; see the examples beside it.")
    if repeated:
        raise Problem(f"{file} gives {repeated} twice; keep one of them.")
    return content


def _repeated_key(node: yaml.Node | None) -> str | None:
    """The first key that a mapping gives twice, with its line; YAML itself keeps the last in silence."""
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        if twice := next((key for i, (key, _) in enumerate(node.value) if key.value in keys[:i]), None):
            return f"{twice.value} (line {twice.start_mark.line + 1})"
        return next(filter(None, (_repeated_key(value) for _, value in node.value)), None)
    if isinstance(node, yaml.SequenceNode):
        return next(filter(None, map(_repeated_key, node.value)), None)
    return None


def validated(kind: type[S], content: dict[str, Any], file: Path) -> S:
    """Check a mapping against its settings class; a Problem names every key that is wrong."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        raise Problem(f"{file} has settings to mend: {wrong}.") from None


def known_zone(name: str) -> str:
    """The name of a time zone, or a ValueError where there is none of that name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"'{name}' is no time zone; write one such as Europe/Berlin or UTC") from None
    return name
