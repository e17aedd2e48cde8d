"""A company whose behaviour tells nothing of who leaves: the whole path says so, and publishes a plain rule."""

import shutil
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from leadline import cli

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, str]:
    """Metrics and printed words of `leadline backtest` on 250 accounts simulated with --null."""
    project = tmp_path_factory.mktemp("project")
    for name in ("experiments/demo.yaml", "experiments/plays.yaml", "data/demo.yaml"):
        (project / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, project / name)
    file = project / "experiments" / "demo.yaml"
    file.write_text(file.read_text().replace("test_every: month", "test_every: quarter") + "models: {trees: 100}\n")
    said = StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        patch.setattr("leadline.runs.commands.console", Console(file=said, width=200))
        for words in (
            ["simulate", "data/raw/demo", "--null", "--accounts", "250", "--seed", "3"],
            ["backtest", "experiments/demo.yaml", "--out", "out"],
        ):
            patch.setattr("sys.argv", ["leadline", *words])
            cli.app(standalone_mode=False)
    return pd.read_parquet(project / "out" / "metrics.parquet"), said.getvalue()


@pytest.mark.parametrize("model", ["p", "behaviour"])
def test_among_accounts_due_auc_is_a_half_within_its_interval(told: tuple[pd.DataFrame, str], model: str) -> None:
    rows = told[0].query("outcome == 'churn' and slice == 'due_for_renewal' and metric == 'auc' and model == @model")
    assert rows["low"].item() <= 0.5 <= rows["high"].item()


def test_a_plain_rule_is_used_and_it_says_why(told: tuple[pd.DataFrame, str]) -> None:
    assert "The plain rule, " in told[1]
    assert "no behavioural signal was found" in told[1]
