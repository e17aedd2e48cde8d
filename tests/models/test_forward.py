"""Forward validation inside the training rows."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.models.forward import Task, choose, forward_blocks
from leadline.models.rule import Rule

SETTLED = 60


def task(months: int = 14, accounts: int = 80, strength: float = 2.0, curve: bool = False) -> Task:
    """Input 0 tells who leaves (by its sign alone where `curve`), input 1 tells nothing."""
    rng = np.random.default_rng(4)
    dates = pd.date_range("2022-01-01", periods=months, freq="MS")
    rows = pd.DataFrame({"as_of": np.repeat(dates, accounts), "account_id": np.tile(np.arange(accounts), months)})
    x = rng.normal(size=(len(rows), 2))
    told = np.where(np.abs(x[:, 0]) > 1, 1, -1) if curve else x[:, 0]
    observed = (rng.random(len(rows)) < 1 / (1 + np.exp(1 - strength * told))).astype(float)
    return Task(x, observed, rows.astype({"account_id": str}), lambda _: None, (0, 0), SETTLED, seed=7)


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 30), st.integers(0, 200))
def test_a_block_learns_only_from_what_had_settled_when_it_began(months: int, settled_days: int) -> None:
    t = task(months, accounts=60)
    moved = Task(t.x, t.observed, t.rows, t.start, t.directions, settled_days, 7)
    for block in forward_blocks(moved):
        last = t.rows.loc[block.train, "as_of"].max()
        assert last + pd.Timedelta(days=settled_days) <= t.rows.loc[block.test, "as_of"].min()
        assert block.train.any()


def test_blocks_cover_the_last_two_thirds_of_what_can_be_predicted() -> None:
    """14 months, of which the first 3 (60 days) cannot be predicted: 11 left, 8 of them tested."""
    t = task()
    tested = np.any([block.test for block in forward_blocks(t)], axis=0)
    assert sorted(t.rows.loc[tested, "as_of"].unique()) == sorted(t.rows["as_of"].unique()[-8:])


def test_each_block_fits_the_starting_rule_to_its_own_training_rows() -> None:
    seen = []

    def start(rows: pd.DataFrame) -> Rule:
        seen.append(rows["as_of"].max())
        return Rule("base_rate", intercept=float(len(rows)))

    t = task()
    blocks = forward_blocks(Task(t.x, t.observed, t.rows, start, (0, 0), SETTLED, 7))
    assert seen == [t.rows.loc[block.train, "as_of"].max() for block in blocks]
    assert all((block.start == block.train.sum()).all() for block in blocks)


def test_trees_are_added_where_they_clearly_help() -> None:
    choice = choose(task(curve=True), trees=100)
    assert choice.kind == "blend"
    assert choice.rounds > 10


def test_trees_are_left_out_where_a_line_says_it_all() -> None:
    assert choose(task(), trees=40).kind == "logistic"


def test_noise_calls_for_a_strong_penalty() -> None:
    assert choose(task(strength=0.0), 0).penalty >= 100 > choose(task(strength=2.0), 0).penalty


def test_with_nothing_to_test_on_it_is_a_cautious_regression_left_as_it_is() -> None:
    choice = choose(task(months=2), trees=40)
    assert (choice.kind, choice.penalty) == ("logistic", 100.0)
    assert (choice.calibration.slope, choice.calibration.intercept) == (1.0, 0.0)
