"""What the tests of runs share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres import TABLES, YAML, Postgres, server

from leadline.features.sources import Source, read_source
from leadline.runs import learning


@pytest.fixture(scope="module")
def without_forecast() -> Iterator[None]:
    """Trainings of given frames, which have no source from which a forecast could be made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learning, "keep_hazard", lambda *_: None)
        patch.setattr(learning, "coverage_metrics", lambda *_: {})
        yield


@pytest.fixture(scope="session")
def running_postgres() -> Iterator[Postgres]:
    """A server, started once for all tests."""
    with server() as running:
        yield running


@pytest.fixture
def postgres(running_postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Postgres:
    """A server with two customers and an empty log; the environment says where it is."""
    monkeypatch.setenv("OUR_DATABASE", running_postgres.url)
    running_postgres.run(*TABLES)
    return running_postgres


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """A source whose tables are in that database."""
    (tmp_path / "small.yaml").write_text(YAML, encoding="utf-8")
    return read_source(tmp_path / "small.yaml")
