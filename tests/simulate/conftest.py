"""Simulated companies, each written once: as it is, larger, and one in which behaviour tells nothing."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from leadline.simulate.settings import SimulationSettings
from leadline.simulate.write import simulate

Read = Callable[[str], pd.DataFrame]
SETTINGS = SimulationSettings(accounts=500, events_per_user_week=2)


def _written(out: Path, settings: SimulationSettings) -> Read:
    simulate(out, settings)
    return lambda table: pd.read_parquet(out / f"{table}.parquet")


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Reads a table of the company."""
    return _written(tmp_path_factory.mktemp("company"), SETTINGS)


@pytest.fixture(scope="session")
def large_company(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Reads a table of a company with enough leavers to tell their stories apart."""
    return _written(tmp_path_factory.mktemp("large"), SETTINGS.model_copy(update={"accounts": 1500}))


@pytest.fixture(scope="session")
def null_company(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Reads a table of the company whose behaviour and outcomes are unrelated."""
    return _written(tmp_path_factory.mktemp("null"), SETTINGS.model_copy(update={"null": True}))


@pytest.fixture(scope="session")
def end() -> pd.Timestamp:
    """The first instant that is not in the export."""
    return pd.Timestamp(SETTINGS.end)
