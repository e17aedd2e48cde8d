"""Forward validation inside the training rows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_tables import SETTLED, task_of

from leadline.models.calibration import IDENTITY
from leadline.models.forward import Judged, Task, account_blocks, clearly_better, forward_blocks
from leadline.models.rule import Rule


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 30), st.integers(0, 200))
def test_a_block_learns_only_from_what_had_settled_when_it_began(months: int, settled_days: int) -> None:
    t = task_of(months, accounts=60)
    moved = Task(t.x, t.observed, t.rows, t.start, t.directions, settled_days, 7)
    for block in forward_blocks(moved):
        last = t.rows.loc[block.train, "as_of"].max()
        assert last + pd.Timedelta(days=settled_days) <= t.rows.loc[block.test, "as_of"].min()
        assert block.train.any()


def test_blocks_cover_the_last_two_thirds_of_what_can_be_predicted() -> None:
    """14 months, of which the first 3 (60 days) cannot be predicted: 11 left, 8 of them tested."""
    t = task_of()
    tested = np.any([block.test for block in forward_blocks(t)], axis=0)
    assert sorted(t.rows.loc[tested, "as_of"].unique()) == sorted(t.rows["as_of"].unique()[-8:])


def test_each_block_fits_the_starting_rule_to_its_own_training_rows() -> None:
    seen = []

    def start(rows: pd.DataFrame) -> Rule:
        seen.append(rows["as_of"].max())
        return Rule("base_rate", intercept=float(len(rows)))

    t = task_of()
    blocks = forward_blocks(Task(t.x, t.observed, t.rows, start, (0, 0), SETTLED, 7))
    assert seen == [t.rows.loc[block.train, "as_of"].max() for block in blocks]
    assert all((block.start == block.train.sum()).all() for block in blocks)


def test_accounts_are_predicted_from_others_once_each() -> None:
    t = task_of(months=3)
    blocks = account_blocks(t)
    assert (np.sum([block.test for block in blocks], axis=0) == 1).all()
    for block in blocks:
        learned, predicted = (set(t.rows.loc[part, "account_id"]) for part in (block.train, block.test))
        assert not learned & predicted
        assert len(predicted) in (26, 27)


@pytest.mark.parametrize(("losses", "better"), [([1, 1, 1, 1], True), ([4, 1, 2, 2], False), ([2, 2, 2, 2], False)])
def test_better_is_a_saving_of_more_than_its_standard_error(losses: list[float], better: bool) -> None:
    """Against 2 an account: saves 1 each for sure; then 0 +- 2.2 in all; then nothing."""
    old, new = (Judged(IDENTITY, 0.0, np.array(x, dtype=float)) for x in ([2, 2, 2, 2], losses))
    assert clearly_better(new, old) == better
