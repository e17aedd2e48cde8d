"""pyproject.toml says what is needed; environment.yml and requirements.lock must say the same."""

import tomllib
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
# Where conda-forge's name is not PyPI's.
CONDA_NAMES = {"duckdb": "python-duckdb"}
# What an environment made by conda needs beside the project's own requirements.
CONDA_ONLY = {"pip": ""}


def _project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _requirements() -> list[Requirement]:
    project = _project()
    return [Requirement(text) for text in (*project["dependencies"], *project["optional-dependencies"]["dev"])]


def _ranges(requirements: Iterable[Requirement]) -> dict[str, str]:
    return {requirement.name: str(requirement.specifier) for requirement in requirements}


def _pins() -> list[Requirement]:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [Requirement(line.rstrip(" \\")) for line in lines if line[:1].isalnum()]


def test_conda_environment_has_the_ranges_of_pyproject() -> None:
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    expected = {CONDA_NAMES.get(name, name): spec for name, spec in _ranges(_requirements()).items()}
    expected |= {"python": _project()["requires-python"], **CONDA_ONLY}
    assert _ranges(Requirement(text) for text in conda) == expected


def test_the_lock_pins_every_requirement_within_its_range() -> None:
    pins = _pins()
    for requirement in _requirements():
        name = canonicalize_name(requirement.name)
        versions = [str(pin.specifier).removeprefix("==") for pin in pins if pin.name == name]
        assert versions, f"requirements.lock lacks {name}; run `make lock`"
        assert all(requirement.specifier.contains(version) for version in versions), f"{name}: {versions}"


def test_the_lock_pins_exactly_and_by_hash() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    after = [follows.strip()[:14] for line, follows in pairwise(lines) if line[:1].isalnum()]
    assert set(after) == {"--hash=sha256:"}
    assert all(str(pin.specifier).startswith("==") for pin in _pins())
