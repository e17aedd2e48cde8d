"""Where nothing can be told, nothing is: a target shuffled among the accounts of each date."""

import numpy as np
import pandas as pd
import pytest
from model_tables import COLUMNS, company, experiment

from leadline.models.backtest import Backtest, backtest
from leadline.models.verdict import verdict


def shuffled(seed: int) -> Backtest:
    """The forward test of a company whose outcomes, with all that is known of them, were dealt out anew by date."""
    snapshots, context, outcomes = company(accounts=80)
    rng = np.random.default_rng(seed)
    told = outcomes.columns.difference(["outcome", "account_id", "as_of"])
    for where in outcomes.groupby(["outcome", "as_of"]).indices.values():
        dealt = outcomes.iloc[rng.permutation(where)][told]
        outcomes.loc[outcomes.index[where], told] = dealt.set_axis(outcomes.index[where])
    return backtest(snapshots, context, outcomes, COLUMNS, experiment(bootstrap=200))


@pytest.fixture(scope="module")
def tests() -> list[Backtest]:
    return [shuffled(seed) for seed in (1, 2, 3)]


def test_auc_is_a_half_within_its_interval(tests: list[Backtest]) -> None:
    """Of six intervals of 95%, all but one at least: two missing it has a chance of 3%."""
    rows = pd.concat(test.metrics for test in tests).query("model == 'p' and slice == 'all' and metric == 'auc'")
    held = rows.query("outcome in ['churn', 'expansion'] and low <= 0.5 <= high")
    assert len(rows.query("outcome in ['churn', 'expansion']")) == 6
    assert len(held) >= 5


@pytest.mark.parametrize("outcome", ["churn", "expansion"])
def test_a_rule_is_published(tests: list[Backtest], outcome: str) -> None:
    for test in tests:
        judged = verdict(test.metrics, test.alone, outcome)
        assert judged.kind != "model"
        assert judged.sentence.startswith("The plain rule, ")


def test_the_same_company_unshuffled_is_told() -> None:
    tables = company(accounts=80)
    test = backtest(*tables, COLUMNS, experiment(bootstrap=200))
    rows = test.metrics.query("outcome == 'churn' and model == 'p' and slice == 'all' and metric == 'auc'")
    assert pd.Series(rows["low"]).gt(0.5).all()
