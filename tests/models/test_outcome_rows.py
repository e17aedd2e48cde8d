"""Outcomes beside their snapshots and context; nothing is lost in silence."""

import pandas as pd
import pytest
from model_tables import company

from leadline.models.rows import outcome_rows, with_context
from leadline.problem import Problem


def test_only_rows_that_may_be_scored_are_learned_from() -> None:
    snapshots, context, outcomes = company(accounts=3, months=1)
    context = context.assign(eligible=[True, False, True], announced=[False, False, True])
    assert list(outcome_rows(snapshots, context, outcomes, "churn")["account_id"]) == ["a000"]


def test_rows_come_by_date_and_account_whatever_their_order() -> None:
    snapshots, context, outcomes = company(accounts=3, months=2)
    shuffled = outcomes.sample(frac=1, random_state=1)
    wanted = outcome_rows(snapshots, context, outcomes, "expansion")
    pd.testing.assert_frame_equal(outcome_rows(snapshots, context, shuffled, "expansion"), wanted)
    assert list(wanted["account_id"]) == ["a000", "a001", "a002"] * 2


def test_an_outcome_without_a_snapshot_is_a_problem() -> None:
    snapshots, context, outcomes = company(accounts=3, months=1)
    with pytest.raises(Problem, match=r"1 rows of the outcomes \(churn\) have no snapshot, first account a000"):
        outcome_rows(snapshots[1:], context[1:], outcomes, "churn")


def test_a_repeated_outcome_is_a_problem() -> None:
    snapshots, context, outcomes = company(accounts=2, months=1)
    with pytest.raises(Problem, match=r"outcomes \(churn\) repeat an account and as-of date, first a000"):
        outcome_rows(snapshots, context, pd.concat([outcomes[:1], outcomes]), "churn")


def test_snapshots_and_context_must_be_of_the_same_rows() -> None:
    snapshots, context, _ = company(accounts=3, months=1)
    with pytest.raises(Problem, match="has 3 rows and its context 2, of which 2 match"):
        with_context(snapshots, context[1:])


def test_an_indicator_named_as_a_context_column_stays() -> None:
    snapshots, context, _ = company(accounts=1, months=1)
    assert with_context(snapshots.assign(arr=7.0), context)["arr"].item() == 7.0
