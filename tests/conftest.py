"""What all tests share."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Generator:
    """In CI a test skipped for want of a part has failed; only third-party data may be absent."""
    report = yield
    absent = report.skipped and not hasattr(report, "wasxfail") and not item.get_closest_marker("shared")
    if absent and os.environ.get("LEADLINE_CI"):
        report.outcome, report.longrepr = "failed", f"skipped, which CI does not allow: {report.longrepr[2]}"
    return report


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Third-party data to measure on, which lies beside the project and never in it."""
    folder = Path(os.environ.get("LEADLINE_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the third-party data is not beside the project")
    return folder


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of MLflow's without a row: making its tables takes seconds, copying it none."""
    from leadline.models.tracking import MlflowClient  # late, for few tests need it and it takes seconds to load

    file = tmp_path_factory.mktemp("store") / "mlflow.db"
    MlflowClient(f"sqlite:///{file}", f"sqlite:///{file}").search_experiments()
    return file
