"""What a commit was about, read from the paths it touched."""

import re
from dataclasses import dataclass
from fnmatch import translate


@dataclass(frozen=True)
class Kind:
    """An action, and the lower-case folders, file names and extensions that stand for it, blanks between."""

    action: str
    folders: str = ""
    names: str = ""
    extensions: str = ""


# A path is judged by its outermost folder that is named here (tests/data.json is a test), else by its name,
# else by its extension; where two rows fit, the upper one holds. Anything else is "other".
KINDS = (
    Kind(
        "tests",
        folders="test tests testing testdata spec __tests__ e2e",
        names="test_* *_test.* *_spec.* *.test.* *.spec.* conftest.py",
    ),
    Kind(
        "build",
        folders=".github .gitlab .circleci .ci ci cmake debian packaging",
        names="makefile* dockerfile* cmakelists.txt setup.py setup.cfg pyproject.toml tox.ini package.json "
        "*requirements*.txt *.lock *-lock.* go.mod go.sum cargo.toml pom.xml .travis.yml .gitlab-ci.yml "
        "jenkinsfile .git*",
        extensions="cmake mk bazel bzl gradle m4 spec",
    ),
    Kind(
        "docs",
        folders="doc docs documentation man releasenotes",
        names="readme* license* copying* changelog* changes* news* authors* contributing*",
        extensions="md rst adoc txt tex pod org",
    ),
    Kind("translations", folders="locale locales i18n l10n translations", extensions="po pot mo xlf"),
    Kind("data", extensions="csv tsv json jsonl yaml yml xml toml ini cfg conf parquet sql"),
    Kind("media", extensions="png jpg jpeg gif svg ico webp mp4 pdf ttf woff woff2"),
    Kind(
        "code",
        extensions="py pyi pyx ipynb c h cc cpp cxx hh hpp cu m mm rs go java kt scala groovy clj cs fs vb "
        "swift dart js jsx mjs cjs ts tsx vue svelte html css scss less php rb pl pm lua r jl hs ml ex exs "
        "erl el lisp sh bash zsh ps1 bat asm s f f90 v sv vhd proto thrift graphql j2 tmpl erb sol zig nim d",
    ),
)
OTHER = "other"
ACTIONS = (*(kind.action for kind in KINDS), OTHER)

_FOLDERS = {folder: kind.action for kind in KINDS for folder in kind.folders.split()}
_NAMES = {kind.action: re.compile("|".join(map(translate, kind.names.split()))) for kind in KINDS if kind.names}
_EXTENSIONS = {extension: kind.action for kind in KINDS for extension in kind.extensions.split()}


def action_of(path: str) -> str:
    """The action a path stands for, told by its outermost telling folder, its name or its extension."""
    *folders, name = path.lower().split("/")
    by_folder = (_FOLDERS[folder] for folder in folders if folder in _FOLDERS)
    by_name = (action for action, pattern in _NAMES.items() if pattern.match(name))
    _, dot, extension = name.rpartition(".")
    by_extension = _EXTENSIONS.get(dot and extension, OTHER)
    return next(by_folder, None) or next(by_name, by_extension)


def module_of(path: str) -> str:
    """The first folder of a path; files that lie in none belong to the module (root)."""
    folder, slash, _ = path.partition("/")
    return folder if slash else "(root)"
