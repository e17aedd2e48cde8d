"""Paths, and what each stands for."""

import pytest

from leadline.features.git_actions import ACTIONS, action_of, module_of


@pytest.mark.parametrize(
    ("path", "module", "action"),
    [
        ("src/app.py", "src", "code"),
        ("src/tests/data.json", "src", "tests"),
        ("src/test_app.py", "src", "tests"),
        ("web/button.spec.ts", "web", "tests"),
        ("docs/conf.py", "docs", "docs"),
        ("README", "(root)", "docs"),
        ("src/NOTES.md", "src", "docs"),
        (".github/workflows/ci.yml", ".github", "build"),
        ("requirements-dev.txt", "(root)", "build"),
        ("app/Dockerfile", "app", "build"),
        ("app/locale/de/app.po", "app", "translations"),
        ("config/rates.yaml", "config", "data"),
        ("site/logo.SVG", "site", "media"),
        ("vendor/lib", "vendor", "other"),
        ("src/c", "src", "other"),
        ("x/.py", "x", "code"),
    ],
)
def test_module_and_action_of_a_path(path: str, module: str, action: str) -> None:
    assert (module_of(path), action_of(path)) == (module, action)
    assert action in ACTIONS
