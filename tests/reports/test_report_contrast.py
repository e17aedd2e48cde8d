"""The colours of the page can be told apart, light, dark and on paper (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

import leadline.reports.page
from leadline.reports.matrix import DARKEST

CSS = Path(leadline.reports.page.__file__).with_name("report.css").read_text(encoding="utf-8")
LIGHT, DARK, PRINT = (
    dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})\b", block)) for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
)


def channels(colour: str) -> list[float]:
    """Red, green and blue from 0 to 1."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    return [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]


def luminance(rgb: list[float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[float], other: list[float]) -> float:
    darker, lighter = sorted(luminance(rgb) for rgb in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_21() -> None:
    assert contrast(channels("#000"), channels("#ffffff")) == pytest.approx(21)


@pytest.mark.parametrize("colours", [LIGHT, DARK, PRINT], ids=["light", "dark", "print"])
def test_texts_and_graphics_stand_out_from_the_page(colours: dict[str, str]) -> None:
    paper, ink, soft, accent, faint = (channels(colours[k]) for k in ("paper", "ink", "soft", "accent", "faint"))
    assert all(contrast(text, paper) >= 4.5 for text in (ink, soft, accent))
    assert contrast(faint, paper) >= 3
    cell = [DARKEST * a + (1 - DARKEST) * b for a, b in zip(accent, paper, strict=True)]
    assert contrast(ink, cell) >= 4.5
