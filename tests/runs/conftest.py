"""What the tests of runs share."""

from collections.abc import Iterator

import pytest

from leadline.runs import learning


@pytest.fixture(scope="module")
def without_forecast() -> Iterator[None]:
    """Trainings of given frames, which have no source from which a forecast could be made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learning, "keep_hazard", lambda *_: None)
        patch.setattr(learning, "coverage_metrics", lambda *_: {})
        yield
