"""The page of indicators is made from their declarations, and is as they are now."""

from pathlib import Path

from leadline.features.catalogue import declared
from leadline.runs.catalogue_page import page

COMMITTED = Path(__file__).parents[2] / "docs" / "indicators.md"


def test_the_committed_page_is_made_from_the_declarations():
    assert COMMITTED.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_indicator_is_on_it_with_both_sentences():
    text = page()
    for indicator in declared():
        assert f"### `{indicator.name}`" in text
        assert indicator.sentence["en"] in text
        assert indicator.sentence["zh"] in text
